import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { InvalidOptionError, ServiceError } from "../errors.js";
import { openNewFile, writeWhole } from "../internal/files/new-file.js";
import { unwritable } from "../internal/files/unwritable.js";
import { abortSignal, callback, list, text } from "../internal/kinds.js";
import { checkArgument, checkOptions } from "../internal/options.js";
import { backendKind } from "./check-options.js";
import type { FineTuneBackend, PastJob } from "./backend.js";

/** Options of {@link exportPastJobs}. */
export interface ExportPastJobsOptions {
  /** Only these jobs, by id. @default all that the provider lists */
  jobs?: readonly string[];
  /** Called after each job. */
  onJob?: (job: ExportedJob) => void;
  /** Ends the export with the signal's reason. What was downloaded stays, and is not downloaded again. */
  signal?: AbortSignal;
}

/** A past job, and where its files are now. */
export interface ExportedJob extends PastJob {
  /** The downloaded files, by role: paths inside the folder. A file that the provider no longer has is missing. */
  readonly files: { readonly training?: string; readonly validation?: string };
  /** Why a file is missing, in the provider's words. */
  readonly missing: readonly {
    readonly role: "training" | "validation";
    readonly file: string;
    readonly reason: string;
  }[];
}

/**
 * Reads back what tuned models were trained on: every job that the provider lists, with its
 * hyperparameters, into `jobs.json`, and the files of rows below `files/`, each downloaded once.
 * The same call again downloads only what is not there yet. A file that the provider has deleted is
 * named in `missing` and ends nothing.
 *
 * @returns The jobs, newest first.
 * @throws InvalidOptionError if the backend cannot list its jobs, or the folder cannot be written.
 * @throws ServiceError as the provider refuses.
 *
 * @example
 * ```ts
 * import { exportPastJobs } from "langsmith-finetune";
 * import { openAI } from "langsmith-finetune/backends/openai";
 *
 * const jobs = await exportPastJobs(openAI({ model: "gpt-4o-mini-2024-07-18" }), "leaving-openai");
 * console.log(jobs.map(({ model, files }) => `${model}: ${files.training}`));
 * ```
 */
export async function exportPastJobs(
  backend: FineTuneBackend,
  folder: string,
  options: ExportPastJobsOptions = {},
): Promise<ExportedJob[]> {
  checkArgument("backend", backend, backendKind);
  checkArgument("folder", folder, text);
  checkOptions<ExportPastJobsOptions>("exportPastJobs", options, {
    jobs: list(text),
    onJob: callback,
    signal: abortSignal,
  });
  const { jobs: wanted, onJob, signal } = options;
  const { pastJobs, download } = backend;
  if (pastJobs === undefined || download === undefined) {
    throw new InvalidOptionError({
      option: "backend",
      value: backend.name,
      message: `The backend ${backend.name} cannot list its jobs and files.`,
      hint: "Download them in the provider's console.",
    });
  }
  await mkdir(join(folder, "files"), { recursive: true }).catch((cause: unknown) => {
    throw unwritable(folder, cause, { option: "folder", value: folder });
  });
  const exported: ExportedJob[] = [];
  for await (const job of pastJobs.call(backend, { signal })) {
    signal?.throwIfAborted();
    if (wanted !== undefined && !wanted.includes(job.reference.id)) continue;
    const files: { training?: string; validation?: string } = {};
    const missing: ExportedJob["missing"][number][] = [];
    for (const [role, file] of [
      ["training", job.trainingFile],
      ["validation", job.validationFile],
    ] as const) {
      if (file === undefined) continue;
      const path = join("files", `${file.replace(/[^\w.-]/g, "_")}.jsonl`);
      const reason = await fetchFile(join(folder, path), download.call(backend, file, { signal }), signal);
      if (reason === undefined) files[role] = path;
      else missing.push({ role, file, reason });
    }
    const result: ExportedJob = { ...job, files, missing };
    exported.push(result);
    onJob?.(result);
  }
  await writeWhole(join(folder, "jobs.json"), `${JSON.stringify(exported, null, 2)}\n`, {
    option: "folder",
    value: folder,
  });
  return exported;
}

/** Downloads a file whole or not at all. Says why where the provider does not have it. */
async function fetchFile(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (
    await stat(path).then(
      ({ size }) => size > 0,
      () => false,
    )
  )
    return undefined;
  const file = await openNewFile(path, { option: "folder", value: path });
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  try {
    for await (const chunk of bytes) await file.write(decoder.decode(chunk, { stream: true }));
    await file.write(decoder.decode());
    signal?.throwIfAborted();
    await file.end();
    await file.publish();
    return undefined;
  } catch (error) {
    await file.abandon();
    if (ServiceError.isInstance(error) && (error.status === 404 || error.status === 410)) return error.message;
    throw error;
  }
}
