import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "../../src/cli/run-cli.js";

/** What one command line left behind. */
export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command line in this process, as the program does: off a terminal, with text on stdin where there is some. */
export async function cli(
  argv: readonly string[],
  { stdin, signal = new AbortController().signal }: { stdin?: string; signal?: AbortSignal } = {},
): Promise<CommandResult> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const sink = (list: string[]) => ({
    write: (text: string, done?: (error?: Error | null) => void) => {
      list.push(text);
      done?.();
      return true;
    },
  });
  const code = await runCli(argv, {
    stdin: inputOf(stdin),
    stdout: sink(stdout),
    stderr: sink(stderr),
    environment: process.env,
    signal,
  });
  return { code, stdout: stdout.join(""), stderr: stderr.join("") };
}

function inputOf(text: string | undefined): AsyncIterable<string> & { isTTY?: boolean } {
  return {
    isTTY: text === undefined,
    async *[Symbol.asyncIterator]() {
      await Promise.resolve();
      if (text !== undefined) yield text;
    },
  };
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<{ path(name: string): string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "cli-test-"));
  return {
    path: (name) => join(folder, name),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
