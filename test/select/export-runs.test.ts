import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { appendFile, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "langsmith";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  convertMessagesForFinetuning,
  exportRuns,
  loadChatSessions,
  type Run,
  type RunQuery,
} from "langsmith-finetune";
import { type Sandbox, startSandbox } from "langsmith-finetune/sandbox";
import { bundleScript } from "../bundle-script.js";

let sandbox: Sandbox;
let script: string;
let client: Client;
let directory: string;
const until = "2026-11-02T00:00:00Z";
const query: RunQuery = { projectName: "bot", since: "2026-01-01", until };
const COUNT = 400;

beforeAll(async () => {
  sandbox = await startSandbox();
  script = await bundleScript(fileURLToPath(new URL("./export-child.ts", import.meta.url)));
  client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
  const end = Date.parse("2026-11-01T00:00:00Z");
  sandbox.langsmith.addRuns(
    // Several start in the same millisecond, and some in the same microsecond.
    Array.from({ length: COUNT }, (_, index) => ({
      name: `run ${index}`,
      run_type: "llm",
      start_time: new Date(end - Math.floor(index / 9) * 3_600_000)
        .toISOString()
        .replace("Z", `${String(Math.floor((index % 9) / 3)).padStart(3, "0")}Z`),
      end_time: "2026-11-01T00:00:01Z",
      inputs: { messages: [{ role: "user", content: `question ${index}` }] },
      outputs: { role: "assistant", content: `answer ${index}` },
    })),
    { projectName: "bot" },
  );
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "export-"));
});
afterEach(async () => {
  sandbox.faults.clear();
  await rm(directory, { recursive: true });
});

const linesOf = async (path: string) => (await readFile(path, "utf8")).trimEnd().split("\n");
const options = () => ({ client, pageSize: 12, rateLimit: false as const });

/** Small, seeded, the same on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

describe("exportRuns", () => {
  it("warns once of all that convert left out, over all pages", async () => {
    const warnings: string[] = [];
    const emit = vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(String(warning)));
    const convert = (runs: Run[]) => {
      const failed = runs.map((run, index) => (index % 2 === 0 ? { ...run, error: "Boom." } : run));
      return convertMessagesForFinetuning(loadChatSessions(failed));
    };
    const { rows } = await exportRuns(join(directory, "rows.jsonl"), query, { ...options(), convert });
    emit.mockRestore();
    expect(warnings).toEqual([expect.stringContaining(`left out ${COUNT - rows}: ${COUNT - rows} run-error.`)]);
  });

  it("writes every run once, newest first, and leaves nothing else behind", async () => {
    const path = join(directory, "runs.jsonl");
    const result = await exportRuns(path, query, options());
    const lines = await linesOf(path);
    expect(result).toMatchObject({ path, runs: COUNT, rows: COUNT, resumed: false });
    expect(new Set(lines.map((line) => (JSON.parse(line) as { id: string }).id)).size).toBe(COUNT);
    const starts = lines.map((line) => (JSON.parse(line) as { start_time: string }).start_time);
    expect(starts).toEqual([...starts].sort().reverse());
    expect(await readdir(directory)).toEqual(["runs.jsonl"]);
  });

  it("takes the further steps along", async () => {
    const path = join(directory, "train.jsonl");
    const { rows } = await exportRuns(
      path,
      { ...query, limit: 30 },
      {
        ...options(),
        convert: (runs) => convertMessagesForFinetuning(loadChatSessions(runs)),
      },
    );
    expect(rows).toBe(30);
    expect(JSON.parse((await linesOf(path))[0] ?? "")).toEqual({
      messages: [
        { role: "user", content: expect.stringMatching(/^question \d+$/) as string },
        { role: "assistant", content: expect.stringMatching(/^answer \d+$/) as string },
      ],
    });
  });

  it("completes the file after its process was killed, again and again, as if nothing had happened", async () => {
    const path = join(directory, "rows.jsonl");
    const random = randomNumbers(20_261_122);
    sandbox.faults.inject({ path: "/runs/query", latency: [5, 25] });
    let killed = 0;
    for (;;) {
      sandbox.clearRequests();
      const child = startChild(path);
      // The last children are left alone, so that the test ends.
      const stopAt = killed < 3 ? 2 + Math.floor(random() * 10) : Infinity;
      const wait = random() * 30;
      const watching = setInterval(() => {
        if (sandbox.requests("langsmith").filter(({ path: asked }) => asked.endsWith("/runs/query")).length < stopAt)
          return;
        clearInterval(watching);
        setTimeout(() => child.process.kill("SIGKILL"), wait);
      }, 2);
      const { signal, output } = await child.ended;
      clearInterval(watching);
      if (signal === "SIGKILL") {
        killed += 1;
        expect(await readdir(directory)).not.toContain("rows.jsonl");
        continue;
      }
      expect(JSON.parse(output)).toMatchObject({ runs: COUNT, rows: 2 * COUNT, resumed: true });
      break;
    }
    expect(killed).toBe(3);
    const whole = join(directory, "whole.jsonl");
    await exportRuns(whole, query, {
      ...options(),
      convert: (runs) =>
        runs.flatMap(({ id, start_time }) => [
          { id, start_time },
          { id, again: true },
        ]),
    });
    expect(await readFile(path, "utf8")).toBe(await readFile(whole, "utf8"));
    expect((await readdir(directory)).sort()).toEqual(["rows.jsonl", "whole.jsonl"]);
  });

  it("goes on after an error, and cuts off what was not finished", async () => {
    const path = join(directory, "runs.jsonl");
    sandbox.faults.inject({ path: "/runs/query", status: 400, skip: 8, times: 1 });
    await expect(exportRuns(path, query, { ...options(), concurrency: 1 })).rejects.toMatchObject({
      name: "ServiceError",
    });
    expect((await readdir(directory)).sort()).toEqual(["runs.jsonl.partial", "runs.jsonl.position.json"]);
    // Half a row, as a crash in the midst of a write leaves it.
    await appendFile(`${path}.partial`, '{"id":"half');
    expect(await exportRuns(path, query, options())).toMatchObject({ runs: COUNT, resumed: true });
    const ids = (await linesOf(path)).map((line) => (JSON.parse(line) as { id: string }).id);
    expect(new Set(ids).size).toBe(COUNT);
    expect(ids).toHaveLength(COUNT);
  });

  it("recovers from a crash between the last steps", async () => {
    const path = join(directory, "runs.jsonl");
    await exportRuns(path, { ...query, limit: 40 }, options());
    const text = await readFile(path, "utf8");
    const position = {
      version: 1,
      query: JSON.stringify(Object.entries({ ...query, limit: 40 }).sort(([left], [right]) => (left < right ? -1 : 1))),
      slice: { from: 0, to: 1 },
      cursor: null,
      runs: 40,
      rows: 40,
      bytes: Buffer.byteLength(text),
      done: true,
    };
    sandbox.clearRequests();
    // The position says that all is written, and the file has its name already, or not yet.
    for (const name of [path, `${path}.partial`]) {
      await rename(path, name);
      await writeFile(`${path}.position.json`, JSON.stringify(position));
      expect(await exportRuns(path, { ...query, limit: 40 }, options())).toMatchObject({ rows: 40, resumed: true });
      expect(await readFile(path, "utf8")).toBe(text);
      expect(await readdir(directory)).toEqual(["runs.jsonl"]);
    }
    expect(sandbox.requests("langsmith")).toEqual([]);
  });

  it("does not go on with another query, a broken position or a file that is gone", async () => {
    const path = join(directory, "runs.jsonl");
    const interrupt = async () => {
      sandbox.faults.inject({ path: "/runs/query", status: 400, skip: 4, times: 1 });
      await expect(exportRuns(path, query, { ...options(), concurrency: 1 })).rejects.toThrow();
    };
    await interrupt();
    await expect(exportRuns(path, { ...query, tags: "x" }, options())).rejects.toMatchObject({
      name: "InvalidOptionError",
      option: "query",
    });
    await rm(`${path}.partial`);
    await expect(exportRuns(path, query, options())).rejects.toMatchObject({
      option: "path",
      message: expect.stringContaining("is gone") as string,
    });
    await writeFile(`${path}.position.json`, "{");
    await expect(exportRuns(path, query, options())).rejects.toMatchObject({ option: "path" });
    expect(await exportRuns(path, query, { ...options(), restart: true })).toMatchObject({
      runs: COUNT,
      resumed: false,
    });
  });

  it("stops at an abort and keeps what it has", async () => {
    const path = join(directory, "runs.jsonl");
    const controller = new AbortController();
    await expect(
      exportRuns(path, query, {
        ...options(),
        signal: controller.signal,
        onProgress: () => controller.abort(new Error("enough")),
      }),
    ).rejects.toThrow("enough");
    expect(JSON.parse(await readFile(`${path}.position.json`, "utf8"))).toMatchObject({
      done: false,
      runs: expect.any(Number) as number,
    });
    expect(await exportRuns(path, query, options())).toMatchObject({ runs: COUNT, resumed: true });
  });

  it("says what cannot be written", async () => {
    await expect(exportRuns(join(directory, "no", "runs.jsonl"), query, options())).rejects.toMatchObject({
      name: "InvalidOptionError",
      option: "path",
    });
    const path = join(directory, "runs.jsonl");
    await expect(exportRuns(path, query, { ...options(), convert: () => [{ id: 1n }] })).rejects.toMatchObject({
      option: "convert",
    });
    expect(await readdir(directory)).not.toContain("runs.jsonl");
  });
});

function startChild(
  path: string,
  around: string[] = [],
): {
  process: ChildProcess;
  ended: Promise<{ signal: string | null; output: string }>;
} {
  const { url, apiKey } = sandbox.langsmith;
  const [command = "", ...rest] = [...around, process.execPath, script, url, apiKey, path, until];
  // What a child that is meant to fail says is not shown.
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", around.length > 0 ? "ignore" : "inherit"] });
  let output = "";
  child.stdout?.on("data", (data: Buffer) => (output += String(data)));
  return {
    process: child,
    ended: new Promise((resolve) => child.on("exit", (_code, signal) => resolve({ signal, output }))),
  };
}

describe("what is in the way of an export", () => {
  const asked = () => sandbox.requests("langsmith").length;

  it("is a folder of that name, found before anything is read", async () => {
    const before = asked();
    await expect(exportRuns(directory, query, options())).rejects.toMatchObject({ option: "path" });
    await expect(exportRuns(join(directory, "missing", "a.jsonl"), query, options())).rejects.toMatchObject({
      option: "path",
    });
    expect(asked()).toBe(before);
  });

  it("is an interrupted export with another convert", async () => {
    const path = join(directory, "rows.jsonl");
    const convert = (runs: Run[]) => runs.map(({ id }) => ({ id }));
    const interrupted = { ...options(), convert, maxRetries: 0 };
    const fault = sandbox.faults.inject({ path: "/runs/query", status: 400, skip: 3 });
    await expect(exportRuns(path, query, interrupted)).rejects.toThrow();
    fault.remove();
    for (const other of [undefined, (runs: Run[]) => runs.map(({ name }) => ({ name }))]) {
      const error: unknown = await exportRuns(path, query, { ...options(), convert: other }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ name: "InvalidOptionError", option: "convert" });
    }
    // The same text is the same convert, also where it is another function.
    const again = (runs: Run[]) => runs.map(({ id }) => ({ id }));
    expect(await exportRuns(path, query, { ...options(), convert: again })).toMatchObject({
      rows: COUNT,
      resumed: true,
    });
  });

  it("is another export to the same file at the same time", async () => {
    const path = join(directory, "runs.jsonl");
    const both = await Promise.allSettled([exportRuns(path, query, options()), exportRuns(path, query, options())]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const rejected = both.find(({ status }) => status === "rejected") as PromiseRejectedResult;
    expect(rejected.reason).toMatchObject({ name: "InvalidOptionError", option: "path" });
    expect(await linesOf(path)).toHaveLength(COUNT);
    expect(await readdir(directory)).toEqual(["runs.jsonl"]);
  });

  it("is not the lock that a killed process left behind", async () => {
    const path = join(directory, "runs.jsonl");
    const { pid = 0 } = spawnSync(process.execPath, ["-e", ""]);
    const lock = { id: "a", pid, host: hostname(), since: new Date().toISOString() };
    // Of a process that is gone, of an earlier life of this one's number, and what was not finished.
    for (const content of [JSON.stringify(lock), JSON.stringify({ ...lock, pid: process.pid }), ""]) {
      await writeFile(`${path}.lock`, content);
      expect(await exportRuns(path, { ...query, limit: 20 }, options())).toMatchObject({ runs: 20 });
    }
    expect(await readdir(directory)).toEqual(["runs.jsonl"]);
  });
});

const hasOwnMounts = process.platform === "linux" && spawnSync("unshare", ["-rm", "true"]).status === 0;

describe.runIf(hasOwnMounts)("a disk that becomes full", () => {
  it("costs what it has no room for, and the export goes on", async () => {
    const path = join(directory, "rows.jsonl");
    const mount = await mkdtemp(join(directory, "mount-"));
    // A file system of 32 KiB, whose files are copied to ours when the export has failed.
    const script = `mount -t tmpfs -o size=32k tmpfs "$1" && shift && "$@"; cp ${mount}/* ${directory}`;
    const inside = startChild(join(mount, "rows.jsonl"), ["unshare", "-rm", "sh", "-c", script, "sh", mount]);
    expect((await inside.ended).output).toBe("");
    const position = JSON.parse(await readFile(`${path}.position.json`, "utf8")) as { runs: number; bytes: number };
    expect((await readdir(directory)).sort()).toEqual([
      mount.slice(directory.length + 1),
      "rows.jsonl.partial",
      "rows.jsonl.position.json",
    ]);
    // Most of what had room is counted.
    expect(position.bytes).toBeGreaterThan(16_384);
    const { output } = await startChild(path).ended;
    expect(JSON.parse(output)).toMatchObject({ runs: COUNT, rows: 2 * COUNT, resumed: true });
    expect(new Set(await linesOf(path)).size).toBe(2 * COUNT);
  });
});
