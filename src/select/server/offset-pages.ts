import { ServiceError } from "../../errors.js";
import { isList } from "../../http/answer-check.js";
import { arrayOf, isRecord } from "../../internal/is-record.js";
import type { Connection } from "./connection.js";
import type { RateLimit } from "./request-limits.js";

/** The largest page that LangSmith gives of its lists. */
const PAGE = 100;
/** So many pages in a row without a new record, and the list leads nowhere. */
const MOST_IDLE_PAGES = 1_000;
/** So often the same page for different offsets, and the server does not look at them. */
const MOST_SAME_PAGES = 3;

/** A list of LangSmith that is read by offset and limit. */
export interface ListRequest {
  /** `/examples`. */
  path: string;
  query?: readonly (readonly [string, string])[];
  /** For people: `Reading the dataset's examples`. */
  asked: string;
  signal: AbortSignal | undefined;
  rateLimit?: RateLimit | undefined;
  /** What is unique to a record. @default its `id` */
  keyOf?: (record: unknown) => string | undefined;
}

/**
 * The records of a list, page by page, each once, although others add and remove records meanwhile,
 * which moves what an offset means. Each page begins with the last record of the page before. Where
 * it does not, the list has moved: it is read backwards to a record that is known, and on from there.
 * What was in the list from the beginning to the end of the reading is never left out.
 */
export async function* offsetPages(
  connection: Connection,
  { path, query = [], asked, signal, rateLimit, keyOf = idOf }: ListRequest,
): AsyncGenerator<unknown[], void, undefined> {
  const seen = new Set<string>();
  const isSeen = (record: unknown) => seen.has(keyOf(record) ?? "");
  let start = 0;
  let idle = 0;
  let same = 0;
  let previous = "";
  for (;;) {
    const parameters = new URLSearchParams();
    for (const [name, value] of query) parameters.append(name, value);
    parameters.set("offset", String(start));
    parameters.set("limit", String(PAGE));
    const answer = await connection.json("GET", path, {
      query: parameters,
      asked,
      signal,
      check: isList,
      ...(rateLimit ? { rateLimit } : {}),
    });
    const records = arrayOf(answer);
    if (start > 0 && !records.some(isSeen)) {
      start = Math.max(0, start - PAGE + 1);
      idle = checkIdle(idle + 1, connection, path);
      continue;
    }
    const keys = JSON.stringify(records.map(keyOf));
    same = start > 0 && records.length >= PAGE && keys === previous ? same + 1 : 0;
    previous = keys;
    if (same >= MOST_SAME_PAGES) throw endless(connection, path);
    const fresh: unknown[] = [];
    for (const record of records) {
      const key = keyOf(record);
      if (key !== undefined && seen.has(key)) continue;
      if (key !== undefined) seen.add(key);
      fresh.push(record);
    }
    idle = fresh.length > 0 ? 0 : checkIdle(idle + 1, connection, path);
    if (fresh.length > 0) yield fresh;
    if (records.length < PAGE) return;
    start += records.length - 1;
  }
}

function idOf(record: unknown): string | undefined {
  return isRecord(record) && typeof record.id === "string" ? record.id : undefined;
}

function checkIdle(idle: number, connection: Connection, path: string): number {
  if (idle <= MOST_IDLE_PAGES) return idle;
  throw endless(connection, path);
}

function endless({ apiUrl }: Connection, path: string): ServiceError {
  return new ServiceError({
    service: "LangSmith",
    code: "invalid-answer",
    request: `GET ${apiUrl}${path}`,
    message: "LangSmith gives the same part of the list for every offset, so the reading would never end.",
    hint: "Try again; if it stays so, report it to LangSmith.",
  });
}
