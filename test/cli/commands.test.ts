import { readFile, writeFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { convertMessagesForFinetuning, loadChatSessions, selectRuns } from "langsmith-finetune";
import { type Sandbox, startSandbox } from "langsmith-finetune/sandbox";
import { llm, uuid } from "../select/langsmith-server.js";
import { cli, temporaryFolder } from "./command-line.js";
import { itLong } from "../long.js";

const MODEL = "gpt-4o-mini-2024-07-18";
let sandbox: Sandbox;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder();
  sandbox = await startSandbox();
  sandbox.langsmith.addRuns(
    Array.from({ length: 24 }, (_, index) => ({
      ...llm(`question ${index}`),
      id: uuid(index + 1),
      trace_id: uuid(index + 1),
      outputs: { role: "assistant", content: `answer ${index}` },
    })),
    { projectName: "bot" },
  );
});
afterAll(async () => {
  await sandbox.close();
  await folder.remove();
});
const useSandbox = () => {
  for (const [name, value] of Object.entries(sandbox.environment())) vi.stubEnv(name, value);
  vi.stubEnv("LANGSMITH_TRACING", "false");
};
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("the command line", () => {
  it("prints a help that fits a screen, for the whole and for each command", async () => {
    const { code, stdout } = await cli(["--help"]);
    expect(code).toBe(0);
    expect(stdout.split("\n").length).toBeLessThanOrEqual(30);
    for (const name of stdout.match(/^ {2}([a-z]+)/gm) ?? []) {
      const help = await cli([name.trim(), "--help"]);
      expect(help.code).toBe(0);
      expect(help.stdout.split("\n").length).toBeLessThanOrEqual(30);
      expect(Math.max(...help.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    }
  });

  it("names an unknown command or option, with the nearest one, and ends with 2", async () => {
    expect(await cli(["selekt"])).toMatchObject({ code: 2, stderr: expect.stringContaining("Did you mean select?") });
    expect(await cli(["select", "--sinse", "2026"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--since"),
    });
    expect(await cli(["select", "--limit", "many"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("number"),
    });
  });

  it("pipes runs of LangSmith through rows into a dataset, as the functions do", async () => {
    useSandbox();
    const runs = await cli(["select", "-p", "bot", "--since", "2020-01-01"]);
    expect(runs).toMatchObject({ code: 0, stderr: expect.stringMatching(/select: 24 runs in \d+ s\n$/) });
    const rows = await cli(["rows"], { stdin: runs.stdout });
    expect(rows.code).toBe(0);
    const expected = [];
    const sessions = loadChatSessions(selectRuns({ projectName: "bot", since: "2020-01-01" }));
    for await (const row of convertMessagesForFinetuning(sessions)) expected.push(JSON.stringify(row));
    expect(rows.stdout.trimEnd().split("\n")).toEqual(expected);

    const out = folder.path("dataset");
    const curated = await cli(["curate", "-", "-o", out, "--split", "validation=0.25", "--json"], {
      stdin: rows.stdout,
    });
    expect(curated.code).toBe(0);
    const manifest = JSON.parse(curated.stdout) as { splits: { split: string; rows: number }[] };
    expect(manifest).toEqual(JSON.parse(await readFile(`${out}/manifest.json`, "utf8")));
    expect(manifest.splits.map(({ split }) => split)).toEqual(["train", "validation"]);

    const valid = await cli(["validate", `${out}/train.jsonl`]);
    expect(valid.stdout).not.toContain(" error ");
    const tokens = await cli(["tokens", `${out}/train.jsonl`, "--model", MODEL, "--json"]);
    expect(JSON.parse(tokens.stdout)).toMatchObject({ exact: true, cost: expect.any(Number) });
    const unknown = await cli(["tokens", `${out}/train.jsonl`, "--model", "my-model"]);
    expect(unknown.stdout).toContain("No price of my-model is known here");
    expect(unknown.stdout).toContain("may not be the tokenizer of my-model");
    const page = await cli(["report", `${out}/train.jsonl`, "-o", folder.path("report.html")]);
    expect(page).toMatchObject({ code: 0, stdout: `${folder.path("report.html")}\n` });
  });

  it("brings a dataset up to date, and removes what is of a run", async () => {
    useSandbox();
    const out = folder.path("grown");
    const first = await cli(["dataset", "update", out, "-p", "bot"]);
    expect(first).toMatchObject({ code: 0, stdout: `${out}: version 1, 24 rows\n` });
    expect((await cli(["dataset", "update", out, "-p", "bot"])).stdout).toBe(
      `${out}: version 1, 24 rows, nothing new\n`,
    );
    const erased = await cli(["dataset", "erase", out, "--run", uuid(1), "--json"]);
    expect(JSON.parse(erased.stdout)).toMatchObject({ rows: 1, datasets: [{ folder: out, rows: 1 }] });
    expect(await cli(["dataset", "update", out, "-p", "other"])).toMatchObject({ code: 3 });
    const pushed = await cli(["dataset", "push", out, "--langsmith", "liked"]);
    expect(pushed).toMatchObject({ code: 0, stdout: "liked: 23 created, 0 changed, 0 unchanged, 0 removed\n" });
    expect(await cli(["dataset", "push", out])).toMatchObject({ code: 2, stderr: expect.stringContaining("--hub") });
  });

  it("compares two datasets and writes a page", async () => {
    useSandbox();
    const runs = await cli(["select", "-p", "bot"]);
    const rows = await cli(["rows"], { stdin: runs.stdout });
    const [before, after] = [folder.path("before"), folder.path("after.jsonl")];
    await cli(["curate", "-o", before], { stdin: rows.stdout });
    await writeFile(after, rows.stdout.split("\n").slice(1).join("\n"));
    const page = folder.path("diff.html");
    const { code, stdout } = await cli(["diff", before, after, "--json", "--out", page]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ a: { rows: 24 }, b: { rows: 23 } });
    expect(await readFile(page, "utf8")).toContain("What changed in the dataset");
    expect((await cli(["diff", before, before])).stdout).toContain("0 added, 0 removed, 0 changed, 24 the same");
  });

  it("exports to a file, with rows where they are asked for", async () => {
    useSandbox();
    const file = folder.path("rows.jsonl");
    const { code, stdout } = await cli(["export", file, "-p", "bot", "--since", "2020-01-01", "--rows", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ path: file, runs: 24, rows: 24 });
    expect((await readFile(file, "utf8")).trimEnd().split("\n")).toHaveLength(24);
  });

  it("says what was skipped and why, and writes it where it is asked to", async () => {
    const skips = folder.path("skips.jsonl");
    const run = JSON.stringify({ id: uuid(90), run_type: "llm", status: "success", inputs: {}, outputs: {} });
    const result = await cli(["rows", "--skips", skips], { stdin: `${run}\nnot json\n` });
    expect(result).toMatchObject({ code: 0, stdout: "" });
    expect(result.stderr).toContain("0 rows written, 2 runs skipped.");
    expect((await readFile(skips, "utf8")).trimEnd().split("\n")).toHaveLength(2);
    expect((await cli(["rows", "--strict"], { stdin: "not json\n" })).code).toBe(3);
  });

  it("finds faults with their line and ends with 3", async () => {
    const stdin = `${JSON.stringify({ messages: [{ role: "user", content: "?" }] })}\n`;
    const result = await cli(["validate"], { stdin });
    expect(result.code).toBe(3);
    expect(result.stdout).toMatch(/^stdin:1 error \$/m);
    const json = await cli(["validate", "--json"], { stdin });
    expect(JSON.parse(json.stdout)).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ line: 1 })]),
    });
  });

  it("shows rows as the model sees them, with the targets marked", async () => {
    const template = folder.path("chat_template.jinja");
    await writeFile(template, "{% for m in messages %}<{{ m.role }}>{{ m.content }}</{{ m.role }}>{% endfor %}");
    const stdin = `${JSON.stringify({
      messages: [
        { role: "user", content: "2 + 2?" },
        { role: "assistant", content: "4" },
      ],
    })}\n`;
    const shown = await cli(["render", "--template", template], { stdin });
    expect(shown).toMatchObject({ code: 0, stdout: "── row 1 ──\n<user>2 + 2?</user>⟦<assistant>4</assistant>⟧\n" });
    expect(JSON.parse((await cli(["render", "--template", template, "--json"], { stdin })).stdout)).toMatchObject([
      { row: 1, text: "<user>2 + 2?</user><assistant>4</assistant>", by: "prefixes" },
    ]);
  });

  it("tells the kinds of error apart by the exit code", async () => {
    vi.stubEnv("LANGSMITH_API_KEY", "");
    vi.stubEnv("OPENAI_API_KEY", "");
    expect((await cli(["rows"])).code).toBe(2);
    expect((await cli(["tokens", "nothing.jsonl", "-m", MODEL])).code).toBe(2);
    expect((await cli(["train", "nothing.jsonl", "-b", "nobody", "-m", "x"])).stderr).toContain('no backend "nobody"');
    useSandbox();
    expect((await cli(["select", "-p", "no such project"])).code).toBe(5);
  });

  it("ends with 130 when it is interrupted, and leaves nothing half-written", async () => {
    useSandbox();
    const file = folder.path("interrupted.jsonl");
    const { code, stderr } = await cli(["select", "-p", "bot", "-o", file], { signal: AbortSignal.abort() });
    expect(code).toBe(130);
    expect(stderr).toContain("Interrupted");
    await expect(readFile(file)).rejects.toThrow("ENOENT");
  });

  it("takes its options from a configuration file, under those of the command line", async () => {
    useSandbox();
    const config = folder.path("options.config.ts");
    await writeFile(
      config,
      `const select: { projectName: string; since: string; limit: number } = { projectName: "bot", since: "2020-01-01", limit: 5 };
       export default { select };`,
    );
    expect((await cli(["select", "--config", config])).stderr).toContain("select: 5 runs in");
    expect((await cli(["select", "--config", config, "-n", "2"])).stderr).toContain("select: 2 runs in");
    await writeFile(folder.path("bad.config.mjs"), "export default { selekt: {} };");
    expect(await cli(["select", "--config", folder.path("bad.config.mjs")])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("unknown section selekt"),
    });
  });

  it("shows of keys only whether they are set", async () => {
    useSandbox();
    vi.stubEnv("OPENAI_API_KEY", "sk-very-secret");
    const { code, stdout } = await cli(["doctor"]);
    expect(code).toBe(0);
    expect(stdout).not.toContain("very-secret");
    expect(stdout).toMatch(/ok +OPENAI_API_KEY +set/);
    expect(stdout).toMatch(/ok +LangSmith +127\.0\.0\.1:\d+ answered 200/);
    expect(stdout).toMatch(/ok +@langchain\/core +\d/);
  });
});

describe("a paid step", () => {
  const row = (index: number) =>
    JSON.stringify({
      messages: [
        { role: "user", content: `question ${index}` },
        { role: "assistant", content: `answer ${index}` },
      ],
    });
  const rows = Array.from({ length: 12 }, (_, index) => `${row(index)}\n`).join("");

  it("notes the job in the folder of the dataset that it was started from", async () => {
    useSandbox();
    const [file, dataset] = [folder.path("noted.jsonl"), folder.path("noted")];
    await writeFile(file, rows);
    expect((await cli(["curate", file, "-o", dataset])).code).toBe(0);
    const flags = ["-b", "openai", "-m", MODEL, "--job", folder.path("noted.json"), "--yes", "--detach"];
    expect((await cli(["train", dataset, ...flags])).code).toBe(0);
    const { id } = JSON.parse(await readFile(folder.path("noted.json"), "utf8")) as { id: string };
    const notes = (await readFile(`${dataset}/jobs.jsonl`, "utf8")).trim().split("\n");
    expect(notes.map((note) => JSON.parse(note) as object)).toMatchObject([{ backend: "openai", job: id }]);
  });

  it("is planned first, and started with --yes; the job can be looked at and the model compared", async () => {
    useSandbox();
    const train = folder.path("train.jsonl");
    const job = folder.path("job.json");
    const tuned = folder.path("tuned.json");
    await writeFile(train, rows);
    const config = folder.path("poll.config.mjs");
    await writeFile(config, "export default { train: { pollInterval: 10 } };");
    const flags = ["--config", config, "-b", "openai", "-m", MODEL, "--job", job, "-o", tuned, "--epochs", "2"];
    const before = sandbox.requests("openai").length;
    const plan = await cli(["train", train, ...flags]);
    expect(plan).toMatchObject({ code: 7, stderr: expect.stringContaining("Nothing was uploaded") });
    expect(plan.stderr).toMatch(/12 rows, \d+ tokens/);
    expect(sandbox.requests("openai").length).toBe(before);

    const done = await cli(["train", train, ...flags, "--yes", "--json"]);
    expect(done.code).toBe(0);
    const model = JSON.parse(done.stdout) as { model: string };
    expect(model).toEqual(JSON.parse(await readFile(tuned, "utf8")));
    expect(await cli(["jobs", "status", job])).toMatchObject({ code: 0, stdout: expect.stringContaining("succeeded") });
    expect((await cli(["jobs", "follow", job, "-o", tuned, "--config", config])).stdout).toBe(`${model.model}\n`);
    expect((await cli(["jobs", "events", job])).stdout).toContain("info");

    const compare = ["compare", train, "-t", tuned, "-o", folder.path("comparison"), "--cache", folder.path("cache")];
    expect(await cli(compare)).toMatchObject({ code: 7, stderr: expect.stringContaining("No model was asked") });
    const compared = await cli([...compare, "--yes"]);
    expect(compared.code).toBe(0);
    expect(compared.stdout).toContain("comparison.html");
  });
});

describe("a sweep", () => {
  it("is planned first, and run with --yes: every combination is a job, and the models are ranked", async () => {
    useSandbox();
    const row = (index: number) =>
      JSON.stringify({
        messages: [
          { role: "user", content: `What is the capital of country ${index}?` },
          { role: "assistant", content: `City ${index}.` },
        ],
      });
    const train = folder.path("sweep.jsonl");
    const validation = folder.path("sweep-validation.jsonl");
    const out = folder.path("sweep");
    await writeFile(train, Array.from({ length: 10 }, (_, index) => row(index)).join("\n"));
    await writeFile(validation, [row(10), row(11)].join("\n"));
    const flags = ["sweep", train, "-b", "openai", "-m", MODEL, "--vary", "epochs=1,2", "-o", out];
    expect(await cli(flags)).toMatchObject({ code: 2, stderr: expect.stringContaining("--validation") });
    const before = sandbox.requests("openai").length;
    const planned = [...flags, "--validation", validation, "--concurrency", "2"];
    const plan = await cli(planned);
    expect(plan).toMatchObject({ code: 7, stderr: expect.stringMatching(/epochs=1: \d+ tokens.*epochs=2: /s) });
    expect(await cli([...planned, "--max-cost", "3"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("price"),
    });
    expect(sandbox.requests("openai").length).toBe(before);
    const config = folder.path("sweep.config.mjs");
    await writeFile(config, "export default { train: { pollInterval: 10 } };");
    const done = await cli([...planned, "--config", config, "--yes"]);
    expect(done).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^1\. epochs=1: mean score .*\n2\. epochs=2: /),
    });
    const { ranking } = JSON.parse(await readFile(`${out}/sweep.json`, "utf8")) as { ranking: { tuned: object }[] };
    expect(JSON.parse(await readFile(`${out}/tuned-model.json`, "utf8"))).toEqual(ranking[0]?.tuned);
    expect(await readFile(`${out}/comparison.html`, "utf8")).toContain("epochs=2");
  });
});

describe("leaving a provider", () => {
  const rows = Array.from({ length: 30 }, (_, index) => ({
    messages: [
      { role: "user", content: `What is the capital of country ${index}?` },
      { role: "assistant", content: `City ${index}.` },
    ],
  }));

  itLong("exports jobs and their rows, tunes again elsewhere and compares with the old model", async () => {
    useSandbox();
    const config = folder.path("leave.config.mjs");
    await writeFile(config, "export default { train: { pollInterval: 10 } };");
    const train = folder.path("leave.jsonl");
    await writeFile(train, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const tuned = folder.path("leave-tuned.json");
    const job = folder.path("leave-job.json");
    const flags = ["--config", config, "-b", "openai", "-m", MODEL, "--job", job, "-o", tuned, "--yes"];
    expect((await cli(["train", train, ...flags, "--set", 'hyperparameters={"n_epochs":2}'])).code).toBe(0);
    const { id } = JSON.parse(await readFile(job, "utf8")) as { id: string };

    const out = folder.path("leaving");
    const exported = await cli(["leave", "openai", "-o", out, "--job", id, "--json"]);
    expect(exported.code).toBe(0);
    const { jobs, datasets } = JSON.parse(exported.stdout) as {
      jobs: { hyperparameters: object; files: { training: string } }[];
      datasets: Record<string, string>;
    };
    expect(jobs).toMatchObject([{ status: "succeeded", hyperparameters: { n_epochs: 2 }, missing: [] }]);
    const file = (await readFile(`${out}/${jobs[0]!.files.training}`, "utf8")).trimEnd().split("\n");
    expect(file.map((line) => JSON.parse(line) as unknown)).toEqual(rows);
    const dataset = datasets[id]!;
    expect(JSON.parse(await readFile(`${dataset}/manifest.json`, "utf8"))).toMatchObject({ metadata: { job: id } });

    const move = ["leave", "openai", "-o", out, "--job", id, "--to", "openai", "--to-model", "gpt-4.1-mini-2025-04-14"];
    const uploads = () =>
      sandbox.requests("openai").filter(({ method, path }) => method === "POST" && path === "/v1/files");
    const before = uploads().length;
    expect(await cli(move)).toMatchObject({ code: 7, stderr: expect.stringContaining("Nothing was uploaded") });
    expect(uploads().length).toBe(before);
    const moved = await cli([...move, "--yes", "--config", config]);
    expect(moved.code).toBe(0);
    expect(moved.stdout).toContain("comparison.html");
    expect(JSON.parse(await readFile(`${out}/old-model.json`, "utf8"))).toMatchObject({ baseModel: MODEL });
  });

  it("names the files that the provider no longer has, and goes on", async () => {
    useSandbox();
    const { stdout } = await cli(["leave", "openai", "-o", folder.path("leaving-again"), "--json"]);
    const { jobs } = JSON.parse(stdout) as { jobs: { trainingFile: string }[] };
    const gone = jobs[0]!.trainingFile;
    await fetch(`${sandbox.openai.url}/files/${gone}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${sandbox.openai.apiKey}` },
    });
    const { code, stderr } = await cli(["leave", "openai", "-o", folder.path("leaving-late")]);
    expect(code).toBe(0);
    expect(stderr).toContain(`the training file ${gone} is gone`);
  });
});
