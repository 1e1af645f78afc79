import { access, stat } from "node:fs/promises";
import { join } from "node:path";
import { readJsonl } from "../convert/read-jsonl.js";
import { InvalidOptionError } from "../errors.js";
import type { AnyIterable } from "../types.js";
import type { TrainingRow } from "../train/options.js";

/** The rows that a path means: the splits of a dataset folder, or one file of training rows. */
export interface DatasetInput {
  train: AnyIterable<TrainingRow>;
  validation?: AnyIterable<TrainingRow>;
}

/** Opens a folder that `curate` wrote, or a file of JSON lines. */
export async function openDataset(
  path: string,
  validation: string | undefined,
  signal: AbortSignal,
): Promise<DatasetInput> {
  const rows = (file: string): AnyIterable<TrainingRow> => readJsonl(file, { signal });
  const held = validation === undefined ? {} : { validation: rows(validation) };
  const found = await stat(path).catch((cause: unknown) => {
    throw new InvalidOptionError({
      option: "dataset",
      value: path,
      message: `${path} cannot be read.`,
      hint: "Pass a folder that curate wrote, or a file of JSON lines.",
      cause,
    });
  });
  if (!found.isDirectory()) return { train: rows(path), ...held };
  const split = join(path, "validation.jsonl");
  const isSplit = await exists(split);
  return { train: rows(join(path, "train.jsonl")), ...(isSplit && { validation: rows(split) }), ...held };
}

/** Whether the path is a dataset with its manifest, and not a file of rows. */
export const isDataset = (path: string): Promise<boolean> => exists(join(path, "manifest.json"));

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
