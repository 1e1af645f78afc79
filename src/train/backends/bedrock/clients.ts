import type * as BedrockSdk from "@aws-sdk/client-bedrock";
import type * as S3Sdk from "@aws-sdk/client-s3";
import { loadPackage } from "../../../internal/load-package.js";
import { KnownSecrets, secretsOfEnvironment, secretsOfHeaders, secretsOfObject } from "../../../http/secrets.js";
import { toServiceError } from "../../../http/service-error.js";
import type { ServiceFailure } from "../../../http/service-failure.js";
import type { BedrockOptions } from "./options.js";

/** Amazon's packages with a client of each, made on first use: importing the backend loads neither. */
export interface BedrockClients {
  /** What the clients have sent and were made with that no error may quote. */
  readonly secrets: KnownSecrets;
  bedrock(): Promise<{ client: BedrockSdk.BedrockClient; sdk: typeof BedrockSdk }>;
  s3(): Promise<{ client: S3Sdk.S3Client; sdk: typeof S3Sdk }>;
}

export function bedrockClients({ region, clientOptions, s3Options }: BedrockOptions): BedrockClients {
  const secrets = new KnownSecrets();
  secrets.add(...secretsOfObject([clientOptions, s3Options]), ...secretsOfEnvironment());
  // Last of all before a request goes out: what it holds then is what was sent, its signature among it.
  const watched = <Client extends AmazonClient>(client: Client): Client => {
    const stack = client.middlewareStack as { add(middleware: Middleware, place: object): void };
    const remember: Middleware = (next) => async (sent) => {
      const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
      secrets.add(accessKeyId, secretAccessKey, sessionToken);
      secrets.add(...secretsOfHeaders(Object.entries(sent.request.headers)));
      return next(sent);
    };
    stack.add(remember, { step: "finalizeRequest", priority: "low", name: "rememberSecrets" });
    return client;
  };
  let bedrock: ReturnType<BedrockClients["bedrock"]> | undefined;
  let s3: ReturnType<BedrockClients["s3"]> | undefined;
  return {
    secrets,
    bedrock: () =>
      (bedrock ??= loadPackage(
        "@aws-sdk/client-bedrock",
        "Tuning on Amazon Bedrock",
        () => import("@aws-sdk/client-bedrock"),
      ).then((sdk) => ({
        sdk,
        client: watched(new sdk.BedrockClient({ region, ...clientOptions })),
      }))),
    s3: () =>
      (s3 ??= loadPackage("@aws-sdk/client-s3", "Uploading to S3", () => import("@aws-sdk/client-s3")).then((sdk) => ({
        sdk,
        client: watched(
          new sdk.S3Client({
            region,
            ...(clientOptions?.credentials ? { credentials: clientOptions.credentials } : {}),
            ...s3Options,
          }),
        ),
      }))),
  };
}

interface AmazonClient {
  readonly config: {
    credentials(): Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;
  };
  readonly middlewareStack: object;
}

type Send = (sent: { request: { headers: Record<string, string> } }) => Promise<unknown>;
type Middleware = (next: Send) => Send;

/** Does what Amazon's client does, with this package's errors. */
export async function withServiceErrors<T>(
  service: string,
  request: string,
  call: () => Promise<T>,
  { secrets }: Pick<BedrockClients, "secrets">,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await call();
  } catch (error) {
    signal?.throwIfAborted();
    throw toServiceError(error, { service, request, secrets: secrets.values, hint: hintOf });
  }
}

function hintOf({ code, status, message }: ServiceFailure): string | undefined {
  if (/credentials/i.test(message) && status === undefined)
    return "Sign in with the AWS CLI, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or pass clientOptions.credentials.";
  if (code === "AccessDeniedException" || status === 403)
    return "Check that you may use the model in this region and pass the role, and that the role may read and write the bucket.";
  if (code === "ServiceQuotaExceededException" || code === "TooManyRequestsException")
    return "The account's quota for customization is used up: wait, or ask Amazon for more.";
  return undefined;
}
