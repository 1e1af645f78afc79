import { checkOptions } from "../../../../internal/options.js";
import { number } from "../../../../internal/kinds.js";
import { execFile, spawn } from "node:child_process";
import { open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { FinetuneError } from "../../../../errors.js";
import { delay } from "../../../../internal/delay.js";
import type { JsonObject } from "../../../../types.js";
import type { Runner, RunnerStatus } from "../runner.js";

const run = promisify(execFile);

/** Options of {@link local}. */
export interface LocalOptions {
  /**
   * Milliseconds between asking the processes to end and ending them by force.
   * @default 5000
   */
  grace?: number;
}

/**
 * Runs the training on this machine, in a process group of its own that outlives this process.
 * Needs a POSIX system (Linux, macOS, WSL).
 *
 * @example
 * ```ts
 * import { local, trl } from "langsmith-finetune/backends/trl";
 *
 * const backend = trl({ model: "Qwen/Qwen3-0.6B", python: ".venv/bin/python", runner: local() });
 * ```
 */
export function local(options: LocalOptions = {}): Runner {
  checkOptions<LocalOptions>("local", options, { grace: number({ min: 0 }) });
  const { grace = 5000 } = options;
  return {
    name: "local",
    local: true,

    plan: ({ directory, script }) => ({ directory, script }),

    async start(work, plan, { signal }) {
      if (process.platform === "win32") {
        throw new FinetuneError({
          message: "The local runner needs a POSIX system.",
          hint: "Use WSL, or a remote runner.",
        });
      }
      for (const left of ["stopped", "pid", "exit-code"]) await rm(join(work.directory, left), { force: true });
      const log = await open(join(work.directory, "train.log"), "a");
      try {
        const child = spawn("sh", [join(work.directory, work.script)], {
          cwd: work.directory,
          detached: true,
          stdio: ["ignore", log.fd, log.fd],
          env: { ...process.env, PYTHONUNBUFFERED: "1", ...work.environment },
        });
        await new Promise<void>((resolve, reject) => {
          child.once("spawn", resolve);
          child.once("error", reject);
        });
        child.unref();
      } finally {
        await log.close();
      }
      // The script says who it is before anything else, so that it can be found again even if this process ends here.
      while ((await readText(join(work.directory, "pid"))) === undefined) await delay(10, signal);
      return plan;
    },

    async status(handle): Promise<RunnerStatus> {
      const { directory } = readHandle(handle);
      // Asked first: a script that ends between the two looks has left its exit code by the second.
      const pid = await runningProcess(handle);
      const code = (await readText(join(directory, "exit-code")))?.trim();
      if (code !== undefined) return { state: code === "0" ? "succeeded" : "failed", rawStatus: `exit code ${code}` };
      if (pid !== undefined) return { state: "running", rawStatus: "running" };
      if ((await readText(join(directory, "stopped"))) !== undefined) return { state: "stopped", rawStatus: "stopped" };
      return {
        state: "lost",
        rawStatus: "process gone",
        message:
          "The training is gone and left no exit code: it was killed from outside, or the machine was restarted.",
      };
    },

    async log(handle, offset) {
      const { directory } = readHandle(handle);
      const file = await open(join(directory, "train.log"), "r").catch(() => undefined);
      if (!file) return { text: "", next: offset };
      try {
        const { size } = await file.stat();
        const buffer = Buffer.alloc(Math.max(0, size - offset));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
        return { text: buffer.toString("utf8", 0, bytesRead), next: offset + bytesRead };
      } finally {
        await file.close();
      }
    },

    async stop(handle, { signal }) {
      const pid = await runningProcess(handle);
      if (pid === undefined) return;
      await writeFile(join(readHandle(handle).directory, "stopped"), "");
      signalGroup(pid, "SIGTERM");
      const end = Date.now() + grace;
      while (Date.now() < end && groupAlive(pid)) await delay(50, signal);
      if (groupAlive(pid)) signalGroup(pid, "SIGKILL");
    },

    async result(handle) {
      return join(readHandle(handle).directory, "output");
    },
  };
}

function readHandle(handle: JsonObject): { directory: string; script: string } {
  const { directory, script } = handle;
  if (typeof directory !== "string" || typeof script !== "string") {
    throw new FinetuneError({
      message: "This is not a reference to a training on this machine.",
      hint: "Pass the reference as it was stored.",
    });
  }
  return { directory, script };
}

/** The script's process, which leads the group of everything that it started; nothing when it is gone. */
async function runningProcess(handle: JsonObject): Promise<number | undefined> {
  const { directory, script } = readHandle(handle);
  const pid = Number((await readText(join(directory, "pid")))?.trim());
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  try {
    // Its arguments tell it from another process that has the number by now.
    const { stdout } = await run("ps", ["-o", "args=", "-p", String(pid)]);
    return stdout.includes(join(directory, script)) ? pid : undefined;
  } catch (error) {
    // ps ends with 1 when there is no such process.
    if ((error as { code?: unknown }).code === 1) return undefined;
    throw error;
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // Gone already.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function groupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
