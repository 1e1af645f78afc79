import { FakeListChatModel } from "@langchain/core/utils/testing";
import { compareModels, withSource, type CompareOptions, type TrainingExample } from "langsmith-finetune";
import { describe, expect, it } from "vitest";

const fake = (...responses: string[]) => new FakeListChatModel({ responses });
/** A joined conversation with some answers, all of which are targets but those with weight 0. */
const conversation = (name: string, ...answers: { content: string; weight?: 0 | 1 }[]): TrainingExample => ({
  messages: answers.flatMap((answer, index) => [
    { role: "user" as const, content: `${name} ${index}` },
    { role: "assistant" as const, ...answer },
  ]),
});
const right = { content: "yes" };
const models = { base: fake("no"), tuned: fake("yes") };
const compare = (examples: TrainingExample[], options: Partial<CompareOptions> = {}) =>
  compareModels({
    examples,
    models,
    evaluators: [({ outputs }) => ({ key: "right", score: outputs.content === "yes" })],
    ...options,
  });
const first = (comparison: Awaited<ReturnType<typeof compare>>) => comparison.pairs[0]?.evaluators[0];

describe("the targets of a row", () => {
  it("are all replayed, each with what stood before it, and not what has weight 0", async () => {
    const row = conversation("a", right, { content: "an example", weight: 0 }, { content: "yes", weight: 1 });
    const { cases } = await compare([row]);
    expect(cases.map(({ message, inputs }) => [message, inputs.messages.length])).toEqual([
      [1, 1],
      [5, 5],
    ]);
    expect(JSON.stringify(cases)).not.toContain("weight");
  });

  it("are the last answer alone where the row came from one call", async () => {
    const { cases } = await compare([withSource(conversation("a", right, right), { runId: "run" })]);
    expect(cases.map(({ message }) => message)).toEqual([3]);
  });

  it("are all that a joined row says it teaches", async () => {
    const targets = [
      { message: 1, runId: "first" },
      { message: 3, runId: "run" },
    ];
    const { cases } = await compare([withSource(conversation("a", right, right), { runId: "run", targets })]);
    expect(cases.map(({ message }) => message)).toEqual([1, 3]);
  });

  it("are so many of each conversation by option, the last one included", async () => {
    const rows = [conversation("a", right, right, right, right), conversation("b", right)];
    const { cases } = await compare(rows, { targetsPerConversation: 2 });
    expect(cases.map(({ row, message, conversation: own }) => [row, message, own])).toEqual([
      [1, 3, 1],
      [1, 7, 1],
      [2, 1, 2],
    ]);
  });
});

describe("conversations", () => {
  it("are what counts: twenty answers of two conversations show nothing", async () => {
    const answers = Array.from({ length: 10 }, () => right);
    const comparison = await compare([conversation("a", ...answers), conversation("b", ...answers)]);
    expect(first(comparison)).toMatchObject({
      cases: 20,
      difference: 1,
      pValue: 0.5,
      verdict: "unclear",
      conversations: { count: 2, difference: 1, rose: [1, 2], fell: [], stayed: [] },
    });
    expect(first(comparison)).not.toHaveProperty("interval");
    expect(comparison.verdict[1]).toMatch(/over 20 cases of 2 conversations, .* About 6 conversations \(60 cases\)/);
  });

  it("are the rows of one thread, by default, and what the user says by option", async () => {
    const rows = Array.from({ length: 8 }, (_, index) =>
      withSource(conversation(`${index}`, right), { threadId: `thread-${index % 2}`, runId: `run-${index}` }),
    );
    expect(first(await compare(rows))?.conversations.count).toBe(2);
    expect(first(await compare(rows, { groupBy: (_, { runId }) => runId }))?.verdict).toBe("better");
  });
});

describe("the verdict", () => {
  const rows = Array.from({ length: 12 }, (_, index) => conversation(`${index}`, right));

  it("is not that nothing can be concluded where both are always wrong", async () => {
    const comparison = await compare(rows, { models: { base: fake("no"), tuned: fake("nay") } });
    expect(first(comparison)?.verdict).toBe("same");
    expect(comparison.verdict).toEqual([
      "The tuned model does as well as the base model: no evaluator tells them apart.",
      "right: both always wrong, in all 12 cases.",
    ]);
  });

  it("is that of the main evaluator, with a warning of what became worse", async () => {
    const comparison = await compare(rows, {
      main: "right",
      evaluators: [
        ({ outputs }) => ({ key: "right", score: outputs.content === "yes" }),
        ({ outputs }) => ({ key: "short", score: String(outputs.content).length < 3 }),
      ],
    });
    expect(comparison.pairs[0]).toMatchObject({
      verdict: "better",
      headline: "The tuned model is better: 12 cases fixed, 0 broken of 12, by right. But it is worse by short.",
    });
    expect(first(comparison)?.correctedPValue).toBeCloseTo((2 / 4096) * 1.25, 9);
  });

  it("says so where no evaluator has the main one's name", async () => {
    const { verdict } = await compare(rows.slice(0, 2), { main: "rihgt" });
    expect(verdict[0]).toBe(
      "No evaluator gave a score with the key rihgt, which the option main names, so all were read together: right.",
    );
  });

  it.each([
    [{ targetsPerConversation: 0 }, "targetsPerConversation must be a positive integer"],
    [{ groupBy: "user" }, "groupBy must be"],
    [{ mian: "right" }, "Unknown option mian of compareModels. Did you mean main?"],
    [{ models: { base: fake("x") } }, "Comparing needs at least two models"],
    [{ models: { base: fake("x"), tuned: "gpt-4o" } }, "models.tuned must be a LangChain chat model"],
  ])("is never given for options that cannot be meant: %j", async (options, message) => {
    await expect(compare(rows, options as never)).rejects.toThrow(message);
  });
});
