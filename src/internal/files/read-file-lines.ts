import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { InvalidOptionError } from "../../errors.js";
import { type LineBlock, readLines } from "./read-lines.js";

/**
 * The lines of a file, as {@link readLines} gives them.
 *
 * @throws InvalidOptionError if the file cannot be read, or is not a whole gzip file where it should be one.
 */
export async function* readFileLines(
  path: string,
  { gunzip = false, signal }: { gunzip?: boolean; signal?: AbortSignal } = {},
): AsyncGenerator<LineBlock, void, undefined> {
  signal?.throwIfAborted();
  const raw = createReadStream(path, { highWaterMark: 256 * 1024 });
  const bytes = gunzip ? raw.on("error", (error) => bytes.destroy(error)).pipe(createGunzip()) : raw;
  try {
    for await (const block of readLines(bytes as AsyncIterable<Buffer>)) {
      signal?.throwIfAborted();
      yield block;
    }
  } catch (error) {
    throw isFileError(error) ? unreadableFile(path, error) : error;
  } finally {
    raw.destroy();
  }
}

/** Of the file system or of gzip. */
export function isFileError(error: unknown): boolean {
  const { syscall, code } = error as { syscall?: string; code?: string };
  return syscall !== undefined || (code?.startsWith("Z_") ?? false);
}

export function unreadableFile(path: string, cause: unknown): InvalidOptionError {
  const code = (cause as { code?: string }).code;
  return new InvalidOptionError({
    option: "path",
    value: path,
    message: `${path} cannot be read (${code ?? "unknown reason"}).`,
    hint: code === "ENOENT" ? "There is no such file or directory." : "Check that the file is whole and may be read.",
    cause,
  });
}
