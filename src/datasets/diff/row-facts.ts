import { createFingerprint, digest } from "../../curate/duplicates/fingerprint.js";
import { traceable } from "../../internal/storage/row-blocks.js";
import { stringifyExact } from "../../internal/exact-json.js";
import { omit } from "../../internal/omit.js";
import { stableStringify } from "../../internal/stable-stringify.js";
import { sourceOf, targetsOf } from "../../source.js";
import type { ExampleSource } from "../../types.js";

/** What is compared of a row: hashes, as hexadecimal. */
export interface DiffFacts {
  /** The row as it is written. */
  readonly json: string;
  /** What it teaches, whatever its form. */
  readonly canonical: string;
  readonly messages: string;
  readonly settings: string;
  readonly source: string;
  /** The row up to each of its answers. */
  readonly turns: readonly string[];
  /** By what it is found in the other dataset: its runs, or its example, or its content. */
  readonly keys: readonly string[];
  readonly identified: boolean;
  /** Its thread or trace. */
  readonly conversation: string | undefined;
  readonly targets: number;
}

/** Makes a function that finds the facts of rows. */
export function createDiffFacts(): (row: object) => DiffFacts {
  const fingerprintOf = createFingerprint();
  return (row) => {
    const source = sourceOf(row);
    const targets = targetsOf(row);
    const fingerprint = fingerprintOf(row);
    const runs = targets.flatMap(({ runId }) => (runId === undefined ? [] : [runId]));
    const ids =
      runs.length > 0
        ? runs.map((id) => `run:${id}`)
        : source.runId !== undefined
          ? [`run:${source.runId}`]
          : source.exampleId !== undefined
            ? [`example:${source.exampleId}`]
            : [];
    const { messages, ...rest } = row as { messages?: unknown };
    const conversation = source.threadId ?? source.traceId;
    return {
      json: digest(stringifyExact(row) ?? ""),
      canonical: fingerprint.row,
      messages: digest(stringifyExact(messages) ?? ""),
      settings: digest(stableStringify(rest)),
      source: digest(stableStringify(comparable(source))),
      turns: fingerprint.turns,
      keys: ids.length > 0 ? ids : [`content:${fingerprint.row}`],
      identified: ids.length > 0,
      conversation: conversation === undefined ? undefined : digest(conversation),
      targets: targets.length,
    };
  };
}

// Its place in a file and its split are not facts about its runs.
const comparable = (source: ExampleSource) => omit(traceable(source), "file", "line", "splits");
