import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  joinConversations,
  judgeExamples,
  pairsFromAlternatives,
  relabelExamples,
  sourceOf,
  targetsOf,
  withSource,
  type OpenAITool,
  type RelabelOptions,
  type RelabelReport,
  type Skip,
  type TrainingExample,
} from "langsmith-finetune";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clientOf, startJudgeServer, type ChatBody } from "./judge-server.js";
import { ScriptedModel } from "./scripted-model.js";

const tool: OpenAITool = {
  type: "function",
  function: {
    name: "add",
    parameters: {
      type: "object",
      properties: { a: { type: "number" }, b: { type: "number" } },
      required: ["a", "b"],
      additionalProperties: false,
    },
  },
};
const wrong: TrainingExample = withSource(
  {
    messages: [
      { role: "system", content: "You calculate." },
      { role: "user", content: "1+2?" },
      { role: "assistant", content: "4" },
    ],
  },
  {
    runId: "run-1",
    traceId: "trace-1",
    threadId: "thread-1",
    model: "cheap",
    finishReason: "stop",
    feedback: { user_score: { count: 1, average: 0 } },
    tokens: { prompt: 5, completion: 1 },
  },
);

async function relabel(rows: readonly TrainingExample[], options: RelabelOptions) {
  const skips: Skip[] = [];
  const reports: RelabelReport[] = [];
  const found: TrainingExample[] = [];
  const relabelled = relabelExamples(rows, {
    ...options,
    onSkip: (skip) => skips.push(skip),
    onReport: (report) => reports.push(report),
  });
  for await (const row of relabelled) found.push(row);
  return { rows: found, skips, report: reports[0] as RelabelReport };
}

describe("the teacher's answer", () => {
  it("takes the place of the recorded one, which makes a pair without another call", async () => {
    const teacher = new ScriptedModel(() => "3", "dear");
    const { rows, report } = await relabel([wrong], { teacher });
    expect(rows.map(({ messages }) => messages)).toEqual([
      [...wrong.messages.slice(0, 2), { role: "assistant", content: "3" }],
    ]);
    const source = sourceOf(rows[0] as object);
    expect(source).toMatchObject({ runId: "run-1", threadId: "thread-1", model: "dear", teacher: "dear" });
    expect(source.alternatives).toEqual([{ role: "assistant", content: "4" }]);
    // What people said was about the other answer.
    expect([source.feedback, source.finishReason, source.disagreement]).toEqual([undefined, undefined, 0.5]);
    expect(targetsOf(rows[0] as object)).toMatchObject([
      { message: 2, runId: "run-1", model: "dear", teacher: "dear" },
    ]);
    expect(report).toMatchObject({ rows: 1, targets: 1, changed: 1, same: 0, asked: 1, cached: 0 });

    const pairs = [];
    const score = (answer: unknown, example: TrainingExample) => Number(answer === example.messages.at(-1));
    for await (const pair of pairsFromAlternatives(rows, { score })) pairs.push(pair);
    expect(JSON.parse(JSON.stringify(pairs))).toEqual([
      {
        input: { messages: wrong.messages.slice(0, 2) },
        preferred_output: [{ role: "assistant", content: "3" }],
        non_preferred_output: [{ role: "assistant", content: "4" }],
      },
    ]);
    expect(teacher.prompts).toHaveLength(1);
    expect(wrong.messages.at(-1)).toEqual({ role: "assistant", content: "4" });
  });

  it("has no alternative where it says the same", async () => {
    const { rows, report } = await relabel([wrong], { teacher: new ScriptedModel(() => " 4 ") });
    expect(sourceOf(rows[0] as object)).toMatchObject({ disagreement: 0 });
    expect(sourceOf(rows[0] as object).alternatives).toBeUndefined();
    expect(report).toMatchObject({ changed: 0, same: 1 });
  });

  it("follows the recorded history, in a row for each answer, none of which teaches what was recorded", async () => {
    const long: TrainingExample = withSource(
      {
        messages: [
          { role: "user", content: "1+1?" },
          { role: "assistant", content: "3" },
          { role: "user", content: "and one more?" },
          { role: "assistant", content: "4" },
        ],
      },
      {
        runId: "b",
        threadId: "t",
        targets: [
          { message: 1, runId: "a" },
          { message: 3, runId: "b" },
        ],
      },
    );
    const teacher = new ScriptedModel((messages) => (messages.length === 1 ? "2" : "4"));
    const { rows } = await relabel([long], { teacher });
    expect(rows.map(({ messages }) => messages)).toEqual([
      [long.messages[0], { role: "assistant", content: "2" }],
      [
        long.messages[0],
        { role: "assistant", content: "3", weight: 0 },
        long.messages[2],
        { role: "assistant", content: "4" },
      ],
    ]);
    expect(rows.map((row) => targetsOf(row).map(({ runId }) => runId))).toEqual([["a"], ["b"]]);
    // The history of the second is not what the first teaches, so they stay two rows.
    const joined = [];
    for await (const row of joinConversations(rows)) joined.push(row);
    expect(joined).toHaveLength(2);
  });

  it("is asked for where it is wanted; the rest of the row stays", async () => {
    const long: TrainingExample = {
      messages: [
        { role: "user", content: "1+1?" },
        { role: "assistant", content: "2" },
        { role: "user", content: "1+2?" },
        { role: "assistant", content: "4" },
      ],
    };
    const judged = judgeExamples([long], { judges: [({ outputs }) => outputs.content === "2"], action: "mark" });
    const marked: TrainingExample[] = [];
    for await (const row of judged) marked.push(row);
    expect(targetsOf(marked[0] as object).map(({ verdict }) => verdict)).toEqual(["keep", "drop"]);
    const teacher = new ScriptedModel(() => "3");
    const { rows } = await relabel(marked, { teacher, where: ({ verdict }) => verdict === "drop" });
    expect(
      rows.map(({ messages }) => messages.map((one) => [one.content, (one as { weight?: number }).weight])),
    ).toEqual([
      [
        ["1+1?", undefined],
        ["2", undefined],
      ],
      [
        ["1+1?", undefined],
        ["2", 0],
        ["1+2?", undefined],
        ["3", undefined],
      ],
    ]);
    expect(teacher.prompts).toHaveLength(1);
  });
});

describe("one of several answers", () => {
  const samples = (...texts: string[]) => new ScriptedModel((_, call) => texts[(call - 1) % texts.length] ?? "");
  const chosen = async (teacher: ScriptedModel, options: Partial<RelabelOptions>) => {
    const { rows, skips } = await relabel([wrong], { teacher, n: 3, concurrency: 1, ...options });
    return rows[0]?.messages.at(-1)?.content ?? skips[0]?.code;
  };

  it.each([
    ["is what most say", ["3", "4", " 3"], {}, "3"],
    ["is none where they do not agree", ["3", "4", "5"], {}, "no-agreement"],
    ["is the shortest", ["three, of course", "3", "it is 3"], { choose: "shortest" }, "3"],
    [
      "is the best by an evaluator",
      ["3", "33", "333"],
      { choose: { best: ({ outputs }) => ({ score: String(outputs.content).length / 3 }) } },
      "333",
    ],
    [
      "is the shortest that a judge keeps",
      ["5", "it is 3", "3, I hope so"],
      { choose: { shortest: ({ outputs }) => String(outputs.content).includes("3") } },
      "it is 3",
    ],
    ["is none that every judge drops", ["5", "6", "7"], { choose: { best: () => false } }, "no-good-answer"],
    [
      "is undecided where the judge fails",
      ["5", "6", "7"],
      {
        choose: {
          best: () => {
            throw new Error("?");
          },
        },
      },
      "undecided",
    ],
    ["is what a function says", ["5", "6", "7"], { choose: (all) => all.length - 1 }, "7"],
  ] as [string, string[], Partial<RelabelOptions>, string][])("%s", async (_name, texts, options, expected) => {
    expect(await chosen(samples(...texts), options)).toBe(expected);
  });

  it("shows an evaluator the recorded answer as the reference", async () => {
    const seen: unknown[] = [];
    await chosen(samples("3"), {
      choose: {
        best: ({ inputs, outputs, referenceOutputs }) =>
          seen.push([inputs.messages.length, outputs.content, referenceOutputs?.content]) > 0,
      },
    });
    expect(seen[0]).toEqual([2, "3", "4"]);
  });
});

describe("over HTTP", () => {
  let server: Awaited<ReturnType<typeof startJudgeServer>>;
  let cache: string;
  let reply: (body: ChatBody) => string | Record<string, unknown>;
  beforeEach(async () => {
    server = await startJudgeServer((body) => reply(body));
    cache = await mkdtemp(join(tmpdir(), "relabel-test-"));
  });
  afterEach(async () => {
    await server.close();
    await rm(cache, { recursive: true, force: true });
  });
  const calling: TrainingExample = withSource(
    { messages: [...wrong.messages.slice(0, 2), { role: "assistant", content: "4" }], tools: [tool] },
    { runId: "run-2", toolChoice: "required" },
  );
  const callWith = (text: string) => ({
    tool_calls: [{ id: "call_1", type: "function", function: { name: "add", arguments: text } }],
  });

  it("gets the same tools and choice, and its arguments are checked against the schema", async () => {
    reply = () => callWith('{"a":1,"b":"two"}');
    const teacher = clientOf(server.url, "gpt-5");
    const { rows, skips } = await relabel([calling], { teacher });
    expect(rows).toEqual([]);
    expect(skips).toMatchObject([
      {
        code: "invalid-arguments",
        runId: "run-2",
        path: "$.messages[2]",
        message: expect.stringContaining("does not fit"),
      },
    ]);
    expect(server.bodies[0]).toMatchObject({ tools: [tool], tool_choice: "required" });
    reply = () => callWith('{"a":1,"b":2}');
    const { rows: good } = await relabel([calling], { teacher });
    expect(good[0]?.messages.at(-1)).toMatchObject({
      tool_calls: [{ function: { name: "add", arguments: '{"a":1,"b":2}' } }],
    });
    expect((await relabel([calling], { teacher, otherwise: "keep", where: () => false })).rows[0]?.messages).toEqual(
      calling.messages,
    );
  });

  it("asks nothing twice, samples included, and can say first what it costs", async () => {
    reply = () => "3";
    const options: RelabelOptions = {
      teacher: clientOf(server.url),
      n: 2,
      cache,
      name: "dear",
      prices: { dear: { prompt: 1, completion: 2 } },
    };
    expect(await relabelExamples([wrong, wrong], { ...options, estimate: true })).toMatchObject({
      rows: 2,
      items: 2,
      calls: { dear: 2 },
      cached: 0,
    });
    expect(server.bodies).toHaveLength(0);
    const first = await relabel([wrong, wrong], options);
    expect(server.bodies).toHaveLength(2);
    expect(first.report).toMatchObject({ teacher: "dear", changed: 2, cost: expect.closeTo((200 + 2 * 40) / 1e6, 10) });
    const again = await relabel([wrong, wrong], options);
    expect(server.bodies).toHaveLength(2);
    expect(again.report).toMatchObject({ asked: 0, cached: 4, cost: 0 });
    expect(again.rows).toEqual(first.rows);
    await expect(relabel([wrong], { ...options, name: "other", estimate: () => false })).rejects.toThrow("called off");
    expect(server.bodies).toHaveLength(2);
  });

  it("says what the service refused, and gives up where it refuses everything", async () => {
    reply = () => "3";
    server.fault({ status: 400, times: 1 });
    const teacher = clientOf(server.url);
    const { skips, rows } = await relabel([wrong, calling], { teacher, concurrency: 1 });
    expect([rows.length, skips.map(({ code }) => code)]).toEqual([1, ["teacher-failed"]]);
    server.fault({ status: 401, times: 9 });
    const twenty = Array.from({ length: 20 }, (_, index): TrainingExample => ({
      messages: [
        { role: "user", content: `${index}` },
        { role: "assistant", content: "?" },
      ],
    }));
    await expect(relabel(twenty, { teacher, giveUpAfter: 2, concurrency: 1 })).rejects.toThrow(
      "failed on each of its first 2 calls",
    );
  });

  it("repeats the form that was asked for", async () => {
    const responseFormat = { type: "json_object" };
    const structured = withSource({ messages: [...wrong.messages] }, { runId: "c", responseFormat });
    reply = () => "no JSON";
    const { skips } = await relabel([structured], { teacher: clientOf(server.url) });
    expect(server.bodies[0]?.response_format).toEqual(responseFormat);
    expect(skips.map(({ code }) => code)).toEqual(["invalid-structure"]);
  });
});
