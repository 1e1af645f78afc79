import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { unwritable } from "../internal/files/unwritable.js";
import { isRecord } from "../internal/is-record.js";
import { kind, text } from "../internal/kinds.js";
import { checkArgument } from "../internal/options.js";
import { readManifest } from "./manifest.js";

/** A job that was trained on a version of a dataset. */
export interface DatasetJob {
  readonly backend: string;
  /** The job's id. */
  readonly job: string;
  /** The tuned model, where there was one. */
  readonly model?: string;
  /** The `sha256` of the manifest. */
  readonly dataset: string;
}

const FILE = "jobs.jsonl";
const tunedKind = kind<Omit<DatasetJob, "dataset">>(
  "what fineTune() returned, or { backend, job }",
  (value) => isRecord(value) && typeof value.backend === "string" && typeof value.job === "string",
);

/**
 * Notes in the folder of a dataset that a model was trained on it as it is now, so that `eraseFromDatasets` can
 * say later in which models somebody's data is. The note stays while the dataset goes on.
 *
 * @throws {InvalidOptionError} if the folder is not a dataset.
 *
 * @example
 * ```ts
 * import { type FineTunedModel, recordFineTune } from "langsmith-finetune";
 *
 * declare const tuned: FineTunedModel;
 * await recordFineTune("datasets/support", tuned);
 * ```
 */
export async function recordFineTune(folder: string, tuned: Omit<DatasetJob, "dataset">): Promise<DatasetJob> {
  checkArgument("folder", folder, text);
  checkArgument("tuned", tuned, tunedKind);
  const { sha256 } = await readManifest(folder);
  const { backend, job, model } = tuned;
  const note: DatasetJob = { backend, job, ...(model !== undefined && { model }), dataset: sha256 };
  const known = await readJobs(folder);
  if (known.some((other) => other.backend === backend && other.job === job && other.dataset === sha256)) return note;
  await appendFile(join(folder, FILE), `${JSON.stringify(note)}\n`).catch((cause: unknown) => {
    throw unwritable(folder, cause, { option: "folder", value: folder });
  });
  return note;
}

/** The jobs that were noted in a dataset's folder. */
export async function readJobs(folder: string): Promise<DatasetJob[]> {
  const lines = await readFile(join(folder, FILE), "utf8").catch(() => "");
  return lines.split("\n").flatMap((line) => {
    if (line.trim() === "") return [];
    const note: unknown = JSON.parse(line);
    return tunedKind.fits(note) ? [note as DatasetJob] : [];
  });
}
