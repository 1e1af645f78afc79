import {
  judgeExamples,
  withSource,
  type JudgeOptions,
  type JudgeReport,
  type TrainingExample,
} from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { randomOf } from "../../src/compare/statistics/random.js";
import { createAgreementCount } from "../../src/judge/trust/agreement.js";
import { judgeByRule } from "./scripted-model.js";

function rated(number: number, score?: number): TrainingExample {
  return withSource(
    {
      messages: [
        { role: "user", content: `${number}?` },
        { role: "assistant", content: `${number}` },
      ],
    },
    {
      runId: `run-${number}`,
      threadId: `thread-${number}`,
      ...(score !== undefined && { feedback: { user_score: { count: 1, average: score } } }),
    },
  );
}
const valueOf = ({ outputs }: { outputs: { content?: unknown } }) => Number(outputs.content);

async function reportOf(rows: readonly TrainingExample[], options: JudgeOptions): Promise<JudgeReport> {
  const reports: JudgeReport[] = [];
  const judged = judgeExamples(rows, { ...options, onSkip: () => {}, onReport: (given) => reports.push(given) });
  for await (const row of judged) void row;
  return reports[0] as JudgeReport;
}

describe("agreement", () => {
  it("has Cohen's kappa as the books compute it", () => {
    // 45 both keep, 15 only the first, 25 only the second, 15 none. By hand: (0.6 - 0.54) / (1 - 0.54).
    const count = createAgreementCount();
    const add = (times: number, left: boolean, right: boolean) => {
      for (let index = 0; index < times; index += 1) count.add(`${left}${right}${index}`, left, right);
    };
    add(45, true, true);
    add(15, true, false);
    add(25, false, true);
    add(15, false, false);
    const { kappa, agreement, interval, items } = count.finish() ?? {};
    expect([items, agreement]).toEqual([100, 0.6]);
    expect(kappa).toBeCloseTo(0.1304, 4);
    expect(interval?.[0]).toBeLessThan(0.1304);
    expect(interval?.[1]).toBeGreaterThan(0.1304);
  });

  it("has no kappa where both always say the same one thing, and a wide interval where few agree on all", () => {
    const same = createAgreementCount();
    for (let index = 0; index < 10; index += 1) same.add(`${index}`, true, true);
    expect(same.finish()).toEqual({ items: 10, conversations: 10, agreement: 1 });
    const few = createAgreementCount();
    for (let index = 0; index < 8; index += 1) few.add(`${index}`, index % 2 === 0, index % 2 === 0);
    expect(few.finish()).toMatchObject({ kappa: 1, interval: [expect.closeTo(0.35, 1), 1] });
  });

  it("has an interval that holds the true kappa about as often as it says, also where answers share a conversation", () => {
    const shares = [1, 4].map((size) => coverage(size));
    // 400 samples: five in a hundred may miss, and the standard error of that is one.
    for (const share of shares) expect(share).toBeGreaterThan(0.92);
  });

  /** The share of intervals that hold the true kappa, with so many answers in each conversation that are all alike. */
  function coverage(size: number): number {
    const random = randomOf(7 + size);
    // Each says keep in half of the cases, and both say the same in eight of ten: kappa is 0.6.
    let held = 0;
    for (let sample = 0; sample < 400; sample += 1) {
      const count = createAgreementCount();
      for (let conversation = 0; conversation < 60; conversation += 1) {
        const left = random() < 0.5;
        const right = random() < 0.8 ? left : !left;
        for (let answer = 0; answer < size; answer += 1) count.add(`${conversation}`, left, right);
      }
      const [low, high] = count.finish()?.interval ?? [1, -1];
      if (low <= 0.6 && high >= 0.6) held += 1;
    }
    return held / 400;
  }
});

describe("the report", () => {
  it("sets judges beside each other and beside people", async () => {
    // People like the even ones; one judge does too, the other likes all below eight.
    const rows = Array.from({ length: 12 }, (_, number) =>
      rated(number, number < 10 ? Number(number % 2 === 0) : undefined),
    );
    const { agreement, people, disagreements, disagreementCount } = await reportOf(rows, {
      judges: { even: (judged) => valueOf(judged) % 2 === 0, small: (judged) => valueOf(judged) < 8 },
    });
    expect(agreement).toMatchObject([
      { judges: ["even", "small"], items: 12, conversations: 12, agreement: 0.5, kappa: 0 },
    ]);
    expect(people.map(({ key, judge, items, agreement }) => [key, judge, items, agreement])).toEqual([
      ["user_score", "even", 10, 1],
      ["user_score", "small", 10, 0.5],
      ["user_score", "all together", 10, 0.9],
    ]);
    expect(people[0]).toMatchObject({ kappa: 1, interval: [expect.any(Number), expect.closeTo(1, 9)] });
    expect(disagreementCount).toBe(6);
    expect(disagreements[0]).toMatchObject({
      line: 2,
      runId: "run-1",
      message: 1,
      decision: "drop",
      people: { user_score: false },
      votes: [
        { judge: "even", vote: "drop" },
        { judge: "small", vote: "keep" },
      ],
    });
    // A tie drops what people like.
    expect(disagreements.find(({ line }) => line === 9)).toMatchObject({
      decision: "drop",
      people: { user_score: true },
    });
  });

  it("reads scores as it is told to", async () => {
    const rows = [1, 2, 3, 4, 5].map((score) => rated(score, score));
    const judges = { all: () => true };
    expect((await reportOf(rows, { judges })).people).toMatchObject([{ key: "user_score", items: 1 }]);
    const people = { key: "user_score", good: 4, bad: 3 };
    expect((await reportOf(rows, { judges, people })).people).toMatchObject([{ items: 4, agreement: 0.5 }]);
  });
});

describe("a calibration set", () => {
  const examples = [0, 1, 2, 3].map((number) => ({ example: rated(number), keep: number % 2 === 0 }));
  const rows = [rated(7)];

  it("must be passed before a row is read", async () => {
    const model = judgeByRule(() => true);
    let read = 0;
    async function* source() {
      read += 1;
      yield* rows;
    }
    const options = { judges: { model }, rubric: "Even numbers are good.", calibration: { examples } };
    const judged = judgeExamples(source(), options);
    await expect(judged[Symbol.asyncIterator]().next()).rejects.toThrow(
      "model shares 50 % of the verdicts of the calibration set, and 80 % are asked for; it differs on number 2, 4.",
    );
    expect([read, model.prompts.length]).toEqual([0, 4]);
  });

  it("is in the report where it is passed", async () => {
    const model = judgeByRule((text) => Number(text) % 2 === 0);
    const report = await reportOf(rows, {
      judges: { model },
      rubric: "Even.",
      calibration: { examples, agreement: 1 },
    });
    expect(report.calibration?.model).toMatchObject({ items: 4, agreement: 1, kappa: 1 });
    expect(report.items).toMatchObject({ judged: 1, dropped: 1 });
  });
});
