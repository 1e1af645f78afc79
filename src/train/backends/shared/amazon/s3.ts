import { createReadStream } from "node:fs";
import type { CallOptions, DatasetFile, UploadedFile } from "../../../backend.js";
import { hasStatus } from "../read.js";
import { withServiceErrors, type AmazonAccess } from "../../../../http/amazon.js";

/** Where something of this package is in the bucket. */
export function objectKey(prefix: string | undefined, name: string): string {
  return [(prefix ?? "langsmith-finetune").replace(/^\/+|\/+$/g, ""), name].filter((part) => part !== "").join("/");
}

/** Puts the file into the bucket under the hash of its content, once. */
export async function uploadToS3(
  clients: Pick<AmazonAccess, "s3" | "secrets">,
  { bucket, prefix }: { bucket: string; prefix?: string },
  file: DatasetFile,
  { signal }: CallOptions,
): Promise<UploadedFile> {
  const key = objectKey(prefix, `data/${file.sha256}.jsonl`);
  const id = `s3://${bucket}/${key}`;
  const { client, sdk } = await clients.s3();
  const options = { abortSignal: signal };
  const put = () =>
    client.send(
      new sdk.PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: createReadStream(file.path),
        ContentLength: file.bytes,
        ContentType: "application/jsonl",
        // S3 compares it with what arrived.
        ChecksumSHA256: Buffer.from(file.sha256, "hex").toString("base64"),
      }),
      options,
    );
  const size = async () => {
    try {
      const call = () => client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key }), options);
      return (await withServiceErrors("S3", `HEAD ${id}`, call, clients, signal)).ContentLength;
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    }
  };
  if ((await size()) !== file.bytes) await withServiceErrors("S3", `PUT ${id}`, put, clients, signal);
  return { id, name: file.name, rows: file.rows, bytes: file.bytes, sha256: file.sha256 };
}
