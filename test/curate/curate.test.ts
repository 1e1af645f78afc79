import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  asRunnable,
  curate,
  EmptyDatasetError,
  InvalidExamplesError,
  sourceOf,
  withSource,
  writeDataset,
  type CurateOptions,
  type ExampleSource,
  type Skip,
  type TrainingExample,
  targetsOf,
} from "langsmith-finetune";
import { afterEach, describe, expect, it } from "vitest";
import { collect, conversation, row, sentence, shuffled } from "./rows.js";

const many = (count: number, source: (index: number) => ExampleSource = (index) => ({ runId: `r${index}` })) =>
  Array.from({ length: count }, (_, index) =>
    row(`q${index} ${sentence(index)}`, `a${index} ${sentence(index + 5000, 10)}`, source(index)),
  );
const empty = (index: number) => row(`q${index}`, "", { runId: `empty-${index}` });

let folder: string | undefined;
afterEach(async () => {
  if (folder) await rm(folder, { recursive: true });
  folder = undefined;
});

describe("curate", () => {
  it("leaves good rows alone", async () => {
    const rows = many(20);
    const { train, validation, test, findings, report } = await curate(rows);
    expect(await collect(train)).toEqual(rows);
    expect([await collect(validation), await collect(test), findings]).toEqual([[], [], []]);
    expect(report).toMatchObject({
      rows: { in: 20, kept: 20, train: 20, validation: 0, test: 0 },
      removed: [],
      notices: [],
    });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it("accounts for every row, and tells each removal with its step, run and reason", async () => {
    const good = many(30, (index) => ({
      runId: `r${index}`,
      threadId: `t${index}`,
      model: index < 25 ? "gpt-4o" : "other",
    }));
    const rows = [...good, good[0], good[1], empty(1), { messages: [] }, null, "text"] as TrainingExample[];
    const skips: Skip[] = [];
    const result = await curate(rows, {
      filter: { where: (_, { model }) => model !== "other" },
      sample: { size: 20 },
      split: { validation: 0.2 },
      onSkip: (skip) => void skips.push(skip),
    });
    const { report } = result;
    const removed = report.removed.reduce((sum, { count }) => sum + count, 0);
    expect(report.rows.in).toBe(36);
    expect(report.rows.kept + removed).toBe(36);
    expect(skips).toHaveLength(removed);
    expect(report.rows.train + report.rows.validation).toBe(report.rows.kept);
    expect((await collect(result.train)).length).toBe(report.rows.train);
    expect((await collect(result.validation)).length).toBe(report.rows.validation);
    expect(new Set(report.removed.map(({ step }) => step))).toEqual(
      new Set(["filter", "validate", "deduplicate", "sample"]),
    );
    expect(skips).toContainEqual({
      code: "deduplicate: duplicate",
      message: "The row trains the same as row 1 (run r0).",
      runId: "r0",
      path: "$",
      line: 31,
      duplicateOf: { line: 1, runId: "r0" },
    });
    expect(result.findings.map(({ line }) => line)).toEqual([33, 34, 35, 36]);
    expect(result.findings[0]).toMatchObject({ severity: "error", source: { runId: "empty-1" } });
    expect(report.findings.errors).toBe(4);
    expect(report.models).toEqual([{ name: "gpt-4o", targets: 20 }]);
  });

  it("says that rows are too few for the service, as data", async () => {
    const { findings, report } = await curate(many(3));
    expect(findings).toMatchObject([{ line: 0, severity: "error", code: "rows-too-few" }]);
    expect(report.notices[0]).toMatchObject({ level: "error" });
  });

  it("says that a part is too large a file for the service, to the byte", async () => {
    const { openAIRules } = await import("langsmith-finetune");
    folder = await mkdtemp(join(tmpdir(), "curate-"));
    const rows = many(40, (index) => ({ runId: `ä${index}` }));
    async function* once() {
      yield* rows;
    }
    const options: CurateOptions = { split: { validation: 0.3, nearDuplicates: false } };
    const { splits } = await writeDataset(folder, await curate(rows, options));
    const [train = 0, validation = 0] = splits.map(({ bytes }) => bytes);
    for (const source of [() => rows, once]) {
      const at = async (maxBytes: number) => curate(source(), { ...options, rules: { ...openAIRules, maxBytes } });
      expect((await at(train)).findings).toEqual([]);
      const { findings, report } = await at(train - 1);
      expect(findings).toMatchObject([
        {
          line: 0,
          path: "$",
          code: "file-too-large",
          severity: "error",
          message: `The rows for training have ${train} bytes as a file; OpenAI takes ${train - 1} at the most.`,
        },
      ]);
      expect(report.notices).toMatchObject([
        { level: "error", message: expect.stringMatching(/rows for training/) as string },
      ]);
      expect((await at(validation - 1)).findings).toHaveLength(2);
      await expect(
        curate(source(), { ...options, strict: true, rules: { ...openAIRules, maxBytes: train - 1 } }),
      ).rejects.toSatisfy(InvalidExamplesError.isInstance);
    }
  });

  it("joins the calls of many agents, whatever the number of their turns", async () => {
    const call = (agent: number, turns: number) =>
      conversation(
        Array.from({ length: turns }, (_, turn): [string, string][] => [
          ["user", `${agent}: do ${turn}`],
          ["assistant", `${agent}: did ${turn}`],
        ]).flat(),
        { runId: `${agent}-${turns}`, threadId: `agent ${agent >> 1}` },
      );
    const rows = Array.from({ length: 60 }, (_, agent) => [1, 2, 5, 9].map((turns) => call(agent, turns))).flat();
    for (const seed of [1, 2]) {
      const { train, report } = await curate(shuffled(rows, seed), { trainOn: "last" });
      for (const example of await collect(train)) {
        expect(example.messages).toHaveLength(18);
        expect(targetsOf(example).map(({ message }) => message)).toEqual([1, 3, 9, 17]);
      }
      expect(report.removed).toEqual([]);
      expect(report.rows).toMatchObject({ in: 240, joined: 180, kept: 60 });
      // Every answer was a target before `trainOn`.
      expect(report.targets).toMatchObject({ in: 1020, kept: 240, train: 240 });
    }
  });

  it("keeps faulty rows where it is only to report", async () => {
    const { report, findings } = await curate([...many(12), empty(1)], { validate: { remove: false } });
    expect(report.rows.kept).toBe(13);
    expect(findings).toHaveLength(1);
    expect((await curate([...many(12), empty(1)], { validate: false })).findings).toEqual([]);
  });

  it("stops at the first fault with strict", async () => {
    await expect(curate([...many(12), empty(1)], { strict: true })).rejects.toSatisfy(InvalidExamplesError.isInstance);
  });

  it("says of an empty result which step took what", async () => {
    const failed = await curate([empty(1), empty(2), row("a", "b")], {
      filter: { where: (example) => example.messages[1]?.content !== "b" },
    }).catch((error: unknown) => error);
    expect(EmptyDatasetError.isInstance(failed)).toBe(true);
    expect((failed as EmptyDatasetError).message).toMatch(
      /Nothing is left of 3 rows: validate: [a-z-]+ took 2, filter: where took 1\./,
    );
    expect((failed as EmptyDatasetError).removed).toMatchObject({ "filter: where": 1 });
    await expect(curate([])).rejects.toThrow(/no rows came in/);
  });

  it("reads a file, says which line is broken and goes on, or stops there with strict", async () => {
    folder = await mkdtemp(join(tmpdir(), "curate-"));
    const path = join(folder, "rows.jsonl");
    const rows = many(1050).map((example) =>
      JSON.stringify({
        messages: example.messages.map(({ role, content }) => ({ role, content: String(content).slice(0, 20) })),
      }),
    );
    // Blank lines count as lines. As many rows are read by the tests of the columns and of validateJsonl.
    const lines = [...rows.slice(0, 1000), ...new Array<string>(69_000).fill(""), ...rows.slice(1000)];
    lines[70_000] = '{"messages": [';
    await writeFile(path, lines.join("\n"));
    const { findings, report } = await curate(path, { deduplicate: false, join: false, scan: false });
    expect(findings).toMatchObject([{ line: 70_001, path: "$", code: "invalid-json", severity: "error" }]);
    expect(report.rows).toMatchObject({ in: 1050, kept: 1049 });
    expect(report.removed).toMatchObject([
      { step: "read", code: "invalid-json", count: 1, examples: [{ line: 70_001 }] },
    ]);
    await expect(curate(path, { strict: true, deduplicate: false, join: false, scan: false })).rejects.toThrow(
      /line 70001: The line is not JSON/,
    );
    await writeFile(path, [lines[0], "", "broken", lines[1]].join("\n"));
    await expect(curate(path, { strict: true })).rejects.toThrow(/line 3/);
  });

  it("spills to the disk and gives back the same rows, sources and order", async () => {
    const rows = many(400, (index) => ({ runId: `r${index}`, threadId: `t${index}`, tags: ["ä", "\u2028"] })).map(
      (example) =>
        withSource(
          { ...example, messages: [{ role: "system" as const, content: "é".repeat(48_000) }, ...example.messages] },
          sourceOf(example),
        ),
    );
    async function* once() {
      yield* rows;
    }
    const { train, validation } = await curate(once(), { split: { validation: 0.2, nearDuplicates: false } });
    const both = [...(await collect(train)), ...(await collect(validation))];
    expect(both).toHaveLength(400);
    const place = new Map(rows.map((example, index) => [sourceOf(example).runId, index]));
    const order = (await collect(train)).map((example) => place.get(sourceOf(example).runId) as number);
    expect(order).toEqual([...order].sort((left, right) => left - right));
    for (const example of both)
      expect(JSON.stringify([example, sourceOf(example)])).toBe(
        JSON.stringify([
          rows[place.get(sourceOf(example).runId) as number],
          sourceOf(rows[place.get(sourceOf(example).runId) as number] as object),
        ]),
      );
    // Written from the disk without being parsed, or from memory: the same bytes.
    folder = await mkdtemp(join(tmpdir(), "curate-"));
    const options: CurateOptions = { split: { validation: 0.2, nearDuplicates: false } };
    const [spilled, held] = [await curate(once(), options), await curate(rows, options)];
    expect(await writeDataset(join(folder, "spilled"), spilled)).toEqual(
      await writeDataset(join(folder, "held"), held),
    );
  });

  it("splits alike in any order, duplicates included", async () => {
    const rows = [
      ...many(60, (index) => ({ runId: `r${index}`, threadId: `t${index >> 1}` })),
      ...many(20, (index) => ({ runId: `copy${index}`, threadId: `other${index}` })),
    ];
    const options: CurateOptions = { split: { validation: 0.3, test: 0.2 }, deduplicate: { near: true } };
    const sides = async (examples: TrainingExample[]) => {
      const curated = await curate(examples, options);
      const ids = async (part: AsyncIterable<TrainingExample>) =>
        (await collect(part)).map((example) => sourceOf(example).runId).sort();
      return [await ids(curated.train), await ids(curated.validation), await ids(curated.test)];
    };
    const expected = await sides(rows);
    for (const seed of [1, 2, 3]) expect(await sides(shuffled(rows, seed))).toEqual(expected);
  });

  it("keeps the same of rows that are near, share a prompt or are sampled, in any order, within one thread too", async () => {
    const words = sentence(1, 60).split(" ");
    const near = Array.from({ length: 30 }, (_, step) =>
      row(words.map((word, index) => (index < step ? `${word}y` : word)).join(" "), "fine", {
        runId: `near${step}`,
        threadId: `t${step >> 3}`,
      }),
    );
    const asked = Array.from({ length: 20 }, (_, index) =>
      row("the same question", sentence(index, 12), { runId: `asked${index}`, threadId: `t${index >> 3}` }),
    );
    const rows = [...near, ...asked, ...many(40, (index) => ({ runId: `r${index}`, threadId: `u${index >> 1}` }))];
    const options: CurateOptions = {
      split: { validation: 0.3, test: 0.2 },
      deduplicate: { near: { threshold: 0.8 }, perPrompt: 3 },
      sample: { size: 40 },
    };
    const sides = async (examples: TrainingExample[]) => {
      const { train, validation, test, report } = await curate(examples, options);
      const ids = async (part: AsyncIterable<TrainingExample>) =>
        (await collect(part)).map((example) => sourceOf(example).runId).sort();
      const removed = Object.fromEntries(report.removed.map(({ code, count }) => [code, count]));
      return { train: await ids(train), validation: await ids(validation), test: await ids(test), removed };
    };
    const expected = await sides(rows);
    expect(expected.removed["near-duplicate"]).toBeGreaterThan(10);
    expect(expected.removed["prompt-cap"]).toBeGreaterThan(10);
    for (let seed = 0; seed < 8; seed += 1) expect(await sides(shuffled(rows, seed))).toEqual(expected);
  });

  it("redacts when it is asked to, and warns when it was not", async () => {
    const rows = [...many(12), row("I am jane@example.com", "Hello jane@example.com", { runId: "leak" })];
    const off = await curate(rows);
    expect(off.report.redaction).toMatchObject({
      applied: false,
      scanned: 13,
      rowsWithFindings: 1,
      found: [{ detector: "email", count: 2, rows: 1, examples: [{ line: 13, runId: "leak" }] }],
    });
    expect(off.report.notices).toMatchObject([
      { level: "error", message: expect.stringMatching(/redaction is off: 2 × email in 1 row of 13/) as string },
    ]);
    expect(JSON.stringify(off.report)).not.toContain("jane@");
    const on = await curate(rows, { redact: { salt: "x", detectors: ["email"] } });
    expect(JSON.stringify(await collect(on.train))).not.toContain("jane@");
    expect(on.report.redaction.applied).toBe(true);
    expect(on.report.notices).toEqual([]);
    expect(JSON.stringify(on.report.options)).not.toContain('"x"');
    expect((await curate(rows, { scan: false })).report.redaction.scanned).toBe(0);
  });

  it("counts tokens, holds rows to a length and estimates the cost", async () => {
    const long = conversation(
      [
        ["user", sentence(1, 400)],
        ["assistant", "one"],
        ["user", "short"],
        ["assistant", "two"],
      ],
      { runId: "long" },
    );
    const rows = [...many(12), long];
    const dropped = await curate(rows, {
      tokens: { model: "gpt-4o-mini", maxTokens: 1000 },
      split: { validation: 3, nearDuplicates: false },
    });
    expect(dropped.report.removed).toMatchObject([{ step: "length", code: "too-long", count: 1 }]);
    const { tokens, cost } = dropped.report;
    expect(tokens).toMatchObject({ model: "gpt-4o-mini", encoding: "o200k_base", exact: true, limit: 1000 });
    expect((tokens?.train ?? 0) + (tokens?.validation ?? 0)).toBe(tokens?.total);
    expect(cost?.trainedTokens).toBe((tokens?.train ?? 0) * (cost?.epochs ?? 0));
    const trimmed = await curate(rows, { tokens: { model: "gpt-4o-mini", maxTokens: 1000, overflow: "trim" } });
    expect((await collect(trimmed.train)).at(-1)?.messages).toEqual(long.messages.slice(2));
    expect(trimmed.report.notices).toMatchObject([
      { level: "info", message: expect.stringMatching(/1 row lost/) as string },
    ]);
  });

  it("takes rules and model of a backend, and writes its rows as far as it can learn them", async () => {
    const { openAIRules } = await import("langsmith-finetune");
    const rows = many(3).map((example) =>
      conversation([
        ["user", "0"],
        ["assistant", "1"],
        ...example.messages.map((message) => [message.role, String(message.content)] as const),
      ]),
    );
    const backend = {
      model: "gpt-4o-mini",
      rules: { ...openAIRules, name: "Small", loss: "last" as const, minRows: 2 },
    };
    const single = await curate(rows, { backend });
    expect(single.report.tokens?.model).toBe("gpt-4o-mini");
    expect(single.findings).toEqual([]);
    // The first exchange is the same in all three.
    expect((await collect(single.train)).map(({ messages }) => messages.length)).toEqual([2, 4, 4, 4]);
    expect(single.report.rows).toMatchObject({ in: 3, kept: 4 });
    expect(single.report.targets).toMatchObject({ in: 6, kept: 4 });
    const [first] = await collect((await curate(rows, { trainOn: "last" })).train);
    expect(first?.messages.map((message) => ("weight" in message ? message.weight : undefined))).toEqual([
      undefined,
      0,
      undefined,
      undefined,
    ]);
  });

  it("leaves parallel_tool_calls out where the service has no such key, and keeps where a row came from", async () => {
    const { openAIRules } = await import("langsmith-finetune");
    const tools = [
      { type: "function" as const, function: { name: "add", parameters: { type: "object", properties: {} } } },
    ];
    const plain = many(3).map((example) => ({ ...example, tools }));
    const rows = plain.map((example, index) =>
      withSource({ ...example, parallel_tool_calls: false }, { runId: `run-${index}` }),
    );
    const rules = { ...openAIRules, name: "Small", parallelToolCalls: false, minRows: 2 };
    const { train, findings } = await curate(rows, { rules });
    expect(findings).toEqual([]);
    expect((await collect(train)).map((row) => [JSON.parse(JSON.stringify(row)), sourceOf(row).runId])).toEqual(
      plain.map((row, index) => [JSON.parse(JSON.stringify(row)), `run-${index}`]),
    );
    expect(rows.every((row) => !row.parallel_tool_calls)).toBe(true);
    expect(
      (await collect((await curate(rows, { rules: { ...rules, parallelToolCalls: true } })).train)).map(
        (row) => row.parallel_tool_calls,
      ),
    ).toEqual([false, false, false]);

    const pair = {
      input: { messages: [{ role: "user" as const, content: "q" }], tools, parallel_tool_calls: true },
      preferred_output: [{ role: "assistant" as const, content: "good" }] as [{ role: "assistant"; content: string }],
      non_preferred_output: [{ role: "assistant" as const, content: "bad" }] as [
        { role: "assistant"; content: string },
      ],
    };
    const pairs = await curate([pair], { rules: { ...rules, minRows: 1 } });
    expect((await collect(pairs.train)).map((row) => Object.keys(row.input))).toEqual([["messages", "tools"]]);
  });

  it("curates preference pairs", async () => {
    const pairs = Array.from({ length: 12 }, (_, index) => ({
      input: { messages: [{ role: "user" as const, content: `q${index}` }] },
      preferred_output: [{ role: "assistant" as const, content: "good" }] as [{ role: "assistant"; content: string }],
      non_preferred_output: [{ role: "assistant" as const, content: "bad" }] as [
        { role: "assistant"; content: string },
      ],
    }));
    const { train, findings, report } = await curate([...pairs, pairs[0] as (typeof pairs)[0]], {
      split: { validation: 2 },
    });
    expect(findings.filter(({ line }) => line > 0)).toEqual([]);
    expect(report.rows).toMatchObject({ in: 13, kept: 12, validation: 2 });
    expect(await collect(train)).toHaveLength(10);
  });

  it("is a step of a chain, and stops when the chain does", async () => {
    const step = asRunnable((rows: TrainingExample[], { signal }) => curate(rows, { ...(signal && { signal }) }), {
      name: "curate",
    });
    expect((await step.invoke(many(12))).report.rows.kept).toBe(12);
    await expect(step.invoke(many(12), { signal: AbortSignal.abort() })).rejects.toThrow();
    await expect(curate(many(12), { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });

  it.each<[object, RegExp]>([
    [{ dedupe: true }, /Unknown option dedupe.*The options are: backend/],
    [{ split: { validaton: 0.1 } }, /Unknown option split\.validaton/],
    [{ split: 0.1 }, /split must be true, false or an object/],
    [{ deduplicate: { near: { threshold: 2 } } }, /deduplicate\.near\.threshold must be/],
    [{ filter: { mesages: {} } }, /Unknown option filter\.mesages/],
    [{ sample: {} }, /sample\.size or sample\.fraction must be given/],
    [{ redact: { detectors: ["mail"] } }, /redact\.detectors\[0\] must be/],
    [{ tokens: { maxTokens: 10 } }, /tokens\.model must name the model/],
    [{ tokens: true }, /tokens: true needs a backend/],
    [{ trainOn: "first" }, /trainOn must be/],
    [{ runUrl: {} }, /runUrl\.organization/],
    [{ scan: "some" }, /scan must be "sample" or "all"/],
  ])("names a wrong option: %j", async (options, message) => {
    await expect(curate(many(1), options)).rejects.toThrow(message);
  });

  it("makes links to runs", async () => {
    const rows = [...many(12), row("q", "", { runId: "run/1", projectId: "p" })];
    const { report } = await curate(rows, { runUrl: { organization: "org" } });
    expect(report.removed[0]?.examples[0]?.url).toBe("https://smith.langchain.com/o/org/projects/p/p/r/run%2F1");
  });
});
