import type { Bucket } from "@google-cloud/storage";
import type { GoogleGenAI } from "@google/genai";
import { loadPackage } from "../../../internal/load-package.js";
import { secretsOfEnvironment, secretsOfObject } from "../../../http/secrets.js";
import { serviceError, toClientError } from "../../../http/service-error.js";
import { failureOfBody } from "../../../http/service-failure.js";
import type { VertexOptions } from "./options.js";

const SERVICE = "Vertex AI";

/** Google's clients, made on first use: importing the backend loads neither. */
export interface VertexClients {
  genai(): Promise<GoogleGenAI>;
  bucket(): Promise<Bucket>;
  /** What the clients were made with and have got since, tokens among it, that no error may quote. */
  secrets(): Promise<readonly string[]>;
}

export function vertexClients(options: VertexOptions): VertexClients {
  const { project, location, baseURL, headers, googleAuthOptions, storageOptions } = options;
  let genai: Promise<GoogleGenAI> | undefined;
  let bucket: Promise<Bucket> | undefined;
  return {
    // Read when there is an error: the clients get their tokens as they go.
    async secrets() {
      const clients = await Promise.allSettled([genai, bucket]);
      const own = [googleAuthOptions?.authClient, storageOptions?.authClient];
      const sent = await Promise.allSettled(own.map(async (client) => client?.getRequestHeaders()));
      const headers = sent.map((result) => (result.status === "fulfilled" ? { headers: result.value } : undefined));
      return [...secretsOfObject([options, clients, headers]), ...secretsOfEnvironment()];
    },
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
export async function withServiceErrors<T>(
  request: string,
  call: () => Promise<T>,
  clients: Pick<VertexClients, "secrets">,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await call();
  } catch (error) {
    signal?.throwIfAborted();
    const context = { service: SERVICE, request, secrets: await clients.secrets(), hint: hintOf };
    const { status, message } = error as { status?: unknown; message?: unknown };
    // `@google/genai` puts the answer's whole body into the message.
    if (typeof status === "number" && typeof message === "string" && message.startsWith("{")) {
      throw serviceError(failureOfBody(status, message), { ...context, cause: error });
    }
    // The storage client compares check sums with those of an answer that may be no answer.
    if (/^FILE_NO_UPLOAD/.test(String((error as { code?: unknown }).code)))
      throw serviceError({ message: "what arrived is not what was sent", unreadable: true }, context);
    throw toClientError(error, context);
  }
}

function hintOf({ status, message }: { status?: number; message: string }): string | undefined {
  if (/could not load the default credentials/i.test(message))
    return "Run `gcloud auth application-default login`, or pass googleAuthOptions and storageOptions.";
  if (status === 403)
    return "The account needs the role Vertex AI User, and the tuning service agent read access to the bucket.";
  return undefined;
}
