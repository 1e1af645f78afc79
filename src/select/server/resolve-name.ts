import { ServiceError } from "../../errors.js";
import { isList } from "../../http/answer-check.js";
import { arrayOf, isRecord } from "../../internal/is-record.js";
import type { Connection } from "./connection.js";
import { offsetPages } from "./offset-pages.js";

/** Something that LangSmith lists and that has a name: projects, annotation queues, datasets. */
export interface NamedKind {
  /** For people: `project`. */
  noun: string;
  /** Where they are listed: `/sessions`. */
  path: string;
}

interface Named {
  id: string;
  name: string;
}

/**
 * The id of what has this name.
 * @throws ServiceError `not-found`, with the names that come near, where nothing has it
 */
export async function resolveName(
  connection: Connection,
  { noun, path }: NamedKind,
  name: string,
  signal?: AbortSignal,
): Promise<string> {
  const found = await list(
    connection,
    path,
    new URLSearchParams({ name, limit: "1" }),
    `Looking up the ${noun} ${JSON.stringify(name)}`,
    signal,
  );
  const match = found.find((candidate) => candidate.name === name);
  if (match) return match.id;

  // Only for the hint, so a failure here must not hide what was to be said.
  const others = await list(
    connection,
    path,
    new URLSearchParams({ limit: "100" }),
    `Listing the ${noun}s`,
    signal,
  ).catch(() => []);
  const near = nearest(
    name,
    others.map((other) => other.name),
  );
  throw new ServiceError({
    service: "LangSmith",
    code: "not-found",
    request: `GET ${connection.apiUrl}${path}`,
    message: `LangSmith has no ${noun} named ${JSON.stringify(name)} that this key can see.`,
    hint:
      near.length > 0
        ? `Did you mean ${near.map((other) => JSON.stringify(other)).join(" or ")}?`
        : `Check the name, and that the key belongs to the workspace of the ${noun} (LANGSMITH_WORKSPACE_ID).`,
  });
}

/** The ids of everything listed there, page by page. */
export async function* listIds(
  connection: Connection,
  { noun, path }: NamedKind,
  signal?: AbortSignal,
): AsyncGenerator<string[], void, undefined> {
  for await (const records of offsetPages(connection, { path, asked: `Listing the ${noun}s`, signal }))
    yield named(records).map(({ id }) => id);
}

async function list(
  connection: Connection,
  path: string,
  query: URLSearchParams,
  asked: string,
  signal: AbortSignal | undefined,
): Promise<Named[]> {
  try {
    const answer = await connection.json("GET", path, { query, asked, signal, check: isList });
    return named(arrayOf(answer));
  } catch (error) {
    if (ServiceError.isInstance(error) && error.status === 404) return [];
    throw error;
  }
}

function named(records: readonly unknown[]): Named[] {
  return records
    .filter(isRecord)
    .flatMap(({ id, name }) => (typeof id === "string" && typeof name === "string" ? [{ id, name }] : []));
}

/** Up to three names that are much like the wanted one, the nearest first. */
function nearest(wanted: string, names: readonly string[]): string[] {
  const goal = simplified(wanted);
  return names
    .map((name) => {
      const other = simplified(name);
      const holds = goal.length > 2 && other.length > 2 && (other.includes(goal) || goal.includes(other));
      return { name, far: holds ? 0.2 : distance(goal, other) / Math.max(goal.length, other.length, 1) };
    })
    .filter(({ far }) => far <= 0.4)
    .sort((left, right) => left.far - right.far)
    .slice(0, 3)
    .map(({ name }) => name);
}

function simplified(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** How many letters have to be added, removed or changed (Levenshtein). */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
