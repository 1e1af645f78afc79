import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertMessagesForFinetuning } from "../../convert/convert-messages-for-finetuning.js";
import { curate } from "../../curate/curate.js";
import { writeDataset } from "../../curate/write-dataset.js";
import { EmptyDatasetError, InvalidOptionError, ServiceError } from "../../errors.js";
import { digest } from "../../curate/duplicates/fingerprint.js";
import { type FileLock, takeLock } from "../../internal/files/file-lock.js";
import { connect } from "../../select/server/connection.js";
import { LangSmithDatasetChatLoader } from "../../load/langsmith-dataset-chat-loader.js";
import { omit } from "../../internal/omit.js";
import type { RunQuery } from "../../select/query/run-query.js";
import { writeLangSmithDataset } from "../langsmith/write-langsmith-dataset.js";
import type { DatasetUpdate } from "./dataset-update.js";
import type { UpdateDatasetOptions } from "./update-options.js";

/**
 * Updates a dataset that lies in LangSmith alone: in a folder made of its examples for the time of the update. The
 * position is found in the sources of the examples.
 */
export async function updateLangSmithDataset(
  name: string,
  query: RunQuery,
  options: UpdateDatasetOptions,
  updateFolder: (folder: string) => Promise<DatasetUpdate>,
): Promise<DatasetUpdate> {
  const { client, signal, rateLimit, maxRetries, curate: { redact } = {} } = options;
  if (redact !== undefined && redact !== false && (redact === true || redact.salt === undefined))
    throw new InvalidOptionError({
      option: "curate.redact.salt",
      value: undefined,
      message:
        "curate.redact needs a salt where the dataset is in LangSmith, so that each update replaces texts alike.",
    });
  const connection = {
    ...(client && { client }),
    ...(signal && { signal }),
    ...(rateLimit !== undefined && { rateLimit }),
    ...(maxRetries !== undefined && { maxRetries }),
  };
  const lock = await lockName(name, (await connect(connection)).apiUrl);
  const folder = await mkdtemp(join(tmpdir(), "langsmith-finetune-update-"));
  try {
    const sessions = new LangSmithDatasetChatLoader({ ...connection, datasetName: name, onSkip: () => undefined });
    try {
      const stored = await curate(convertMessagesForFinetuning(sessions, { onSkip: () => undefined }), {
        join: false,
        deduplicate: false,
        validate: false,
        split: { keep: true, validation: 0, nearDuplicates: false },
        ...(signal && { signal }),
      });
      await writeDataset(folder, stored, { report: false, ...(signal && { signal }) });
    } catch (error) {
      const isNew =
        EmptyDatasetError.isInstance(error) || (ServiceError.isInstance(error) && error.code === "not-found");
      if (!isNew) throw error;
    }
    const update = await updateFolder(folder);
    if (update.changed) {
      // Answers that were taken out change their rows; what somebody else edited is still refused.
      await writeLangSmithDataset(folder, { ...connection, name, prune: true, onConflict: "replace" });
    }
    return omit(update, "previous");
  } finally {
    await rm(folder, { recursive: true, force: true });
    await lock.release();
  }
}

/**
 * Takes the dataset for one process of this machine: LangSmith has no locks.
 *
 * @throws {InvalidOptionError} where another one has it.
 */
async function lockName(name: string, apiUrl: string): Promise<FileLock> {
  const path = join(tmpdir(), `langsmith-finetune-${digest(`${apiUrl} ${name}`).slice(0, 32)}.lock`);
  const lock = await takeLock(path);
  if ("release" in lock) return lock;
  throw new InvalidOptionError({
    option: "target",
    value: name,
    message: `Process ${lock.pid} on ${lock.host} has been changing the dataset ${JSON.stringify(name)} of LangSmith since ${lock.since}.`,
    hint: `Wait for it. If it is gone, delete ${path}.`,
  });
}
