import { mkdir } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { waitForLock } from "../internal/files/file-lock.js";
import type { JobReference } from "./backend.js";
import type { FineTuneJob } from "./job.js";
import { unwritable } from "../internal/files/unwritable.js";

/** What is under way in this process, by key. */
const underWay = new Map<string, Promise<FineTuneJob>>();

/**
 * Looking for a job and creating one are two requests: two calls at the same moment would both find
 * none. So the calls with the same key follow each other, and the next is given the job of the one before, within this process, and with `machine`
 * within all processes of this user on this machine.
 */
export async function oneAtATime(
  key: string,
  { machine, signal }: { machine: boolean; signal: AbortSignal },
  work: (earlier: JobReference | undefined) => Promise<FineTuneJob>,
): Promise<FineTuneJob> {
  const before = underWay.get(key);
  const mine = (async () => {
    // How the other call ends is its own matter.
    const earlier = (await before?.catch(() => undefined))?.reference;
    signal.throwIfAborted();
    return machine ? await lockedByFile(key, signal, () => work(earlier)) : await work(earlier);
  })();
  underWay.set(key, mine);
  try {
    return await mine;
  } finally {
    if (underWay.get(key) === mine) underWay.delete(key);
  }
}

async function lockedByFile<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const folder = join(tmpdir(), `langsmith-finetune-locks-${userInfo().uid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw unwritable(folder, cause);
  });
  const lock = await waitForLock(join(folder, `${key}.lock`), signal);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
