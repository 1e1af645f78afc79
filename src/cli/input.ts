import { InvalidOptionError } from "../errors.js";
import { writeJsonl } from "../convert/write-jsonl.js";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AnyIterable } from "../types.js";
import type { CliContext } from "./context.js";
import { writeText } from "./context.js";

/** `-` or nothing: standard input. */
export const isStandardInput = (path: string | undefined): boolean => path === undefined || path === "-";

/**
 * Calls `use` with a path: the one that was named, or a temporary file with all of standard input,
 * since rows are read more than once. The file is removed afterwards.
 */
export async function withInputFile<T>(
  { stdin, signal }: CliContext,
  path: string | undefined,
  use: (path: string) => Promise<T>,
  extension = ".jsonl",
): Promise<T> {
  if (path !== undefined && path !== "-") return use(path);
  if (stdin.isTTY === true) {
    throw new InvalidOptionError({
      option: "input",
      value: path,
      message: "No input was given.",
      hint: "Name a file, or pipe lines into the command.",
    });
  }
  const folder = await mkdtemp(join(tmpdir(), "langsmith-finetune-"));
  try {
    const file = join(folder, `stdin${extension}`);
    await writeFile(file, stdin, { signal });
    return await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes items as JSON lines: to a file, which gets its name when it is whole, or to standard output as they come. */
export async function writeLines(
  { stdout, signal }: CliContext,
  items: AnyIterable<object>,
  path: string | undefined,
): Promise<{ rows: number; path?: string }> {
  if (path !== undefined && path !== "-") {
    const { rows } = await writeJsonl(path, items, { signal });
    return { rows, path };
  }
  let rows = 0;
  for await (const item of items) {
    signal.throwIfAborted();
    await writeText(stdout, `${JSON.stringify(item)}\n`);
    rows += 1;
  }
  return { rows };
}
