import type { Bucket } from "@google-cloud/storage";
import type { GoogleGenAI } from "@google/genai";
import { loadPackage } from "../../../internal/load-package.js";
import { serviceError, toServiceError } from "../../../http/service-error.js";
import { failureOfBody } from "../../../http/service-failure.js";
import type { VertexOptions } from "./options.js";

const SERVICE = "Vertex AI";

/** Google's clients, made on first use: importing the backend loads neither. */
export interface VertexClients {
  genai(): Promise<GoogleGenAI>;
  bucket(): Promise<Bucket>;
}

export function vertexClients(options: VertexOptions): VertexClients {
  const { project, location, baseURL, headers, googleAuthOptions, storageOptions } = options;
  let genai: Promise<GoogleGenAI> | undefined;
  let bucket: Promise<Bucket> | undefined;
  return {
    genai: () =>
      (genai ??= loadPackage("@google/genai", "Tuning on Vertex AI", () => import("@google/genai")).then(
        ({ GoogleGenAI }) =>
          new GoogleGenAI({
            vertexai: true,
            project,
            location,
            googleAuthOptions,
            httpOptions: { baseUrl: baseURL, headers },
          }),
      )),
    bucket: () =>
      (bucket ??= loadPackage(
        "@google-cloud/storage",
        "Uploading to Cloud Storage",
        () => import("@google-cloud/storage"),
      ).then(({ Storage }) => new Storage({ projectId: project, ...storageOptions }).bucket(options.bucket))),
  };
}

/** Does what Google's client does, with this package's errors. */
export async function withServiceErrors<T>(request: string, call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await call();
  } catch (error) {
    signal?.throwIfAborted();
    const { status, message } = error as { status?: unknown; message?: unknown };
    // `@google/genai` puts the answer's whole body into the message.
    if (typeof status === "number" && typeof message === "string" && message.startsWith("{")) {
      throw serviceError(failureOfBody(status, message), { service: SERVICE, request, hint: hintOf, cause: error });
    }
    throw toServiceError(error, { service: SERVICE, request, hint: hintOf });
  }
}

function hintOf({ status, message }: { status?: number; message: string }): string | undefined {
  if (/could not load the default credentials/i.test(message))
    return "Run `gcloud auth application-default login`, or pass googleAuthOptions and storageOptions.";
  if (status === 403)
    return "The account needs the role Vertex AI User, and the tuning service agent read access to the bucket.";
  return undefined;
}
