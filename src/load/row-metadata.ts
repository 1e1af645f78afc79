import { isRecord } from "../internal/is-record.js";
import { omit } from "../internal/omit.js";
import { traceableFields } from "../internal/storage/row-blocks.js";
import type { ExampleSource } from "../types.js";

/** The key under which `writeLangSmithDataset` keeps what it knows of a row in the metadata of its example. */
export const ROW_METADATA = "langsmith_finetune";

/** What is kept there. */
export interface RowMetadata {
  /** The hash of the row as it was written, to see whether somebody edited the example. */
  readonly row: string;
  /** The version of the dataset that brought the row as it is. */
  readonly version?: string;
  /** Where the row came from. */
  readonly source: ExampleSource;
}

/** Reads it by allow-list: metadata can be edited by anybody who may edit the dataset. */
export function readRowMetadata(metadata: Record<string, unknown>): RowMetadata | undefined {
  const value = metadata[ROW_METADATA];
  if (!isRecord(value) || typeof value.row !== "string" || !isRecord(value.source)) return undefined;
  const source = traceableFields(value.source);
  const targets = source.targets?.filter(
    (target: unknown) => isRecord(target) && Number.isSafeInteger(target.message) && (target.message as number) >= 0,
  );
  return {
    row: value.row,
    ...(typeof value.version === "string" && { version: value.version }),
    source: { ...omit(source, "targets"), ...(targets && { targets }) },
  };
}
