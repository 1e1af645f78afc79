import { gzipSync } from "node:zlib";

/**
 * An answer of success that is not what the API describes. The first group comes in the service's
 * place (a proxy, a maintenance page, a server that is starting): the request is not carried out.
 * The second group damages the real answer of a request that was carried out.
 *
 * - `empty`: 200 without a body; `no-content`: 204; `null`, `object` (`{}`), `list` (`[]`), `text` (`"ok"`):
 *   JSON of another kind; `error`: 200 with an error object; `html`: a maintenance page;
 *   `redirect-loop`: 307 to the same address; `endless`: JSON that never ends, until the caller goes away.
 * - `cut`: half of the JSON; `cut-gzip`: half of it compressed; `not-gzip`: called compressed, and is not;
 *   `trailing`: something after its end; `wrong-type`: called HTML, and is the JSON;
 *   `short-length` and `long-length`: a `Content-Length` below and above the length;
 *   `null-lists`: null in the place of each list; `strange-records`: each list begins with null, a text,
 *   a number, a list and an empty object; `repeated-cursor`: the cursor of a page leads back to it;
 *   `number-cursor` and `empty-cursor`: it is a number, or an empty text.
 */
export const DAMAGED_ANSWERS = [
  "empty",
  "no-content",
  "null",
  "object",
  "list",
  "text",
  "error",
  "html",
  "redirect-loop",
  "endless",
  "cut",
  "cut-gzip",
  "not-gzip",
  "trailing",
  "wrong-type",
  "short-length",
  "long-length",
  "null-lists",
  "strange-records",
  "repeated-cursor",
  "number-cursor",
  "empty-cursor",
] as const;

export type DamagedAnswer = (typeof DAMAGED_ANSWERS)[number];

const JSON_TYPE = { "content-type": "application/json" };

const REPLACEMENTS: Partial<Record<DamagedAnswer, (url: string) => Response>> = {
  empty: () => new Response("", { headers: JSON_TYPE }),
  "no-content": () => new Response(null, { status: 204 }),
  null: () => new Response("null", { headers: JSON_TYPE }),
  object: () => new Response("{}", { headers: JSON_TYPE }),
  list: () => new Response("[]", { headers: JSON_TYPE }),
  text: () => new Response('"ok"', { headers: JSON_TYPE }),
  error: () => new Response('{"error":{"message":"maintenance"},"message":"maintenance"}', { headers: JSON_TYPE }),
  html: () =>
    new Response("<!doctype html><title>Maintenance</title><p>We will be back soon.</p>", {
      headers: { "content-type": "text/html; charset=utf-8" },
    }),
  "redirect-loop": (url) => new Response(null, { status: 307, headers: { location: url } }),
  endless: () => new Response(endless(), { headers: JSON_TYPE }),
};

/** A list of numbers without an end, as fast as it is taken. */
function endless(): ReadableStream<Uint8Array<ArrayBuffer>> {
  const piece = new TextEncoder().encode("0,".repeat(32_768));
  let begun = false;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(begun ? piece : new TextEncoder().encode("["));
      begun = true;
    },
  });
}

/** The answer that comes in the place of the service's; undefined for a kind that damages the real one. */
export function replacementOf(kind: DamagedAnswer, url: string): Response | undefined {
  return REPLACEMENTS[kind]?.(url);
}

/** The share of the length that the answer says it has; undefined where it says the truth. */
export function lengthOf(kind: DamagedAnswer): number | undefined {
  if (kind === "short-length") return 0.5;
  return kind === "long-length" ? 2 : undefined;
}

/** The real answer, damaged. */
export async function damage(kind: DamagedAnswer, answer: Response): Promise<Response> {
  const text = await answer.text();
  const half = Math.floor(text.length / 2);
  const headers = new Headers(answer.headers);
  headers.delete("content-length");
  const send = (body: string | Uint8Array<ArrayBuffer>) => new Response(body, { status: answer.status, headers });
  switch (kind) {
    case "cut":
      return send(text.slice(0, half));
    case "trailing":
      return send(`${text}\n<!-- served by a proxy -->`);
    case "cut-gzip": {
      headers.set("content-encoding", "gzip");
      const whole = gzipSync(text);
      return send(new Uint8Array(whole.subarray(0, Math.floor(whole.length / 2))));
    }
    case "null-lists":
      return send(JSON.stringify(eachList(JSON.parse(text), () => null)));
    case "strange-records":
      return send(JSON.stringify(eachList(JSON.parse(text), (list) => [null, "ok", 7, [], {}, ...list])));
    case "not-gzip":
      headers.set("content-encoding", "gzip");
      return send(text);
    case "wrong-type":
      headers.set("content-type", "text/html; charset=utf-8");
      return send(text);
    case "repeated-cursor":
      return send(withCursor(text, '"eyJsb29wIjp0cnVlfQ=="'));
    case "number-cursor":
      return send(withCursor(text, "7"));
    case "empty-cursor":
      return send(withCursor(text, '""'));
    default:
      return send(text);
  }
}

/** The text of a page with another cursor, as JSON. */
function withCursor(text: string, cursor: string): string {
  return text.replace(/("(?:next_cursor|next)":)\s*(?:"[^"]*"|null)/, `$1${cursor}`);
}

/** The value with its list, or the lists that are its fields, changed. */
function eachList(value: unknown, change: (list: unknown[]) => unknown): unknown {
  if (Array.isArray(value)) return change(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]: [string, unknown]) => [
      name,
      Array.isArray(field) ? change(field) : field,
    ]),
  );
}
