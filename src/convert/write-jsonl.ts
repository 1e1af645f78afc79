import { abortSignal, iterable, text } from "../internal/kinds.js";
import { checkArgument, checkOptions } from "../internal/options.js";
import { stat } from "node:fs/promises";
import { InvalidExamplesError, InvalidOptionError } from "../errors.js";
import { openNewFile } from "../internal/files/new-file.js";
import { createJsonlWriter } from "../internal/storage/jsonl-writer.js";
import { blocksIn } from "../internal/storage/row-blocks.js";
import { chunksOf, SINK_CHUNK_SIZE } from "../internal/step.js";
import { sourceOf } from "../source.js";
import type { AnyIterable } from "../types.js";
import { stringifyExact } from "../internal/exact-json.js";

/** Options of {@link writeJsonl}. */
export interface WriteJsonlOptions {
  /** Ends the writing with the signal's reason; nothing is left under the final name. */
  signal?: AbortSignal;
}

/** What was written. */
export interface WrittenFile {
  path: string;
  rows: number;
  bytes: number;
  /** SHA-256 of the file, in hexadecimal. */
  sha256: string;
}

/**
 * Writes rows to a file, one JSON line each, as they come. The rows go to a file beside it first,
 * which gets the final name when the last row is on the disk: after an error or an abort the final
 * name holds what it held before. The source is not read faster than the disk takes it.
 *
 * @throws InvalidOptionError if the file cannot be written there
 * @throws InvalidExamplesError if a row is not a JSON object or cannot be written as JSON
 *
 * @example
 * ```ts
 * import { writeJsonl } from "langsmith-finetune";
 *
 * const { rows, sha256 } = await writeJsonl("train.jsonl", [
 *   { messages: [{ role: "user", content: "2 + 2?" }, { role: "assistant", content: "4" }] },
 * ]);
 * console.log(rows, sha256);
 * ```
 */
export async function writeJsonl(
  path: string,
  examples: AnyIterable<object>,
  options: WriteJsonlOptions = {},
): Promise<WrittenFile> {
  checkArgument("path", path, text);
  checkArgument("examples", examples, iterable);
  checkOptions<WriteJsonlOptions>("writeJsonl", options, { signal: abortSignal });
  const { signal } = options;
  signal?.throwIfAborted();
  await checkTarget(path);
  const file = await openNewFile(path);
  const writer = createJsonlWriter(file, { jsonOf: (row, line) => jsonOf(row as object, line) });
  try {
    const blocks = blocksIn(examples);
    if (blocks) {
      for await (const block of blocks) {
        signal?.throwIfAborted();
        await writer.addBlock(block);
      }
    } else
      for await (const chunk of chunksOf(examples, SINK_CHUNK_SIZE)) {
        signal?.throwIfAborted();
        for (const example of chunk) {
          const writing = writer.add(example);
          if (writing) await writing;
        }
      }
    signal?.throwIfAborted();
    const written = await writer.end();
    await file.publish();
    return { path, ...written };
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

function jsonOf(example: object, line: number): string {
  let json: string | undefined;
  let cause: unknown;
  try {
    json = stringifyExact(example);
  } catch (error) {
    cause = error;
  }
  if (json?.startsWith("{")) return json;
  const source = typeof example === "object" && example !== null ? sourceOf(example) : {};
  const message =
    cause === undefined
      ? "The row is not a JSON object."
      : `The row cannot be written as JSON: ${cause instanceof Error ? cause.message.split("\n")[0] : "it failed"}.`;
  throw new InvalidExamplesError({
    message: `Row ${line}${source.runId ? ` (run ${source.runId})` : ""} cannot be written. ${message}`,
    hint: "Nothing was left under the final name. Leave the row out, or fix the step that made it.",
    findings: [{ line, path: "$", code: "unwritable", severity: "error", message, source }],
    cause,
  });
}

/** The new file takes the place of what has its name; a device, a pipe or a folder must not be lost to that. */
async function checkTarget(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isFile()) return;
  throw new InvalidOptionError({
    option: "path",
    value: path,
    message: `${path} is there already and is not a file.`,
    hint: "Pass the path of a file.",
  });
}
