import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { InvalidOptionError } from "../../errors.js";
import { isRecord } from "../../internal/is-record.js";
import type { Run } from "../../types.js";
import { parseTime } from "../query/run-query.js";
import { jsonObjectOrUndefined } from "../../internal/json.js";

/** How far an export has come. Everything newer than the cursor is in the file, and nothing else. */
export interface ExportPosition {
  version: 1;
  /** The query, so that another one does not go on in this file. */
  query: string;
  /** What makes rows of the runs, so that a file has rows of one kind: a hash, or null for the runs themselves. */
  convert?: string | null;
  /** The time that is exported, in milliseconds since 1970; fixed when the export began. */
  slice: { from: number; to: number };
  /**
   * The oldest start so far, and the runs that start exactly then. Not the server's own cursor,
   * which is not said to outlive a process; this one holds as long as the runs do.
   */
  cursor: { start: string; ids: string[] } | null;
  runs: number;
  rows: number;
  /** Of an export of whole conversations: the length of the list of what was read. */
  read?: number;
  /** The length of the file up to here; what is behind it was not finished. */
  bytes: number;
  /** Everything is in the file, which has or gets its name. */
  done: boolean;
}

export const partialPath = (path: string): string => `${path}.partial`;
export const lockPath = (path: string): string => `${path}.lock`;
export const readLogPath = (path: string): string => `${path}.read.jsonl`;
export const positionPath = (path: string): string => `${path}.position.json`;

/** The position beside the file; undefined where no export was begun. */
export async function readPosition(path: string): Promise<ExportPosition | undefined> {
  let text: string;
  try {
    text = await readFile(positionPath(path), "utf8");
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
  const position = parse(text);
  if (position) return position;
  throw new InvalidOptionError({
    option: "path",
    value: path,
    message: `${positionPath(path)} is not the position of an export.`,
    hint: "Delete it, or pass restart: true, to start over.",
  });
}

function parse(text: string): ExportPosition | undefined {
  const value = jsonObjectOrUndefined(text);
  const known = value?.["version"] === 1 && typeof value["bytes"] === "number" && isRecord(value["slice"]);
  return known ? (value as unknown as ExportPosition) : undefined;
}

/** Replaces the position at once: after a crash there is the old one or the new one, whole. */
export async function writePosition(path: string, position: ExportPosition): Promise<void> {
  const target = positionPath(path);
  const draft = `${target}.new`;
  try {
    const file = await open(draft, "w");
    try {
      await file.writeFile(`${JSON.stringify(position)}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(draft, target);
  } catch (error) {
    // A full disk leaves an empty one.
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncDirectory(target);
}

/** Forgets the position, and what was written with it. */
export async function removeTraces(path: string): Promise<void> {
  for (const trace of [positionPath(path), `${positionPath(path)}.new`, partialPath(path), readLogPath(path)])
    await rm(trace, { force: true });
}

/** Makes renames in the directory of a file last. Not every file system lets a directory be synced. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(dirname(path), "r").catch(() => undefined);
  try {
    await directory?.sync().catch(() => undefined);
  } finally {
    await directory?.close();
  }
}

/** When a run started, as text that sorts as time does, to the nanosecond. */
export function startKey({ start_time: start }: Run): string {
  const text = typeof start === "string" ? start : typeof start === "number" ? new Date(start).toISOString() : "";
  const milliseconds = Math.floor(parseTime(text));
  if (!Number.isFinite(milliseconds)) return "";
  const fraction = /\.(\d+)/.exec(text)?.[1]?.slice(3, 9) ?? "";
  return `${String(milliseconds).padStart(15, "0")}.${fraction.padEnd(6, "0")}`;
}
