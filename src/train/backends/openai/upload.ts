import type { FileObject } from "openai/resources/files";
import { ServiceError } from "../../../errors.js";
import { hasList, hasTexts } from "../../../http/answer-check.js";
import type { DatasetFile, DatasetFormat, UploadedFile } from "../../backend.js";
import { datasetBlob } from "../../preparing/dataset-blob.js";
import { waitUntil } from "../../../http/wait-until.js";
import type { Connection } from "./connection.js";
import type { OpenAIDialect } from "./dialect.js";
import { items } from "./pages.js";

// A file that expires sooner might be gone before the job has read it.
const SECONDS_TO_LIVE = 6 * 60 * 60;

/** Uploads a file, or finds the one with its name and size that is there already. */
export async function upload(
  connection: Connection,
  dialect: OpenAIDialect,
  format: DatasetFormat,
  file: DatasetFile,
  signal: AbortSignal | undefined,
): Promise<UploadedFile> {
  const known = await findFile(connection, file, signal);
  const created =
    known ??
    (await connection.call(
      "POST /files",
      signal,
      async (client, inner) =>
        client.files.create({ file: await datasetBlob(file, format), purpose: "fine-tune" }, { signal: inner }),
      hasTexts("id"),
    ));
  const ready = dialect.waitForFile ? await processed(connection, created, signal) : created;
  failIfRefused(dialect, ready);
  return { id: ready.id, name: file.name, rows: file.rows, bytes: file.bytes, sha256: file.sha256 };
}

/** The name holds part of the content's hash, so name and size together are the content. */
async function findFile(
  connection: Connection,
  { name, bytes }: DatasetFile,
  signal: AbortSignal | undefined,
): Promise<FileObject | undefined> {
  const files = items((after) =>
    connection.call(
      "GET /files",
      signal,
      (client, inner) => client.files.list({ purpose: "fine-tune", limit: 1_000, after }, { signal: inner }),
      hasList("data"),
    ),
  );
  const soon = Date.now() / 1_000 + SECONDS_TO_LIVE;
  try {
    for await (const file of files) {
      const usable = statusOf(file) !== "error" && statusOf(file) !== "deleted" && (file.expires_at ?? Infinity) > soon;
      if (usable && file.filename === name && file.bytes === bytes) return file;
    }
  } catch (error) {
    // A host without a list of files: the file is sent again, which costs time and nothing else.
    if (!ServiceError.isInstance(error) || (error.status !== 404 && error.status !== 405)) throw error;
  }
  return undefined;
}

async function processed(
  connection: Connection,
  file: FileObject,
  signal: AbortSignal | undefined,
): Promise<FileObject> {
  const settled = (one: FileObject) => (["processed", "error"].includes(statusOf(one)) ? one : undefined);
  return (
    settled(file) ??
    waitUntil(
      async () =>
        settled(
          await connection.call(
            `GET /files/${file.id}`,
            signal,
            (client, inner) => client.files.retrieve(file.id, { signal: inner }),
            hasTexts("id"),
          ),
        ),
      { what: `the file ${file.id} to be processed`, signal, interval: 1_000 },
    )
  );
}

function failIfRefused({ service }: OpenAIDialect, file: FileObject): void {
  if (statusOf(file) !== "error") return;
  const { status_details: reason } = file as { status_details?: string };
  throw new ServiceError({
    service,
    code: "invalid-file",
    message: `${service} refused the file ${file.filename}: ${reason ?? "it gave no reason"}`,
    hint: "Check the rows with validateExamples, and the file's size.",
  });
}

// `status` is called deprecated by OpenAI, and it is all that the other hosts have.
const statusOf = (file: { status?: string }): string => file.status ?? "uploaded";
