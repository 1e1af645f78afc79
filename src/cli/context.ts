import type { AnyProgress } from "../train/following/any-progress.js";
import { terminalProgress } from "../train/following/terminal-progress.js";
import type { FinetuneConfig } from "./config.js";

/** A place for text: a terminal, a pipe, or a test's list. */
export interface OutputStream {
  write(text: string, done?: (error?: Error | null) => void): boolean;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a command line runs on: the process, or what a test gives it. */
export interface CliHost {
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What every command has beside its own options. */
export interface CliContext extends CliHost {
  /** One JSON value for programs instead of lines for people. */
  readonly json: boolean;
  /** Nothing but results and errors. */
  readonly quiet: boolean;
  /** The configuration file, or an empty one. */
  readonly config: FinetuneConfig;
  /** Shows progress on stderr, unless `--quiet` was given. */
  readonly onProgress: ((progress: AnyProgress) => unknown) | undefined;
  /** Writes a line for people to stderr, unless `--quiet` was given. */
  say(line: string): void;
  /** Writes a result to stdout and waits until it is taken: the lines for people, or the value as JSON. */
  print(value: unknown, lines: readonly string[]): Promise<void>;
}

/** The context of one command. */
export function createContext(
  host: CliHost,
  settings: { json: boolean; quiet: boolean; config: FinetuneConfig },
): CliContext {
  return {
    ...host,
    ...settings,
    onProgress: settings.quiet ? undefined : terminalProgress({ stream: host.stderr }),
    say: (line) => {
      if (!settings.quiet) host.stderr.write(`${line}\n`);
    },
    print: (value, lines) =>
      writeText(
        host.stdout,
        settings.json ? `${JSON.stringify(value, null, 2)}\n` : lines.map((line) => `${line}\n`).join(""),
      ),
  };
}

/** Writes text and resolves when the stream has taken it. A closed pipe (`| head`) rejects with `EPIPE`. */
export function writeText(stream: OutputStream, text: string): Promise<void> {
  if (text === "") return Promise.resolve();
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
