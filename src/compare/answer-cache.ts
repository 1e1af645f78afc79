import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile, truncate } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { isRecord } from "../internal/is-record.js";
import { unwritable } from "../internal/files/unwritable.js";
import { stableStringify } from "../internal/stable-stringify.js";

/** What has been paid for, by a hash of all that it was asked with. */
export interface PaidCache {
  get(key: string): unknown;
  /** On disk before it returns. */
  set(key: string, value: unknown): Promise<void>;
}

/** A key of any JSON values. */
export function cacheKey(...parts: unknown[]): string {
  return createHash("sha256").update(stableStringify(parts)).digest("hex");
}

/**
 * A file of JSON lines to which each value is appended as soon as it is there. A last line that was
 * cut short by a crash is cut off, and asked again.
 */
export async function openCache(path: string | undefined): Promise<PaidCache> {
  const known = new Map<string, unknown>();
  if (path === undefined) return { get: () => undefined, set: async () => undefined };
  const refused = (cause: unknown) => {
    throw unwritable(path, cause, {
      option: "cache",
      value: dirname(path),
      hint: "What was answered before is kept, and is not asked again.",
    });
  };
  await mkdir(dirname(path), { recursive: true }).catch(refused);
  if (existsSync(path)) {
    const content = await readFile(path);
    const whole = content.lastIndexOf(10) + 1;
    if (whole < content.length) await truncate(path, whole);
    for (const line of content.toString("utf8", 0, whole).split("\n")) {
      if (line === "") continue;
      // A broken line costs its own answer, which is requested again.
      const entry = parsed(line);
      if (isRecord(entry) && typeof entry.key === "string") known.set(entry.key, entry.value);
    }
  }
  let last: Promise<void> = Promise.resolve();
  return {
    get: (key) => known.get(key),
    set(key, value) {
      known.set(key, value);
      // One after the other: two appends at once could be mixed.
      last = last.then(() => appendFile(path, `${JSON.stringify({ key, value })}\n`).catch(refused));
      return last;
    },
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
