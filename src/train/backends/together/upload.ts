import { ServiceError } from "../../../errors.js";
import type { CallOptions, DatasetFile, DatasetFormat, UploadedFile } from "../../backend.js";
import { datasetBlob } from "../../preparing/dataset-blob.js";
import { hasList, hasTexts } from "../../../http/answer-check.js";
import type { HttpClient } from "../../../http/http-client.js";
import { waitUntil } from "../../../http/wait-until.js";
import { defined, listOf, objectOf, stringOf } from "../shared/read.js";
import { refusedByProvider } from "../shared/server-findings.js";

/** Processing of a file takes minutes, of a very large one longer. */
const PROCESSING_TIMEOUT = 3_600_000;

/**
 * Sends a file to `POST /files/upload` and waits for Together's own check of its rows. A file of
 * the same content is used again: its name ends with the hash.
 */
export async function uploadFile(
  client: HttpClient,
  file: DatasetFile,
  format: DatasetFormat,
  { signal }: CallOptions,
  interval: number | undefined,
): Promise<UploadedFile> {
  const id = (await findFile(client, file, signal)) ?? (await sendFile(client, file, format, signal));
  await waitUntil(() => checkFile(client, file, id, signal), {
    what: `Together to process ${file.name} (${id})`,
    signal,
    interval,
    timeout: PROCESSING_TIMEOUT,
    hint: "The file stays at Together; the same call goes on with it.",
  });
  return { id, name: file.name, rows: file.rows, bytes: file.bytes, sha256: file.sha256 };
}

async function findFile(
  client: HttpClient,
  file: DatasetFile,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const files = listOf(objectOf(await client.json({ path: "/files", signal, check: hasList("data") }))["data"]);
  // A name begins as the user wishes and ends with the content's hash.
  const hash = file.name.lastIndexOf(file.sha256.slice(0, 8));
  const end = hash === -1 ? file.name : file.name.slice(hash);
  const same = files.find(
    (one) =>
      stringOf(one["filename"])?.endsWith(end) &&
      one["bytes"] === file.bytes &&
      one["purpose"] === "fine-tune" &&
      !isRefused(one),
  );
  return stringOf(same?.["id"]);
}

async function sendFile(
  client: HttpClient,
  file: DatasetFile,
  format: DatasetFormat,
  signal: AbortSignal | undefined,
): Promise<string> {
  const answer = await client.json({
    method: "POST",
    path: "/files/upload",
    signal,
    check: hasTexts("id"),
    body: async () => {
      const form = new FormData();
      form.set("purpose", "fine-tune");
      form.set("file_name", file.name);
      form.set("file_type", "jsonl");
      form.set("file", await datasetBlob(file, format));
      return form;
    },
  });
  const id = stringOf(objectOf(answer)["id"]);
  if (id !== undefined) return id;
  throw new ServiceError({
    service: "Together",
    code: "invalid-answer",
    message: "Together's answer to the upload has no file id.",
  });
}

/** `true` when the file can be trained on, `undefined` while Together works on it. */
async function checkFile(
  client: HttpClient,
  file: DatasetFile,
  id: string,
  signal: AbortSignal | undefined,
): Promise<true | undefined> {
  const answer = objectOf(
    await client.json({ path: `/files/${encodeURIComponent(id)}`, signal, check: hasTexts("id") }),
  );
  const report = objectOf(answer["validation_report"]);
  if (isRefused(answer)) {
    const message =
      stringOf(report["error"]) ??
      stringOf(answer["processing_error"]) ??
      `its state is ${String(answer["processing_status"])}, with no reason given`;
    throw refusedByProvider(defined({ service: "Together", file, message, code: stringOf(report["error_type"]) }));
  }
  // `processing_status` is newer than the OpenAPI document, which has only `Processed`.
  const status = stringOf(answer["processing_status"]);
  const done = status === undefined ? answer["Processed"] === true : status === "COMPLETED";
  return done ? true : undefined;
}

function isRefused(file: Record<string, unknown>): boolean {
  const status = file["processing_status"];
  return status === "FAILED" || status === "INVALID_FORMAT" || objectOf(file["validation_report"])["valid"] === false;
}
