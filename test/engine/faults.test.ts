import { spawn } from "node:child_process";
import { mkdtemp, open, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { buildDataset, InvalidOptionError, type Engine } from "langsmith-finetune";
import { runPool, type StartWorker } from "../../src/engine/threads/pool.js";
import type { Answer } from "../../src/engine/worker/protocol.js";
import { contentOf, filesOf, line } from "./datasets.js";
import { alive } from "../alive.js";
import { itLong } from "../long.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "faults-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  delete process.env.TEST_STEPS_FILL_MEMORY;
  await rm(folder, { recursive: true, force: true });
});

const steps = new URL("./steps.mjs", import.meta.url);
const source = fileURLToPath(new URL("../../src/engine/worker/stdio.ts", import.meta.url));
// Bundled once: read from the source, each process would take a second to start.
const worker = fileURLToPath(new URL(`../../node_modules/.cache/stdio-worker-${process.pid}.mjs`, import.meta.url));
beforeAll(async () => {
  await build({
    entryPoints: [source],
    outfile: worker,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    loader: { ".py": "text" },
    logLevel: "error",
  });
});
afterAll(() => rm(worker, { force: true }));

/** Processes with the worker that a cluster runs too. `pids` are those that were started. */
function processes(count: number, seen: (part: number, pid: number) => void): Engine & { pids: number[] } {
  const pids: number[] = [];
  const start: StartWorker = ({ answer, gone }) => {
    const child = spawn(process.execPath, ["--max-old-space-size=64", worker], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    pids.push(child.pid ?? 0);
    child.stdin.on("error", () => {});
    createInterface({ input: child.stdout }).on("line", (text) => answer(JSON.parse(text) as Answer));
    child.once("exit", (code, signal) => gone(new Error(`The process ended with ${signal ?? code}.`)));
    return {
      send(request) {
        child.stdin.write(`${JSON.stringify(request)}\n`);
        if ("part" in request) seen(request.part.index, child.pid ?? 0);
      },
      end: () =>
        new Promise((done) => {
          if (child.exitCode !== null || child.signalCode !== null) return done();
          child.once("exit", () => done());
          child.kill("SIGKILL");
        }),
    };
  };
  return { name: "processes", inThread: false, pids, run: (assignment) => runPool(count, start, assignment) };
}

const noSpace = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
/** What all handles of files have. */
async function handles(): Promise<{ appendFile: (...values: unknown[]) => Promise<void> }> {
  const handle = await open(join(folder, "any"), "w");
  await handle.close();
  return Object.getPrototypeOf(handle) as Awaited<ReturnType<typeof handles>>;
}

describe("a build", () => {
  itLong("survives a worker that is killed with -9, and one that runs out of memory", async () => {
    const lines = [...Array(24).keys()].map((number) => line(number, number === 13 ? "hoard" : ""));
    const from = await filesOf(folder, lines, 4);
    let killed = 0;
    const engine = processes(2, (part, pid) => {
      if (part !== 1 || killed > 0) return;
      killed = pid;
      process.kill(pid, "SIGKILL");
    });
    process.env.TEST_STEPS_FILL_MEMORY = join(folder, "filled");
    await buildDataset({ from, to: join(folder, "two"), steps, engine });
    expect((await stat(join(folder, "filled"))).isFile()).toBe(true);
    expect(killed).toBeGreaterThan(0);
    expect(engine.pids.length).toBeGreaterThanOrEqual(4);
    expect(engine.pids.filter(alive)).toEqual([]);
    await buildDataset({ from, to: join(folder, "one"), steps });
    expect(await contentOf(join(folder, "two"))).toEqual(await contentOf(join(folder, "one")));
  });

  it("leaves no half dataset on a full disk, and goes on when there is room", async () => {
    const from = await filesOf(
      folder,
      [...Array(12).keys()].map((number) => line(number)),
      4,
    );
    const written = await handles();
    const append = written.appendFile;
    let calls = 0;
    let room = Infinity;
    vi.spyOn(written, "appendFile").mockImplementation(function (this: typeof written, ...values) {
      calls += 1;
      return calls > room ? Promise.reject(noSpace) : append.apply(this, values);
    });
    await buildDataset({ from, to: join(folder, "other") });
    const all = calls;
    expect(all).toBeGreaterThan(4);
    // While the first part is written, between parts and the dataset, and at the very end.
    for (const share of [0, 0.5, 0.8, 1]) {
      const path = join(folder, `full-${share}`);
      calls = 0;
      room = Math.min(Math.floor(all * share), all - 1);
      const error = await buildDataset({ from, to: path }).catch((caught: unknown) => caught);
      expect(InvalidOptionError.isInstance(error) && error.message).toContain("ENOSPC");
      expect((await readdir(path)).filter((name) => name !== ".build")).toEqual([]);
      room = Infinity;
      await buildDataset({ from, to: path });
      expect(await contentOf(path)).toEqual(await contentOf(join(folder, "other")));
    }
    vi.restoreAllMocks();
  });

  it("ends all workers with the signal", async () => {
    const from = await filesOf(
      folder,
      [...Array(12).keys()].map((number) => line(number)),
      2,
    );
    const stop = new AbortController();
    const engine = processes(2, () => stop.abort(new Error("enough")));
    await expect(buildDataset({ from, to: join(folder, "set"), engine, signal: stop.signal })).rejects.toThrow(
      "enough",
    );
    expect(engine.pids).toHaveLength(2);
    expect(engine.pids.filter(alive)).toEqual([]);
  });
});
