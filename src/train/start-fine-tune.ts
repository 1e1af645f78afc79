import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EmptyDatasetError, InvalidOptionError } from "../errors.js";
import { unwritable } from "../internal/files/unwritable.js";
import type { JobReference, UploadedFile } from "./backend.js";
import { checkFineTuneOptions, checkOptions } from "./check-options.js";
import { checkCheckpointChoice } from "./choose-checkpoint.js";
import { createOnce, findJob } from "./create-once.js";
import { startTimeout } from "../http/timeout.js";
import { createJob, type FineTuneJob } from "./job.js";
import { continuedModel } from "./continue-from.js";
import { jobKey } from "./job-key.js";
import type { AnyIterable } from "../types.js";
import type { FineTuneOptions, TrainingRow } from "./options.js";
import { readRows } from "./preparing/read-rows.js";
import { prepareDataset, type PreparedDataset } from "./preparing/prepare-dataset.js";
import { createBudget } from "./planning/budget.js";
import { checkCostLimit } from "./planning/cost-limit.js";
import type { RowMeter } from "./planning/row-meter.js";
import { oneAtATime } from "./one-at-a-time.js";
import { createDigestIndex, type DigestIndex } from "../internal/storage/digest-index.js";
import { createPersonalDataScan, personalDataWords } from "./preparing/personal-data.js";
import { retryTransient } from "../http/retry.js";

/**
 * Checks and uploads the rows and creates the job, but does not wait for its end. Store
 * `job.reference` to go on elsewhere. Options and errors are those of `fineTune`; `timeout` counts
 * for the start, and again for each wait.
 *
 * @example
 * ```ts
 * import { startFineTune, type FineTuneBackend, type TrainingExample } from "langsmith-finetune";
 *
 * declare const examples: AsyncIterable<TrainingExample>;
 * declare const backend: FineTuneBackend;
 *
 * const job = await startFineTune({ examples, backend, suffix: "support" });
 * console.log(JSON.stringify(job.reference));
 * const tuned = await job.wait({ timeout: 6 * 60 * 60 * 1000 });
 * ```
 */
export async function startFineTune(options: FineTuneOptions): Promise<FineTuneJob> {
  checkFineTuneOptions(options);
  checkOptions(options);
  checkCostLimit(options, options.method);
  checkCheckpointChoice(options.backend, options.checkpoint);
  if (options.checkpoint === "best" && options.validation === undefined) {
    throw new InvalidOptionError({
      option: "checkpoint",
      value: "best",
      message: "The best checkpoint is the one with the lowest validation loss, and there are no validation rows.",
      hint: "Pass validation, or leave out checkpoint.",
    });
  }
  const timeout = startTimeout(options.timeout, options.signal, () => ({
    message: `The job was not started in time at ${options.backend.name}.`,
    hint: "Call again with the same rows and options: what was uploaded, and a job that was created, are found again.",
  }));
  try {
    return await start(options, timeout.signal);
  } catch (error) {
    timeout.signal.throwIfAborted();
    throw error;
  } finally {
    timeout.end();
  }
}

async function start(options: FineTuneOptions, signal: AbortSignal): Promise<FineTuneJob> {
  const { backend, suffix, seed, epochs, metadata, reuse = true, onProgress, pollInterval, checkpoint } = options;
  await backend.checkSetup?.();
  const defaults = { signal: options.signal, timeout: options.timeout, onProgress, pollInterval, checkpoint };
  const parent = options.directory ?? tmpdir();
  const refused = (cause: unknown) => {
    throw unwritable(parent, cause, { option: "directory" });
  };
  await mkdir(parent, { recursive: true }).catch(refused);
  const directory = await mkdtemp(join(parent, "langsmith-finetune-")).catch(refused);
  try {
    // Only where there is something to compare with: sixteen bytes for each row.
    const trained = options.validation === undefined ? undefined : createDigestIndex();
    const budget = options.maxCost === undefined ? undefined : await createBudget(options);
    const preparing = (meter: RowMeter | undefined) => ({ directory, trained, meter });
    const training = await prepare(options, "training", preparing(budget?.training), signal);
    const validation = await prepareValidation(options, training, preparing(budget?.validation), signal);
    const { method } = training;
    const from = continuedModel(options.from);
    const { evaluateEvery } = options;
    const earlyStopping = options.earlyStopping === true ? {} : options.earlyStopping || undefined;
    const schedule = { evaluateEvery, earlyStopping };
    const key = jobKey({ backend, method, training, validation, suffix, seed, epochs, from: from?.model, ...schedule });

    const create = async (earlier: JobReference | undefined): Promise<FineTuneJob> => {
      const found = reuse ? (earlier ?? (await findJob(backend, key, { signal }))) : undefined;
      if (found !== undefined) {
        const job = { ...found, training: found.training ?? fileOf(training) };
        await onProgress?.({ type: "created", job, found: true });
        return createJob(backend, job, defaults);
      }

      budget?.check(method);

      const upload = async (file: PreparedDataset): Promise<UploadedFile> => {
        await onProgress?.({ type: "uploading", role: file.role, name: file.name, bytes: file.bytes });
        const uploaded = await retryTransient(() => backend.upload(file, { signal }), { signal });
        await onProgress?.({ type: "uploaded", role: file.role, file: uploaded });
        return uploaded;
      };
      const request = {
        key,
        method,
        training: await upload(training),
        ...(validation === undefined ? {} : { validation: await upload(validation) }),
        suffix,
        seed,
        epochs,
        metadata,
        from,
        ...schedule,
        ...(reuse ? {} : { fresh: true }),
      };
      const created = await createOnce(backend, request, { signal });
      const job = { ...created, training: created.training ?? request.training };
      await onProgress?.({ type: "created", job, found: false });
      return createJob(backend, job, defaults);
    };
    return await oneAtATime(key, { machine: options.lock === "machine", signal }, create);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What the preparation of both files shares. */
interface Preparing {
  readonly directory: string;
  readonly trained: DigestIndex | undefined;
  readonly meter: RowMeter | undefined;
}

/** Where a person sees it, whoever listens to the progress. */
function warn(message: string): void {
  process.emitWarning(message, { type: "FineTuneWarning" });
}

async function prepare(
  {
    examples,
    validation,
    backend,
    method,
    suffix,
    maxTokens,
    personalData = "say",
    onProgress,
    from,
    earlyStopping,
  }: FineTuneOptions,
  role: PreparedDataset["role"],
  { directory, trained, meter }: Preparing,
  signal: AbortSignal,
): Promise<PreparedDataset> {
  const given = role === "training" ? examples : (validation ?? []);
  const rows: AnyIterable<TrainingRow> = typeof given === "string" ? readRows(given, signal) : given;
  const label = `${fileLabel(suffix ?? backend.model)}${role === "validation" ? "-validation" : ""}`;
  const dataset = await prepareDataset({
    rows,
    backend,
    role,
    method,
    label,
    directory,
    maxTokens,
    meter,
    personalData: await createPersonalDataScan(personalData),
    trained,
    signal,
  });
  // The rows decide the method, so only now is it known whether the backend has it.
  if (method === undefined) checkOptions({ backend, method: dataset.method, from, validation, earlyStopping });
  const { rows: count, bytes, sha256, warnings } = dataset;
  await onProgress?.({ type: "prepared", role, method: dataset.method, rows: count, bytes, sha256, warnings });
  if (dataset.personalData) {
    await onProgress?.({ type: "personal-data", role, ...dataset.personalData });
    warn(
      `Before the upload: ${personalDataWords(role, dataset.personalData)}. Take it out with curate({ redact: true }), or pass personalData: "refuse" or "ignore".`,
    );
  }
  if (dataset.repeated > 0) {
    await onProgress?.({ type: "repeated-rows", rows: dataset.repeated, of: count });
    warn(
      `${dataset.repeated} of ${count} validation rows are training rows too: what is measured on them says nothing of other rows.`,
    );
  }
  return dataset;
}

async function prepareValidation(
  options: FineTuneOptions,
  { method }: PreparedDataset,
  preparing: Preparing,
  signal: AbortSignal,
): Promise<PreparedDataset | undefined> {
  if (options.validation === undefined) return undefined;
  try {
    return await prepare({ ...options, method }, "validation", preparing, signal);
  } catch (error) {
    if (EmptyDatasetError.isInstance(error)) return undefined;
    throw error;
  }
}

/** What a job that was found again was trained on: the same content, whatever the provider called the file. */
function fileOf({ name, rows, bytes, sha256 }: PreparedDataset): UploadedFile {
  return { id: name, name, rows, bytes, sha256 };
}

/** The last part of a model's name, or a suffix, as the beginning of a file name. */
function fileLabel(name: string): string {
  const last = name.split("/").at(-1) ?? name;
  return (
    last
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^[-.]+|[-.]+$/g, "")
      .slice(0, 60) || "dataset"
  );
}
