import { FakeListChatModel } from "@langchain/core/utils/testing";
import {
  createJsonMatchEvaluator,
  createLLMAsJudge,
  createTrajectoryMatchEvaluator,
  exactMatch,
  levenshteinDistance,
} from "openevals";
import { compareModels, type Evaluator, type TrainingExample } from "langsmith-finetune";
import { describe, expect, it } from "vitest";

const row = (question: string, answer: string): TrainingExample => ({
  messages: [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ],
});
const examples = [row("one", '{"city":"Paris"}'), row("two", '{"city":"Rome"}')];

/** The tuned model is right on both rows, the base on the first. */
async function compare(...evaluators: Evaluator[]) {
  const base = new FakeListChatModel({ responses: ['{"city":"Paris"}', '{"city":"Oslo"}'] });
  const tuned = new FakeListChatModel({ responses: ['{"city":"Paris"}', '{"city":"Rome"}'] });
  const { pairs, cases } = await compareModels({ examples, models: { base, tuned }, evaluators, concurrency: 1 });
  expect(cases.map(({ answers }) => answers.base?.error)).toEqual([undefined, undefined]);
  return pairs[0]?.evaluators ?? [];
}

describe("the evaluators of openevals", () => {
  it("plug in unchanged where they compare whatever they are given", async () => {
    const [exact, distance] = await compare(exactMatch, levenshteinDistance);
    expect(exact).toMatchObject({
      key: "exact_match",
      yesNo: true,
      cases: 2,
      scores: { base: 0.5, tuned: 1 },
      flips: { bothRight: [1], fixed: [2], broken: [], bothWrong: [] },
    });
    expect(distance).toMatchObject({ key: "levenshtein_distance", yesNo: false, cases: 2, scores: { tuned: 1 } });
    expect(distance?.scores.base).toBeGreaterThan(0.5);
    expect(distance?.scores.base).toBeLessThan(1);
  });

  it("plug in unchanged as judges, and see question, answer and reference", async () => {
    const seen: string[] = [];
    // The judge of these tests: no model, and it finds what is not Oslo good.
    const judge = Object.assign(new FakeListChatModel({ responses: [""] }), {
      withStructuredOutput: () => ({
        invoke: (messages: { content: string }[]) => {
          const text = messages.map(({ content }) => content).join("\n");
          seen.push(text);
          return Promise.resolve({ score: !text.includes("Oslo"), reasoning: "because" });
        },
      }),
    });
    const [found] = await compare(
      createLLMAsJudge({
        prompt: "asked {inputs} answered {outputs} expected {reference_outputs}",
        feedbackKey: "good",
        judge: judge as never,
      }),
    );
    expect(found).toMatchObject({ key: "good", yesNo: true, scores: { base: 0.5, tuned: 1 } });
    expect(seen.find((text) => text.includes("Oslo"))).toMatch(/asked .*"two".* answered .*Oslo.* expected .*Rome/s);
  });

  it("take a part of the answer where they want one", async () => {
    const fields = createJsonMatchEvaluator({ aggregator: "all" });
    const json = ({ content }: { content?: unknown }) => JSON.parse(String(content)) as Record<string, unknown>;
    const trajectory = createTrajectoryMatchEvaluator({ trajectoryMatchMode: "strict" });
    const list = (message: object) => [message] as Parameters<typeof trajectory>[0]["outputs"];
    const found = await compare(
      ({ outputs, referenceOutputs }) => fields({ outputs: json(outputs), referenceOutputs: json(referenceOutputs) }),
      ({ outputs, referenceOutputs }) =>
        trajectory({ outputs: list(outputs), referenceOutputs: list(referenceOutputs) }),
    );
    expect(found).toMatchObject([
      { scores: { base: 0.5, tuned: 1 } },
      // It compares the calls of tools, and here are none.
      { key: "trajectory_strict_match", scores: { base: 1, tuned: 1 } },
    ]);
  });
});
