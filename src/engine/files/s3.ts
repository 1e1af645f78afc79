import type * as S3Sdk from "@aws-sdk/client-s3";
import { InvalidOptionError, ServiceError } from "../../errors.js";
import { amazonAccess, withServiceErrors, type AmazonAccess } from "../../http/amazon.js";
import type { ServiceFailure } from "../../http/service-failure.js";
import { isReadableFile } from "../../select/files/files-of.js";
import type { FileStore, InputFile } from "./stored-file.js";

/**
 * Where S3 is, or what speaks its language. Credentials are none of it: every process finds its own as Amazon's SDK does,
 * in its environment, its profile or its role.
 */
export interface S3Settings {
  /** @default what the SDK finds: `AWS_REGION`, or the profile's */
  region?: string;
  /** The address of another storage of the same API: MinIO, R2, Google Cloud Storage. @default Amazon's */
  endpoint?: string;
  /** Name the bucket in the path, and not in the host's name. @default false */
  forcePathStyle?: boolean;
}

const ADDRESS = /^s3:\/\/([^/]+)(?:\/(.*))?$/s;
/** Milliseconds until a request must have been connected, and without a byte. */
const CONNECTION_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 60_000;

/** Files in buckets of S3. Ranges are read as they are needed: no file is copied to this machine. */
export function s3Files({ region, endpoint, forcePathStyle }: S3Settings = {}): FileStore {
  const requestHandler = { connectionTimeout: CONNECTION_TIMEOUT, requestTimeout: REQUEST_TIMEOUT };
  let known: AmazonAccess | undefined;
  const access = () =>
    (known ??= amazonAccess({
      ...(region !== undefined && { region }),
      s3Options: {
        requestHandler,
        ...(endpoint !== undefined && { endpoint }),
        ...(forcePathStyle !== undefined && { forcePathStyle }),
      },
    }));
  const ask = async <T>(
    address: string,
    request: (client: S3Sdk.S3Client, sdk: typeof S3Sdk) => Promise<T>,
  ): Promise<T> => {
    const { client, sdk } = await access().s3();
    return withServiceErrors("S3", `GET ${address}`, () => request(client, sdk), access(), undefined, hintOf);
  };

  const head = (address: string): Promise<InputFile> =>
    ask(address, async (client, sdk) => {
      const { Bucket, Key } = placeOf(address);
      const { ContentLength = 0, LastModified, ETag } = await client.send(new sdk.HeadObjectCommand({ Bucket, Key }));
      return fileOf(address, ContentLength, LastModified, ETag);
    });

  return {
    async list(address) {
      const { Bucket, Key } = placeOf(address);
      if (isReadableFile(Key.slice(Key.lastIndexOf("/") + 1))) {
        try {
          return [await head(address)];
        } catch (error) {
          if (!ServiceError.isInstance(error) || error.status !== 404) throw error;
        }
      }
      const Prefix = Key === "" || Key.endsWith("/") ? Key : `${Key}/`;
      const files: InputFile[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await ask(address, (client, sdk) =>
          client.send(
            new sdk.ListObjectsV2Command({ Bucket, Prefix, ...(ContinuationToken && { ContinuationToken }) }),
          ),
        );
        for (const { Key: name = "", Size = 0, LastModified, ETag } of page.Contents ?? [])
          if (isReadableFile(name.slice(name.lastIndexOf("/") + 1)))
            files.push(fileOf(`s3://${Bucket}/${name}`, Size, LastModified, ETag));
        const next = page.IsTruncated === true ? page.NextContinuationToken : undefined;
        if (next !== undefined && next === ContinuationToken) throw new Error(`${address} is listed without an end.`);
        ContinuationToken = next;
      } while (ContinuationToken !== undefined);
      if (files.length === 0) {
        throw new InvalidOptionError({
          option: "from",
          value: address,
          message: `${address} holds no file of rows or runs.`,
          hint: "Such files end in .parquet, .json, .jsonl or .ndjson, the last three also with .gz.",
        });
      }
      return files.sort((left, right) => (left.path < right.path ? -1 : 1));
    },
    async open(address, version) {
      const { bytes, version: now } = await head(address);
      const IfMatch = version ?? now;
      const place = { ...placeOf(address), ...(IfMatch !== undefined && { IfMatch }) };
      const get = (Range?: string) =>
        ask(address, async (client, sdk) => {
          const { Body } = await client.send(
            new sdk.GetObjectCommand({ ...place, ...(Range !== undefined && { Range }) }),
          );
          if (Body === undefined) throw new Error(`${address} came without a body.`);
          return Body;
        });
      return {
        bytes,
        async read(start, end) {
          const last = Math.min(end, bytes) - 1;
          if (last < start) return Buffer.alloc(0);
          const body = await get(`bytes=${start}-${last}`);
          const read = Buffer.from(await ask(address, () => body.transformToByteArray()));
          if (read.length !== last + 1 - start)
            throw new Error(`${address} gave ${read.length} bytes of the ${last + 1 - start} from ${start} on.`);
          return read;
        },
        async *stream() {
          yield* (await get()) as unknown as AsyncIterable<Uint8Array>;
        },
        async close() {},
      };
    },
  };
}

function placeOf(address: string): { Bucket: string; Key: string } {
  const match = ADDRESS.exec(address);
  if (match === null) {
    throw new InvalidOptionError({
      option: "from",
      value: address,
      message: `${address} is not the address of an object or of objects: s3://bucket/path.`,
    });
  }
  return { Bucket: match[1] as string, Key: match[2] ?? "" };
}

function fileOf(path: string, bytes: number, modified: Date | undefined, version: string | undefined): InputFile {
  return { path, bytes, modified: modified?.getTime() ?? 0, ...(version !== undefined && { version }) };
}

function hintOf({ status, message }: ServiceFailure): string | undefined {
  if (status === undefined && /region/i.test(message)) return "Set AWS_REGION, or pass s3: { region }.";
  if (status === undefined && /credentials/i.test(message))
    return "Sign in with the AWS CLI, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role: on every machine that reads.";
  if (status === 403) return "Check that the credentials may list the bucket and read its objects.";
  if (status === 412) return "The object was replaced while it was read. Build again.";
  return undefined;
}
