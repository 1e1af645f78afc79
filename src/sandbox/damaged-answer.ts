import { gzipSync } from "node:zlib";

/**
 * An answer of success that is not what the API describes. The first group comes in the service's
 * place (a proxy, a maintenance page, a server that is starting): the request is not carried out.
 * The second group damages the real answer of a request that was carried out.
 *
 * - `empty`: 200 without a body; `no-content`: 204; `null`, `object` (`{}`), `list` (`[]`), `text` (`"ok"`):
 *   JSON of another kind; `error`: 200 with an error object; `html`: a maintenance page.
 * - `cut`: half of the JSON; `cut-gzip`: half of it compressed; `trailing`: something after its end;
 *   `null-lists`: null in the place of each list; `strange-records`: each list begins with null, a text,
 *   a number, a list and an empty object; `repeated-cursor`: the cursor of a page leads back to it.
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
  "cut",
  "cut-gzip",
  "trailing",
  "null-lists",
  "strange-records",
  "repeated-cursor",
] as const;

export type DamagedAnswer = (typeof DAMAGED_ANSWERS)[number];

const JSON_TYPE = { "content-type": "application/json" };

const REPLACEMENTS: Partial<Record<DamagedAnswer, () => Response>> = {
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
};

/** The answer that comes in the place of the service's; undefined for a kind that damages the real one. */
export function replacementOf(kind: DamagedAnswer): Response | undefined {
  return REPLACEMENTS[kind]?.();
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
    case "repeated-cursor":
      return send(text.replace(/("(?:next_cursor|next)":)\s*(?:"[^"]*"|null)/, '$1"eyJsb29wIjp0cnVlfQ=="'));
    default:
      return send(text);
  }
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
