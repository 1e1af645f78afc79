import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A process and everything below it. */
export async function processTree(root: number): Promise<number[]> {
  const { stdout } = await run("ps", ["-eo", "pid=,ppid="]);
  const pairs = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const tree = new Set([root]);
  let size: number;
  do {
    size = tree.size;
    for (const [pid = 0, parent = 0] of pairs) if (tree.has(parent)) tree.add(pid);
  } while (tree.size > size);
  return [...tree];
}

/** Those that have not ended after a few seconds. What has ended and was not yet waited for has ended. */
export async function stillRunning(pids: readonly number[]): Promise<number[]> {
  const end = Date.now() + 5000;
  for (;;) {
    const { stdout } = await run("ps", ["-eo", "pid=,stat="]);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/));
    const left = lines
      .filter(([pid, state = ""]) => pids.includes(Number(pid)) && !state.startsWith("Z"))
      .map(([pid]) => Number(pid));
    if (left.length === 0 || Date.now() > end) return left;
    await delay(100);
  }
}
