import { InvalidOptionError, ServiceError, TimeoutError } from "../../../errors.js";
import type { CallOptions, DatasetFile, DatasetFormat, UploadedFile } from "../../backend.js";
import { datasetBlob } from "../../preparing/dataset-blob.js";
import { isObject } from "../../../http/answer-check.js";
import type { HttpClient } from "../../../http/http-client.js";
import { waitUntil } from "../../../http/wait-until.js";
import { hasStatus, objectOf, stringOf } from "../shared/read.js";
import { refusedByProvider } from "../shared/server-findings.js";
import { NAMED, resourceId, type Account } from "./account.js";

/** `:upload` takes files below this: https://docs.fireworks.ai/api-reference/upload-dataset-files */
const DIRECT_UPLOAD_LIMIT = 150_000_000;

const PROCESSING_TIMEOUT = 3_600_000;

/** So many intervals a dataset of an earlier call is looked at before its file is sent again: a minute. */
const GRACE_INTERVALS = 12;

interface UploadContext {
  client: HttpClient;
  account: Account;
  format: DatasetFormat;
  interval: number | undefined;
  /** For tests; see {@link DIRECT_UPLOAD_LIMIT}. */
  directLimit?: number;
}

/** Makes a dataset of the file, or takes the one that is there, and waits until Fireworks calls it ready. */
export async function uploadDataset(
  context: UploadContext,
  file: DatasetFile,
  { signal }: CallOptions,
): Promise<UploadedFile> {
  if (file.role === "validation" && file.method === "preference") {
    throw new InvalidOptionError({
      option: "validation",
      value: file.name,
      message: "Fireworks' preference jobs take no validation data.",
      hint: "Leave validation out.",
    });
  }
  const { account, interval } = context;
  // The content's hash is the name, so that the same file is sent once.
  const datasetId = resourceId("lf", file.sha256.slice(0, 40));
  const path = `/datasets/${datasetId}`;
  const ready = (timeout: number) =>
    waitUntil(() => checkDataset(account, path, file, signal), {
      what: `Fireworks to check the dataset ${datasetId}`,
      signal,
      interval,
      timeout,
      hint: "The dataset stays at Fireworks; the same call goes on with it.",
    });
  const existing = await account.lookUp({ path, signal });
  if (existing === undefined) {
    await createDataset(account, datasetId, file, signal);
    await sendFile(context, path, file, signal);
    await ready(PROCESSING_TIMEOUT);
  } else if (existing["state"] !== "READY" && !(await isReadyIn(ready, GRACE_INTERVALS * (interval ?? 5_000)))) {
    await sendAgain(context, path, file, signal);
    await ready(PROCESSING_TIMEOUT);
  }
  return {
    id: account.name("datasets", datasetId),
    name: file.name,
    rows: file.rows,
    bytes: file.bytes,
    sha256: file.sha256,
  };
}

/**
 * A dataset that is being uploaded and one whose file is being checked have the same state: an
 * earlier call may have ended on either side of the upload. It is looked at for a while first.
 */
async function isReadyIn(ready: (timeout: number) => Promise<unknown>, timeout: number): Promise<boolean> {
  try {
    await ready(timeout);
    return true;
  } catch (error) {
    if (TimeoutError.isInstance(error)) return false;
    throw error;
  }
}

/** The file may have come after all, and its check take longer: then a second one is refused. */
async function sendAgain(...[context, path, file, signal]: Parameters<typeof sendFile>): Promise<void> {
  try {
    await sendFile(context, path, file, signal);
  } catch (error) {
    if (![400, 409, 412].some((status) => hasStatus(error, status))) throw error;
  }
}

async function createDataset(
  account: Account,
  datasetId: string,
  file: DatasetFile,
  signal: AbortSignal | undefined,
): Promise<void> {
  const dataset = { displayName: file.name, exampleCount: String(file.rows), format: "CHAT", userUploaded: {} };
  try {
    // Repeated without harm: the second time it is there already.
    await account.request({
      method: "POST",
      path: "/datasets",
      json: { datasetId, dataset },
      signal,
      idempotent: true,
    });
  } catch (error) {
    if (!hasStatus(error, 409)) throw error;
  }
}

async function sendFile(
  { client, account, format, directLimit = DIRECT_UPLOAD_LIMIT }: UploadContext,
  path: string,
  file: DatasetFile,
  signal: AbortSignal | undefined,
) {
  if (file.bytes < directLimit) {
    await account.request({
      method: "POST",
      path: `${path}:upload`,
      signal,
      idempotent: true,
      body: async () => {
        const form = new FormData();
        form.set("file", await datasetBlob(file, format));
        return form;
      },
    });
    return;
  }
  const fileName = `${file.sha256}${format.extension}`;
  const answer = await account.request({
    method: "POST",
    path: `${path}:getUploadEndpoint`,
    json: { filenameToSize: { [fileName]: String(file.bytes) } },
    signal,
    idempotent: true,
    check: isObject,
  });
  const url = stringOf(objectOf(answer["filenameToSignedUrls"])[fileName]);
  if (url === undefined) {
    throw new ServiceError({
      service: "Fireworks",
      code: "invalid-answer",
      message: `Fireworks gave no address to upload ${fileName} to.`,
    });
  }
  // A whole URL: the client sends no key to it.
  await client.text({
    method: "PUT",
    path: url,
    signal,
    headers: {
      "content-type": "application/octet-stream",
      "x-goog-content-length-range": `${file.bytes},${file.bytes}`,
    },
    body: () => datasetBlob(file, format),
  });
  await account.request({ method: "POST", path: `${path}:validateUpload`, json: {}, signal, idempotent: true });
}

/** `true` when the dataset can be trained on, `undefined` while Fireworks works on it. */
async function checkDataset(
  account: Account,
  path: string,
  file: DatasetFile,
  signal: AbortSignal | undefined,
): Promise<true | undefined> {
  const dataset = await account.request({ path, signal, check: NAMED });
  const status = objectOf(dataset["status"]);
  const code = stringOf(status["code"]);
  if (code !== undefined && code !== "OK") {
    throw refusedByProvider({ service: "Fireworks", file, code, message: stringOf(status["message"]) ?? code });
  }
  return dataset["state"] === "READY" ? true : undefined;
}
