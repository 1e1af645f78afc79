import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { ChatOpenAI } from "@langchain/openai";
import { Client } from "langsmith";
import {
  Calculator,
  compareModels,
  convertToOpenAITool,
  EmptyDatasetError,
  InvalidOptionError,
  pairwiseJudge,
  withSource,
  type ComparisonProgress,
  type Skip,
  type TrainingExample,
} from "langsmith-finetune";
import { startSandbox, type Sandbox } from "langsmith-finetune/sandbox";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

const tools = [convertToOpenAITool(Calculator)];
const question = (a: number, b: number): TrainingExample =>
  withSource(
    {
      messages: [
        { role: "user", content: `What's ${a}*${b}?` },
        {
          role: "assistant",
          tool_calls: [
            {
              id: "c1",
              type: "function",
              function: { name: "Calculator", arguments: JSON.stringify({ num1: a, num2: b, operation: "*" }) },
            },
          ],
        },
      ],
      tools,
    },
    { runId: `run-${a}` },
  );
const questions = Array.from({ length: 12 }, (_, index) => question(index + 2, 3));
const prose = (content: string, answer: string): TrainingExample => ({
  messages: [
    { role: "user", content },
    { role: "assistant", content: answer },
  ],
});

let sandbox: Sandbox;
let directory: string;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  sandbox.clearRequests();
  directory = await mkdtemp(join(tmpdir(), "compare-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const real = (model = "gpt-4o-mini-2024-07-18", fields = {}) =>
  new ChatOpenAI({
    model,
    apiKey: sandbox.openai.apiKey,
    maxRetries: 0,
    configuration: { baseURL: sandbox.openai.url },
    ...fields,
  });
const fake = (...responses: string[]) => new FakeListChatModel({ responses });
const asked = () => sandbox.requests("openai").filter(({ path }) => path.endsWith("/chat/completions")).length;

describe("compareModels", () => {
  it("asks with the row's tools bound, and lists what flipped", async () => {
    // A model that knows no tools answers in prose: bound as it is, it is wrong on every case.
    const silent = fake("Let me calculate that for you.");
    const withTools = Object.assign(silent, { bindTools: () => silent });
    const comparison = await compareModels({ examples: questions, models: { base: withTools, tuned: real() } });
    const equal = comparison.pairs[0]?.evaluators.find(({ key }) => key === "arguments_equal");
    expect(equal).toMatchObject({
      yesNo: true,
      cases: 12,
      scores: { base: 0, tuned: 1 },
      difference: 1,
      verdict: "better",
      flips: { fixed: questions.map((_, index) => index + 1), broken: [], bothRight: [], bothWrong: [] },
    });
    expect(equal?.pValue).toBeCloseTo(2 / 4096, 9);
    expect(comparison.verdict.join(" ")).toContain(
      "arguments_equal: tuned is better than base: 0 % to 100 % over 12 cases, 12 fixed and 0 broken.",
    );
    expect(comparison.verdict[0]).toMatch(
      /^The tuned model is better: 12 cases fixed, 0 broken of 12, by .* Also better by .*\.$/,
    );
    expect(comparison.models.tuned).toMatchObject({
      answered: 12,
      failed: 0,
      tokens: { prompt: expect.any(Number) as number },
    });
    expect(comparison.cases[0]).toMatchObject({
      number: 1,
      source: { runId: "run-2" },
      inputs: { messages: [{ role: "user" }] },
    });
    expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison);
  });

  it("asks legacy functions of an OpenAI model as functions", async () => {
    const functions = tools.map((tool) => tool.function);
    await compareModels({
      examples: [{ messages: question(6, 7).messages, functions }],
      models: { base: real(), tuned: real() },
    });
    expect(sandbox.requests("openai").at(-1)?.body).toMatchObject({ functions: [{ name: "Calculator" }] });
  });

  it("says that nothing can be concluded from too few cases, and how many would do", async () => {
    const comparison = await compareModels({
      examples: [prose("a", "x"), prose("b", "y"), prose("c", "z")],
      models: { base: fake("x", "no", "no"), tuned: fake("x", "y", "no") },
      concurrency: 1,
    });
    const text = comparison.pairs[0]?.evaluators.find(({ key }) => key === "normalised_text");
    expect(text).toMatchObject({
      verdict: "unclear",
      flips: { bothRight: [1], fixed: [2], broken: [], bothWrong: [3] },
    });
    expect(text?.casesNeeded).toBeGreaterThan(3);
    expect(comparison.verdict.join(" ")).toMatch(
      /normalised_text: no difference was shown: .* About \d+ cases would be needed to show a difference of 33 points\./,
    );
  });

  it("goes on where it was interrupted, and pays for nothing twice", async () => {
    const controller = new AbortController();
    const options = {
      examples: questions,
      models: { base: real(), tuned: real("gpt-4o-2024-08-06") },
      cache: directory,
      concurrency: 1,
    };
    const onProgress = ({ done }: ComparisonProgress) => {
      if (done === 10) controller.abort(new Error("enough"));
    };
    await expect(compareModels({ ...options, onProgress, signal: controller.signal })).rejects.toThrow("enough");
    const before = asked();
    // A crash in the middle of an append leaves half a line.
    const file = join(directory, "answers.jsonl");
    await writeFile(file, `${await readFile(file, "utf8")}{"key":"half`);
    let estimate: unknown;
    const comparison = await compareModels({ ...options, onEstimate: (one) => void (estimate = one) });
    expect(asked()).toBe(24);
    expect(before).toBeGreaterThanOrEqual(10);
    expect(estimate).toMatchObject({ cases: 12, cached: before });
    expect(comparison.models.tuned?.answered).toBe(12);
    await compareModels(options);
    expect(asked()).toBe(24);
    expect(await readFile(file, "utf8")).not.toContain(sandbox.openai.apiKey);
  });

  it("tells cost and time first, and asks nothing when called off", async () => {
    const price = { prompt: 0.15, completion: 0.6 };
    const call = compareModels({
      examples: questions,
      models: { base: real(), tuned: real() },
      prices: { base: price, tuned: price },
      onEstimate: ({ calls, cost, seconds }) => {
        expect(calls).toEqual({ base: 12, tuned: 12 });
        expect(cost).toBeGreaterThan(0);
        expect(seconds).toBe(12);
        return false;
      },
    });
    await expect(call).rejects.toThrow("called off");
    expect(asked()).toBe(0);
  });

  it("takes a model's error for a result, and a failure in passing for none", async () => {
    sandbox.faults.inject({ service: "openai", path: /chat\/completions/, status: 503, times: 2 });
    const comparison = await compareModels({
      examples: questions,
      models: { base: real(), tuned: real() },
      concurrency: 1,
    });
    expect(comparison.models).toMatchObject({ base: { failed: 0 }, tuned: { failed: 0 } });

    const wrong = await compareModels({
      examples: questions,
      models: { base: real(), tuned: real("gpt-nowhere") },
      giveUpAfter: 4,
      concurrency: 1,
    });
    expect(wrong.models.tuned).toMatchObject({ answered: 0, failed: 12 });
    expect(wrong.models.tuned?.stopped).toContain("first 4 cases");
    expect(wrong.verdict[0]).toContain("tuned was not asked to the end");
    expect(
      sandbox.requests("openai").filter(({ body }) => (body as { model?: string }).model === "gpt-nowhere"),
    ).toHaveLength(4);
    expect(JSON.stringify(wrong)).not.toContain(sandbox.openai.apiKey);
  });

  it("stops with an error when every model fails", async () => {
    await expect(
      compareModels({
        examples: questions,
        models: { base: real("gpt-nowhere"), tuned: real("gpt-nothing") },
        giveUpAfter: 3,
        concurrency: 1,
      }),
    ).rejects.toThrow(/Every model failed on its first 3 cases/);
  });

  it("takes evaluators in LangSmith's form, in any of their returns, and survives one that throws", async () => {
    const comparison = await compareModels({
      examples: [prose("a", "x")],
      models: { base: fake("x"), tuned: fake("xyz") },
      evaluators: [
        ({ outputs }: { outputs: { content?: unknown } }) => ({
          key: "short",
          score: String(outputs.content).length < 2,
        }),
        async ({ outputs, referenceOutputs }) => [
          { key: "ratio", score: String(outputs.content).length / String(referenceOutputs.content).length },
        ],
        function broken() {
          throw new Error("no key sk-abcdefghij0123456789");
        },
      ],
    });
    expect(comparison.cases[0]?.scores).toEqual({
      short: { base: { score: 1 }, tuned: { score: 0 } },
      ratio: { base: { score: 1 }, tuned: { score: 3 } },
      broken: { base: { error: "no key [redacted]" }, tuned: { error: "no key [redacted]" } },
    });
    expect(comparison.pairs[0]?.evaluators.find(({ key }) => key === "broken")).toMatchObject({
      cases: 0,
      evaluatorErrors: 2,
    });
  });

  it("judges pairs in both orders", async () => {
    const rows = [prose("a", "x"), prose("b", "y")];
    // For the first case B then A: the second answer both times. For the second case A twice: only the place counted.
    const comparison = await compareModels({
      examples: rows,
      models: { base: fake("1", "2"), tuned: fake("3", "4") },
      evaluators: [],
      pairwiseEvaluators: [pairwiseJudge({ judge: fake("B", "A", "A", "A") })],
      concurrency: 1,
    });
    expect(comparison.cases.map(({ scores }) => scores.preferred)).toMatchObject([
      { base: { score: 0 }, tuned: { score: 1 } },
      { base: { score: 0.5 }, tuned: { score: 0.5 } },
    ]);
  });

  it("refuses models that cannot bind tools, before anything is asked", async () => {
    const error = await compareModels({
      examples: questions,
      models: { base: real(), tuned: Object.assign(fake("x"), { bindTools: undefined }) },
    }).catch((thrown: unknown) => thrown);
    expect(InvalidOptionError.isInstance(error)).toBe(true);
    expect(String(error)).toContain("tuned (FakeListChatModel) cannot bind tools");
    expect(asked()).toBe(0);
  });

  it("leaves out rows without a target, and says so", async () => {
    const skips: Skip[] = [];
    const rows: TrainingExample[] = [prose("a", "x"), { messages: [{ role: "user", content: "?" }] }, prose("b", "")];
    const comparison = await compareModels({
      examples: rows,
      models: { base: fake("x"), tuned: fake("x") },
      onSkip: (skip) => skips.push(skip),
    });
    expect(comparison.cases).toHaveLength(1);
    expect(skips.map(({ code }) => code)).toEqual(["no-target", "no-target"]);
    const none = await compareModels({
      examples: rows.slice(1),
      models: { base: fake("x"), tuned: fake("x") },
      onSkip: () => {},
    }).catch((thrown: unknown) => thrown);
    expect(EmptyDatasetError.isInstance(none)).toBe(true);
  });

  it("lands in LangSmith as a dataset and an experiment for each model", async () => {
    const client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
    const before = asked();
    const comparison = await compareModels({
      examples: questions.slice(0, 3),
      models: { base: real(), tuned: real() },
      langsmith: { client, datasetName: "held out" },
    });
    expect(asked() - before).toBe(6);
    const examples = [];
    for await (const example of client.listExamples({ datasetName: "held out" })) examples.push(example);
    expect(examples).toHaveLength(3);
    expect(Object.keys(comparison.experiments ?? {})).toEqual(["base", "tuned"]);
    for (const { name } of Object.values(comparison.experiments ?? {})) {
      const project = await client.readProject({ projectName: name });
      expect(project.reference_dataset_id).toBe(examples[0]?.dataset_id);
      const page = await client.runs.query({
        project_ids: [project.id],
        is_root: true,
        selects: ["ID", "OUTPUTS", "FEEDBACK_STATS"],
      });
      expect(page.items).toHaveLength(3);
      expect(page.items[0]?.feedback_stats).toMatchObject({ arguments_equal: { avg: 1 } });
    }
  });
});
