import { isRecord } from "../internal/is-record.js";
import { textOf, type ServiceFailure } from "./service-failure.js";

// What the OpenAI and AWS clients, undici and Node put on the errors that they throw.
interface ClientError {
  name?: string;
  message?: string;
  status?: unknown;
  $metadata?: unknown;
  response?: unknown;
  code?: unknown;
  param?: unknown;
  type?: unknown;
  error?: unknown;
  headers?: unknown;
  cause?: unknown;
}

/**
 * The failure in what a client library or `fetch` threw: the `openai` client, the AWS and Google
 * clients, undici. Undefined for what is neither a refusal nor a broken connection nor an answer
 * that cannot be read: a mistake in code.
 */
export function failureOfClient(error: Error): ServiceFailure | undefined {
  const client: ClientError = error;
  const inner = isRecord(client.error) ? client.error : undefined;
  const ofAws = isRecord(client.$metadata);
  const status = statusOf(client);
  const timedOut = isTimeout(error);
  // Its words quote the answer.
  if (isUnreadable(error)) return { status, message: "the answer is not JSON", unreadable: status === undefined };
  if (status === undefined && !timedOut && !isBrokenConnection(error)) return undefined;
  return {
    status,
    code: textOf(ofAws ? client.name : client.code) ?? textOf(client.type),
    message: textOf(inner?.["message"]) ?? messagesOf(error),
    param: textOf(client.param),
    body: client.error,
    headers: client.headers instanceof Headers ? client.headers : undefined,
    timedOut: status === undefined && timedOut,
  };
}

export function isAbort(error: Error): boolean {
  return (
    error.name === "AbortError" || error.name === "APIUserAbortError" || error.constructor.name === "APIUserAbortError"
  );
}

/** "fetch failed" alone says nothing: the reason is in the chain of causes. */
function messagesOf(error: unknown): string {
  const messages: string[] = [];
  for (const current of causesOf(error)) {
    const { code } = current as { code?: unknown };
    const own = current.message || (typeof code === "string" ? code : current.name);
    // Several addresses were tried: each has its own reason.
    const parts = current instanceof AggregateError ? (current.errors as unknown[]).map(messagesOf).join("; ") : "";
    const text = [own, parts].filter((part) => part !== "").join(": ");
    if (!messages.some((message) => message.includes(text))) messages.push(text);
  }
  return messages.join(": ") || "no reason given";
}

function statusOf({ status, code, $metadata, response }: ClientError): number | undefined {
  const ofAws = isRecord($metadata) ? $metadata["httpStatusCode"] : undefined;
  // Google's storage client has no code where the body of the refusal names none.
  const answered = isRecord(response) ? response["statusCode"] : undefined;
  return [status, ofAws, code, answered].find(
    (value): value is number => typeof value === "number" && value >= 300 && value < 600,
  );
}

function isTimeout(error: Error): boolean {
  return (
    error.name === "TimeoutError" ||
    error.constructor.name === "APIConnectionTimeoutError" ||
    error.name === "APIConnectionTimeoutError"
  );
}

/** The answer came, and is not JSON: what `response.json()` throws. */
function isUnreadable(error: Error): boolean {
  return causesOf(error).some(
    (cause) =>
      (cause instanceof SyntaxError && /JSON/.test(cause.message)) ||
      // node-fetch, which Google's clients ask with.
      (cause.name === "FetchError" && cause.message.startsWith("invalid json response body")),
  );
}

/** The `openai` client's connection errors have no code of their own; undici's and Node's have one in the chain of causes. */
function isBrokenConnection(error: Error): boolean {
  if (/^APIConnection(?:Timeout)?Error$/.test(error.constructor.name)) return true;
  return causesOf(error).some(({ code, message }: Error & { code?: unknown }) => {
    const known =
      typeof code === "string" && /^(?:E[A-Z_]{3,}|UND_ERR_\w+|Z_\w+)$/.test(code) && !code.startsWith("ERR_");
    return known || /^(?:fetch failed|terminated|connection error\.?|socket hang up)$/i.test(message);
  });
}

function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let current = error; current instanceof Error && causes.length < 5; current = current.cause)
    causes.push(current);
  return causes;
}
