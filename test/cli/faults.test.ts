import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Sandbox, startSandbox } from "langsmith-finetune/sandbox";
import { llm } from "../select/langsmith-server.js";
import { cli, type CommandResult, temporaryFolder } from "./command-line.js";

const KEY = "lsv2_pt_a-key-that-nobody-may-see";
const MODEL = "gpt-4o-mini-2024-07-18";

let sandbox: Sandbox;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  sandbox = await startSandbox();
  sandbox.langsmith.addRuns(
    Array.from({ length: 12 }, (_, index) => llm(`question ${index}`)),
    { projectName: "bot" },
  );
});
afterAll(async () => {
  await sandbox.close();
  await folder.remove();
});
afterEach(() => {
  vi.unstubAllEnvs();
  sandbox.faults.clear();
});
const useSandbox = (environment: Record<string, string> = {}) => {
  for (const [name, value] of Object.entries({ ...sandbox.environment(), LANGSMITH_TRACING: "false", ...environment }))
    vi.stubEnv(name, value);
};

/** What a person reads: an error in few lines, with what to do, no stack and no key. */
function expectReadable({ code, stderr }: CommandResult, what: string, codes: readonly number[]): void {
  expect(codes, `${what}: ${stderr}`).toContain(code);
  expect(stderr, what).not.toMatch(/Unexpected error|\n {4}at |node:internal|\[object Object\]|undefined/);
  expect(stderr, what).not.toContain(KEY);
  expect(stderr.trimEnd().split("\n").length, stderr).toBeLessThanOrEqual(6);
  expect(stderr.length, what).toBeGreaterThan(15);
  expect(stderr.length, what).toBeLessThan(1_500);
}

/** Each command that reads a file, with the file's place. */
const readers: Record<string, (path: string) => string[]> = {
  rows: (path) => ["rows", path],
  curate: (path) => ["curate", path, "-o", folder.path("curated")],
  validate: (path) => ["validate", path],
  report: (path) => ["report", path, "-o", folder.path("report.html")],
  tokens: (path) => ["tokens", path, "-m", MODEL],
  train: (path) => ["train", path, "-b", "openai", "-m", MODEL],
  compare: (path) => ["compare", path, "-m", `openai:${MODEL}`],
  render: (path) => ["render", path, "--template", "qwen3"],
  diff: (path) => ["diff", path, path],
  deploy: (path) => ["deploy", path],
  jobs: (path) => ["jobs", "status", path],
  "dataset update": (path) => ["dataset", "update", path, "-p", "bot"],
};
const writers: Record<string, (path: string) => string[]> = {
  select: (path) => ["select", "-p", "bot", "-o", path],
  export: (path) => ["export", path, "-p", "bot"],
};

describe("a file that cannot be read", () => {
  it.each(Object.keys(readers))("is one clear error of %s", async (name) => {
    useSandbox();
    const files = {
      "a missing file": folder.path("missing.jsonl"),
      "a folder": folder.path("folder"),
      "a link to itself": folder.path("loop.jsonl"),
      "a file below a file": folder.path("text.jsonl/below.jsonl"),
    };
    await mkdir(files["a folder"], { recursive: true });
    await symlink("loop.jsonl", files["a link to itself"]).catch(() => undefined);
    await writeFile(folder.path("text.jsonl"), "no JSON\n");
    for (const [what, path] of Object.entries(files)) {
      // A folder that holds nothing is where an update begins.
      if (name === "dataset update" && !what.startsWith("a file below") && !what.startsWith("a link")) continue;
      expectReadable(await cli(readers[name]?.(path) ?? []), `${name}, ${what}`, [2, 3]);
    }
  });

  it.each(Object.keys(readers))("nor one without rows, of %s", async (name) => {
    if (name === "dataset update") return;
    useSandbox();
    const files = {
      "an empty file": "",
      "blank lines": "\n\n\n",
      "no JSON": "no JSON\n{\n",
      "bytes that are no text": "\u0000\ufffd\u0001".repeat(50),
      "JSON that is no row": "[]\nnull\n7\n",
    };
    for (const [what, text] of Object.entries(files)) {
      const path = folder.path("strange.jsonl");
      await writeFile(path, text);
      const result = await cli(readers[name]?.(path) ?? []);
      if (result.code === 0) expect(result.stderr + result.stdout, what).not.toMatch(/\n {4}at /);
      else expectReadable(result, `${name}, ${what}`, [2, 3]);
    }
  });

  it("is one that was never piped in", async () => {
    for (const name of ["rows", "curate", "validate", "report", "tokens"]) {
      const args = readers[name]?.("-") ?? [];
      expectReadable(await cli(args), `${name} without stdin`, [2]);
      const closed = await cli(args, { stdin: "" });
      if (closed.code !== 0) expectReadable(closed, `${name}, stdin closed`, [2, 3]);
    }
  });
});

describe("a place that cannot be written", () => {
  it.each(Object.keys(writers))("is one clear error of %s, before anything is asked", async (name) => {
    useSandbox();
    await mkdir(folder.path("folder"), { recursive: true });
    await writeFile(folder.path("text.jsonl"), "x");
    for (const place of ["folder", "text.jsonl/below.jsonl"])
      expectReadable(await cli(writers[name]?.(folder.path(place)) ?? []), `${name} to ${place}`, [2]);
  });
});

describe("a service that does not answer as it should", () => {
  const asking = { ...writers, "dataset update": readers["dataset update"] };

  it.each(Object.keys(asking))("is one clear error of %s, and no half file", async (name) => {
    const out = folder.path(`out-${name.replace(" ", "-")}`);
    const run = async (what: string, codes: readonly number[]) => {
      expectReadable(await cli(asking[name as keyof typeof asking]?.(out) ?? []), `${name}, ${what}`, codes);
      await expect(readFile(out)).rejects.toThrow(/ENOENT|EISDIR/);
    };
    useSandbox({ LANGSMITH_API_KEY: KEY });
    await run("a wrong key", [5]);
    useSandbox({ LANGSMITH_API_KEY: "" });
    await run("no key", [4, 5]);
    useSandbox({ LANGSMITH_ENDPOINT: "http://127.0.0.1:9", LANGSMITH_API_KEY: KEY });
    await run("no network", [5]);
    useSandbox({ LANGSMITH_ENDPOINT: "no address", LANGSMITH_API_KEY: KEY });
    await run("an address that is none", [2, 5]);
    useSandbox();
    sandbox.faults.inject({ service: "langsmith", status: 500, echo: true, headers: { "retry-after": "0" } });
    await run("a refusal that repeats what was sent", [5]);
    sandbox.faults.clear();
    sandbox.faults.inject({ service: "langsmith", answer: "html", retryAfter: 0 });
    await run("a maintenance page", [5]);
    sandbox.faults.clear();
    const { code } = await cli(asking[name as keyof typeof asking]?.(out) ?? []);
    expect(code, "the next call").toBe(0);
  });
});

describe("a typing error", () => {
  it("in a command or option is named with the nearest one, for every command", async () => {
    const { stdout } = await cli(["--help"]);
    const names = [...stdout.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = ""]) => name);
    expect(names.length).toBeGreaterThan(12);
    for (const name of names.filter((one) => one !== "help" && one !== "complete")) {
      const typo = `${name}x`;
      expectReadable(await cli([typo]), typo, [2]);
      const result = await cli([name, "--jsonn"]);
      expectReadable(result, `${name} --jsonn`, [2]);
    }
  });
});

describe("a reader that goes away", () => {
  it("is no error: what `| head` does", async () => {
    useSandbox();
    const { runCli } = await import("../../src/cli/run-cli.js");
    const errors: string[] = [];
    let lines = 0;
    const code = await runCli(["select", "-p", "bot"], {
      stdin: { isTTY: true, async *[Symbol.asyncIterator]() {} },
      stdout: {
        write(_text: string, done?: (error?: Error | null) => void) {
          lines += 1;
          done?.(lines > 2 ? Object.assign(new Error("write EPIPE"), { code: "EPIPE" }) : null);
          return true;
        },
      },
      stderr: { write: (text: string) => errors.push(text) > 0 },
      environment: process.env,
      signal: new AbortController().signal,
    });
    expect(code).toBe(0);
    expect(lines).toBe(3);
    expect(errors.join("")).not.toContain("EPIPE");
  });
});

describe("an interrupted command", () => {
  it("ends with 130 in the middle, and the next call goes on to the whole file", async () => {
    useSandbox();
    const path = folder.path("export.jsonl");
    const abort = new AbortController();
    sandbox.faults.inject({ path: /runs\/query$/, latency: 10_000, times: 1 });
    const running = cli(["export", path, "-p", "bot"], { signal: abort.signal });
    await vi.waitFor(() => expect(sandbox.faults.count).toBe(1));
    abort.abort(new DOMException("Interrupted by SIGINT.", "AbortError"));
    expectReadable(await running, "an interrupted export", [130]);
    expect((await readdir(folder.path("."))).includes("export.jsonl")).toBe(false);
    expect((await cli(["export", path, "-p", "bot"])).code).toBe(0);
    expect((await readFile(path, "utf8")).trimEnd().split("\n")).toHaveLength(12);
  });
});
