// What a request holds that must never be quoted. Known by value: a pattern knows the keys of some
// services, and a host may repeat any header or body that it was sent.

/** Headers that everybody may read. */
const PUBLIC_HEADERS =
  /^(?:accept(?:-.*)?|content-(?:type|length|encoding)|user-agent|cache-control|connection|host|x-stainless-.*)$/i;
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
