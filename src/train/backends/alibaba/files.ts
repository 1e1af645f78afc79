import { isObject } from "../../../http/answer-check.js";
import type { HttpClient } from "../../../http/http-client.js";
import type { CallOptions, DatasetFile, UploadedFile } from "../../backend.js";
import { datasetBlob } from "../../preparing/dataset-blob.js";
import { listOf, numberOf, objectOf, stringOf } from "../shared/read.js";
import { refusedByProvider } from "../shared/server-findings.js";
import { invalidAnswer } from "./answers.js";
import { numberedPages } from "./numbered-pages.js";
import { alibabaFile } from "./rows.js";

/** Pages of files that are looked at: the service keeps 10,000 files at most. */
const MAXIMUM_PAGES = 100;

/** Sends the file, or takes the one with its name and size that is there: the name holds the hash of the content. */
export async function uploadFile(
  client: HttpClient,
  file: DatasetFile,
  { signal }: CallOptions,
): Promise<UploadedFile> {
  const uploaded = (id: string) => ({
    id,
    name: file.name,
    rows: file.rows,
    bytes: file.bytes,
    sha256: file.sha256,
  });
  const existing = await findFile(client, file, signal);
  if (existing !== undefined) return uploaded(existing);
  const answer = await client.json({
    method: "POST",
    path: "/files",
    signal,
    check: isObject,
    body: async () => {
      const form = new FormData();
      form.set("files", await datasetBlob(file, alibabaFile), file.name);
      form.set("purpose", "fine-tune");
      form.set("descriptions", `sha256 ${file.sha256}`);
      return form;
    },
  });
  const data = dataOf(answer);
  const [failed] = listOf(data["failed_uploads"]);
  if (failed !== undefined)
    throw refusedByProvider({
      service: "Alibaba",
      file,
      code: stringOf(failed["code"]),
      message: stringOf(failed["message"]) ?? "no reason given",
    });
  const id = stringOf(listOf(data["uploaded_files"])[0]?.["file_id"]);
  if (id === undefined) throw invalidAnswer("Alibaba's answer to the upload has no file id.");
  return uploaded(id);
}

async function findFile(
  client: HttpClient,
  { name, bytes }: DatasetFile,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const list = {
    path: "/files",
    check: isObject,
    listIn: (answer: unknown) => dataOf(answer)["files"],
    id: "file_id",
    maximumPages: MAXIMUM_PAGES,
    signal,
  };
  for await (const files of numberedPages(client, list)) {
    const found = files.find((one) => one["name"] === name && numberOf(one["size"]) === bytes);
    if (found !== undefined) return stringOf(found["file_id"]);
  }
  return undefined;
}

/** `data` in the documentation, `output` in the answers that its Python SDK reads. */
function dataOf(answer: unknown): Record<string, unknown> {
  const { data, output } = objectOf(answer);
  return objectOf(data ?? output);
}
