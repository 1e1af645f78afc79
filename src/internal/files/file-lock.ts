import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { delay } from "../delay.js";
import { isRecord } from "../is-record.js";
import { unwritable } from "./unwritable.js";

/** A lock that is held. */
export interface FileLock {
  /** Gives it back. */
  release(): Promise<void>;
}

/** Who holds a lock. */
export interface LockHolder {
  pid: number;
  host: string;
  /** ISO 8601. */
  since: string;
}

type LockContent = LockHolder & { id: string };

/** The holder says that it is alive that often. */
const BEAT = 5_000;
/** A holder that has not been heard for so long is gone, also one of another machine and one whose process number was given to another. */
const SILENCE = 120_000;

// The ids of the locks that this process holds: a process number alone may be that of an earlier life.
const own = new Set<string>();

/**
 * Takes the lock, a file of that path, or returns who holds it. A lock that a killed process left
 * behind is taken over.
 */
export async function takeLock(path: string): Promise<FileLock | LockHolder> {
  for (;;) {
    const id = randomUUID();
    if (await publish(path, { id, pid: process.pid, host: hostname(), since: new Date().toISOString() })) {
      own.add(id);
      return hold(path, id);
    }
    const content = await readLock(path);
    if (content !== undefined && (await isLive(path, content))) {
      const { pid, host, since } = content;
      return { pid, host, since };
    }
    await removeStale(path, content?.id);
  }
}

/** Waits for the lock. */
export async function waitForLock(path: string, signal: AbortSignal | undefined): Promise<FileLock> {
  for (;;) {
    signal?.throwIfAborted();
    const lock = await takeLock(path);
    if ("release" in lock) return lock;
    await delay(100 + Math.random() * 100, signal);
  }
}

/** Makes the file with its content in one step; false where it is there already. */
async function publish(path: string, content: LockContent): Promise<boolean> {
  const draft = `${path}.${content.id}`;
  try {
    await writeFile(draft, JSON.stringify(content), { flag: "wx" });
    await link(draft, path).catch(async (error: unknown) => {
      // File systems without links.
      if (codeOf(error) === "EEXIST") throw error;
      await copyFile(draft, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw unwritable(path, error);
  } finally {
    // Where it could not be made it cannot be removed either, and what was thrown says why.
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

function hold(path: string, id: string): FileLock {
  const beat = setInterval(() => {
    const now = new Date();
    // A lock that somebody deleted is noticed by whoever takes it; the work goes on.
    utimes(path, now, now).catch(() => undefined);
  }, BEAT);
  beat.unref();
  return {
    async release() {
      clearInterval(beat);
      own.delete(id);
      const content = await readLock(path);
      if (content === undefined || content.id === id) await rm(path, { force: true });
    },
  };
}

async function isLive(path: string, { id, pid, host }: LockContent): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || Date.now() - found.mtimeMs > SILENCE) return false;
  if (host !== hostname()) return true;
  return pid === process.pid ? own.has(id) : isAlive(pid);
}

async function readLock(path: string): Promise<LockContent | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    const known =
      isRecord(value) &&
      typeof value["id"] === "string" &&
      typeof value["pid"] === "number" &&
      typeof value["host"] === "string" &&
      typeof value["since"] === "string";
    return known ? (value as unknown as LockContent) : undefined;
  } catch {
    return undefined;
  }
}

/** Of several that find the same stale lock one moves it away; the others find it gone, or a new one. */
async function removeStale(path: string, stale: string | undefined): Promise<void> {
  const away = `${path}.${randomUUID()}`;
  try {
    await rename(path, away);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw unwritable(path, error);
  }
  // Somebody else had taken it over in between: it is put back.
  const moved = await readLock(away);
  if (moved !== undefined && moved.id !== stale) await link(away, path).catch(() => undefined);
  await rm(away, { force: true });
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user is there all the same.
    return codeOf(error) === "EPERM";
  }
}
