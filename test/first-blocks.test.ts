import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { compileFunction } from "node:vm";
import { transform } from "esbuild";
import * as library from "langsmith-finetune";
import type { Curated, TrainingExample } from "langsmith-finetune";
import { together } from "langsmith-finetune/backends/together";
import { startSandbox, type Sandbox } from "langsmith-finetune/sandbox";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { collect } from "./curate/rows.js";

// What a reader copies first, run as it stands: on a project whose feedback is on the roots of its traces.
const root = resolve(import.meta.dirname, "..");
const TRACES = 60;
const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "first-blocks-"));
  sandbox = await startSandbox();
  const start = Date.parse("2026-11-10T00:00:00Z");
  for (let trace = 0; trace < TRACES; trace += 1) {
    const at = (second: number) => new Date(start + trace * 60_000 + second * 1000).toISOString();
    const base = { trace_id: uuid(trace * 2 + 1), extra: { metadata: { thread_id: `thread-${trace}` } } };
    sandbox.langsmith.addRuns(
      [
        {
          ...base,
          id: uuid(trace * 2 + 1),
          name: "bot",
          run_type: "chain",
          start_time: at(0),
          end_time: at(3),
          inputs: {},
        },
        {
          ...base,
          id: uuid(trace * 2 + 2),
          parent_run_id: uuid(trace * 2 + 1),
          name: "ChatOpenAI",
          run_type: "llm",
          start_time: at(1),
          end_time: at(2),
          inputs: { messages: [{ role: "user", content: `Where is order ${trace * 7919}, the one to ${trace} Elm?` }] },
          outputs: {
            choices: [
              { message: { role: "assistant", content: `On its way, number ${trace}.` }, finish_reason: "stop" },
            ],
          },
        },
      ],
      { projectName: "support-bot" },
    );
    sandbox.langsmith.addFeedback({ runId: uuid(trace * 2 + 1), key: "user_score", score: trace % 3 === 0 ? 0 : 1 });
  }
  for (const [name, value] of Object.entries(sandbox.environment())) vi.stubEnv(name, value);
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

/** The first block of a page, up to some words, as a function of its imports; its constants are what it gives. */
async function run(page: string, constants: string, end?: string): Promise<Record<string, unknown>> {
  const text = await readFile(join(root, page), "utf8");
  const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code ?? "");
  const block = blocks.find((code) => code.includes("curate(")) ?? "";
  const wanted = end === undefined ? block : block.slice(0, block.indexOf(end));
  expect(wanted.length).toBeGreaterThan(200);
  const body = wanted
    .replace(/^import .*$/gm, "")
    .replaceAll('"datasets/november"', JSON.stringify(join(folder, "dataset")));
  const { code } = await transform(`async function run() {${body}\nreturn { ${constants} };}`, { loader: "ts" });
  const given = { ...library, together };
  const compiled = compileFunction(`${code} return run();`, Object.keys(given)) as (
    ...values: unknown[]
  ) => Promise<Record<string, unknown>>;
  return compiled(...Object.values(given));
}

it("README's own selection gives rows that know their rating, and the report shows it", async () => {
  const { train, validation, report } = (await run(
    "README.md",
    "train, validation, report",
    "// 4.",
  )) as unknown as Curated;
  const rows: TrainingExample[] = [...(await collect(train)), ...(await collect(validation))];
  expect(rows).toHaveLength((TRACES * 2) / 3);
  for (const row of rows) {
    const { joinedFeedback } = library.sourceOf(row);
    expect(joinedFeedback).toMatchObject([{ on: "root", feedback: { user_score: { count: 1, average: 1 } } }]);
  }
  expect(JSON.stringify(report)).toContain("user_score");
  expect(library.renderReportHtml(report)).toMatch(/user_score/);
});

it("the first block of docs/curate.md works on such a project", async () => {
  const { curated } = (await run("docs/curate.md", "curated")) as { curated: Curated };
  expect(curated.report.rows.kept).toBeGreaterThan(10);
  expect(curated.report.rows.in).toBe(TRACES);
  expect(curated.report.removed).toContainEqual(
    expect.objectContaining({ step: "filter", code: "feedback", count: TRACES / 3 }),
  );
  expect(await readFile(join(folder, "dataset", "train.jsonl"), "utf8")).toContain("On its way");
});
