import type * as S3Sdk from "@aws-sdk/client-s3";
import type { S3ClientConfig } from "@aws-sdk/client-s3";
import { loadPackage } from "../internal/load-package.js";
import { KnownSecrets, secretsOfEnvironment, secretsOfHeaders, secretsOfObject } from "./secrets.js";
import { toClientError } from "./service-error.js";
import type { ServiceFailure } from "./service-failure.js";

/** A client of one of Amazon's packages, and the package, which has the commands. */
export interface Loaded<Client, Sdk> {
  readonly client: Client;
  readonly sdk: Sdk;
}

/** What everything has that uses one of Amazon's services. */
export interface AmazonAccess {
  /** What the clients have sent and were made with that no error may quote. */
  readonly secrets: KnownSecrets;
  /** The client, which from now on remembers the secrets that it sends. */
  watched<Client extends AmazonClient>(client: Client): Client;
  /** Made on first use: importing a backend loads no package. */
  s3(): Promise<Loaded<S3Sdk.S3Client, typeof S3Sdk>>;
}

interface AmazonOptions {
  /** Default: what the SDK finds. */
  readonly region?: string;
  readonly clientOptions?: Pick<S3ClientConfig, "credentials">;
  readonly s3Options?: S3ClientConfig;
}

export function amazonAccess({ region, clientOptions, s3Options }: AmazonOptions): AmazonAccess {
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
  let s3: ReturnType<AmazonAccess["s3"]> | undefined;
  return {
    secrets,
    watched,
    s3: () =>
      (s3 ??= loadPackage("@aws-sdk/client-s3", "Using S3", () => import("@aws-sdk/client-s3")).then((sdk) => ({
        sdk,
        client: watched(
          new sdk.S3Client({
            ...(region !== undefined && { region }),
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
  { secrets }: Pick<AmazonAccess, "secrets">,
  signal?: AbortSignal,
  hint: (failure: ServiceFailure) => string | undefined = hintOf,
): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await call();
  } catch (error) {
    signal?.throwIfAborted();
    throw toClientError(error, { service, request, secrets: secrets.values, hint });
  }
}

function hintOf({ code, status, message }: ServiceFailure): string | undefined {
  if (/credentials/i.test(message) && status === undefined)
    return "Sign in with the AWS CLI, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or pass clientOptions.credentials.";
  if (code === "AccessDeniedException" || status === 403)
    return "Check that you may use the model in this region and pass the role, and that the role may read and write the bucket.";
  if (
    code === "ServiceQuotaExceededException" ||
    code === "ResourceLimitExceeded" ||
    code === "TooManyRequestsException"
  )
    return "The account's quota for customization is used up: wait, or ask Amazon for more.";
  return undefined;
}
