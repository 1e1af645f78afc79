import { isRecord } from "../internal/is-record.js";

// What a request holds that must never be quoted. Known by value: a pattern knows the keys of some
// services, and a host may repeat any header or body that it was sent.

/** Headers that everybody may read. */
const PUBLIC_HEADERS =
  /^(?:accept(?:-.*)?|content-(?:type|length|encoding)|user-agent|cache-control|connection|expect|host|x-stainless-.*|amz-sdk-.*|x-amz-(?:date|content-sha256|user-agent|checksum-.*)|x-goog-api-client)$/i;
const SECRET_FIELD =
  /(?:api|access|auth|private|secret|account)[-_]?key|token$|secret|password|passwd|credential|authori[sz]ation/i;
const SECRET_QUERY = /key|token|secret|password|signature|credential|^sig$/i;

/** The values of the headers that are not public, each also without its scheme (`Bearer`). */
export function secretsOfHeaders(headers: Iterable<readonly [string, string]>): string[] {
  return [...headers].flatMap(([name, value]) =>
    PUBLIC_HEADERS.test(name) ? [] : [value, value.replace(/^(?:bearer|basic|token|key)\s+/i, "")],
  );
}

/** The texts in a body of JSON whose field is named as a secret: `wandb_api_key`. */
export function secretsOfBody(body: unknown, depth = 0): string[] {
  if (typeof body !== "object" || body === null || depth > 8) return [];
  return Object.entries(body).flatMap(([name, value]: [string, unknown]) =>
    typeof value === "string" ? (SECRET_FIELD.test(name) ? [value] : []) : secretsOfBody(value, depth + 1),
  );
}

/** Objects that are looked into, and how deep: clients hold agents, sockets and caches. */
const MOST_OBJECTS = 5_000;
const DEEPEST = 8;

/**
 * The secrets that a client or its options hold, by the names of their fields: keys, tokens, what is in
 * `headers`. Only data is read: a getter could begin a request.
 */
export function secretsOfObject(value: unknown): string[] {
  const secrets: string[] = [];
  const seen = new Set<unknown>();
  const queue: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  for (let next = queue.shift(); next !== undefined && seen.size < MOST_OBJECTS; next = queue.shift()) {
    const { value: object, depth } = next;
    if (typeof object !== "object" || object === null || seen.has(object) || ArrayBuffer.isView(object)) continue;
    seen.add(object);
    for (const [name, { value: field }] of Object.entries(Object.getOwnPropertyDescriptors(object)) as [
      string,
      PropertyDescriptor,
    ][]) {
      if (typeof field === "string") {
        if (SECRET_FIELD.test(name)) secrets.push(field);
      } else if (/headers$/i.test(name)) {
        secrets.push(...secretsOfHeaders(headersIn(field)));
      }
      if (depth < DEEPEST) queue.push({ value: field, depth: depth + 1 });
    }
  }
  return secrets;
}

/** The values of the environment's variables that are named as secrets: what was not given is read from there. */
export function secretsOfEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && value.length >= SHORTEST_IN_ENVIRONMENT && SECRET_FIELD.test(name) ? [value] : [],
  );
}

/** `GIT_ASKPASS_TOKEN=true` is not a secret. */
const SHORTEST_IN_ENVIRONMENT = 8;

function headersIn(field: unknown): [string, string][] {
  const entries = field instanceof Headers ? [...field] : isRecord(field) ? Object.entries(field) : [];
  return entries.filter((entry): entry is [string, string] => typeof entry[1] === "string");
}

/** The password and the signed parts of an address. */
export function secretsOfUrl(address: string | URL): string[] {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return [];
  }
  const { password, searchParams } = url;
  const signed = [...searchParams].flatMap(([name, value]) => (SECRET_QUERY.test(name) ? [value] : []));
  return [decode(password), ...signed].filter((secret) => secret !== "");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What a client has sent so far and must not be quoted, tokens that were renewed among it. */
export class KnownSecrets {
  private readonly known = new Set<string>();

  add(...secrets: readonly (string | undefined)[]): void {
    for (const secret of secrets) {
      if (secret === undefined || secret === "") continue;
      // The newest last, so that a token renewed for days does not push out the key.
      this.known.delete(secret);
      this.known.add(secret);
    }
    for (const oldest of this.known) {
      if (this.known.size <= MOST_KNOWN) return;
      this.known.delete(oldest);
    }
  }

  get values(): readonly string[] {
    return [...this.known];
  }
}

const MOST_KNOWN = 200;
