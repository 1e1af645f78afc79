import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { CallOptions, DatasetFile, UploadedFile } from "../../backend.js";
import { numberOf } from "../shared/read.js";
import { withServiceErrors, type VertexClients } from "./clients.js";
import { vertexFile } from "./rules.js";

/** Above this a broken upload is resumed by the client, at the cost of one more request. */
const RESUMABLE_FROM = 8_000_000;

/** Puts the file into the bucket under the hash of its content, once. */
export async function uploadToBucket(
  clients: VertexClients,
  { bucket: bucketName, prefix = "langsmith-finetune" }: { bucket: string; prefix?: string },
  file: DatasetFile,
  { signal }: CallOptions,
): Promise<UploadedFile> {
  const name = [prefix.replace(/^\/+|\/+$/g, ""), `${file.sha256}${vertexFile.extension}`]
    .filter((part) => part !== "")
    .join("/");
  const id = `gs://${bucketName}/${name}`;
  return withServiceErrors(
    `PUT ${id}`,
    async () => {
      const target = (await clients.bucket()).file(name);
      const [exists] = await target.exists();
      const size = exists ? numberOf((await target.getMetadata())[0].size) : undefined;
      if (size !== file.bytes) {
        // Google checks the MD5 sum of what arrived.
        const sink = target.createWriteStream({
          resumable: file.bytes >= RESUMABLE_FROM,
          validation: "md5",
          contentType: vertexFile.mediaType,
        });
        await pipeline(createReadStream(file.path), sink, { signal });
      }
      return { id, name: file.name, rows: file.rows, bytes: file.bytes, sha256: file.sha256 };
    },
    clients,
    signal,
  );
}
