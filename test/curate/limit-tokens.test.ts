import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  asRunnable,
  createTokenCounter,
  limitTokens,
  SkippedError,
  sourceOf,
  withSource,
  type Skip,
  type TokenCounter,
  type TrainingExample,
  type TrimmedRow,
} from "langsmith-finetune";
import { assistant, collect, example, system, user } from "./rows.js";

describe("limitTokens", () => {
  let counter: TokenCounter;
  beforeAll(async () => {
    counter = await createTokenCounter({ model: "gpt-4o" });
  });
  const long = "word ".repeat(200);
  const calls = {
    role: "assistant" as const,
    tool_calls: [{ id: "a", type: "function" as const, function: { name: "add", arguments: "{}" } }],
  };
  const answer = { role: "tool" as const, tool_call_id: "a", content: "4" };

  it("drops what is longer, naming the run", async () => {
    const skips: Skip[] = [];
    const rows = [
      withSource(example(user(long), assistant("a")), { runId: "run-1" }),
      example(user("b"), assistant("b")),
    ];
    const kept = await collect(
      limitTokens(rows, { model: "gpt-4o", maxTokens: 100, onSkip: (skip) => skips.push(skip) }),
    );
    expect(kept).toEqual([rows[1]]);
    expect(skips).toMatchObject([{ code: "too-long", runId: "run-1" }]);
    await expect(collect(limitTokens(rows, { model: "gpt-4o", maxTokens: 100, strict: true }))).rejects.toSatisfy(
      (error) => SkippedError.isInstance(error),
    );
  });

  it("trims the oldest turns, keeps the system message, calls with their answers, and the source", async () => {
    const trimmed: TrimmedRow[] = [];
    const row = withSource(
      example(
        system("Be brief."),
        user(long),
        calls,
        answer,
        assistant("four"),
        user("And 3 + 3?"),
        calls,
        answer,
        assistant("six"),
      ),
      { runId: "run-1" },
    );
    const [kept] = await collect(
      limitTokens([row], { model: "gpt-4o", maxTokens: 100, overflow: "trim", onTrim: (info) => trimmed.push(info) }),
    );
    expect(kept!.messages).toEqual([row.messages[0], ...row.messages.slice(5)]);
    expect(sourceOf(kept!)).toEqual({ runId: "run-1" });
    expect(trimmed).toEqual([
      { runId: "run-1", messages: 4, tokensBefore: counter.row(row).total, tokensAfter: counter.row(kept!).total },
    ]);
    expect(row.messages).toHaveLength(9);
  });

  it("drops what cannot be trimmed: one long turn, nothing left to train, a pair", async () => {
    const skips: Skip[] = [];
    const oneTurn = example(user("Add."), calls, answer, assistant(long));
    const untrained = example(user(long), assistant("a", 1), user("b"), assistant("b", 0));
    const pair = {
      input: { messages: [user(long)] },
      preferred_output: [assistant("a")] as [ReturnType<typeof assistant>],
      non_preferred_output: [assistant("b")] as [ReturnType<typeof assistant>],
    };
    expect(
      await collect(
        limitTokens([oneTurn, untrained, pair], {
          model: "gpt-4o",
          maxTokens: 100,
          overflow: "trim",
          onSkip: (skip) => skips.push(skip),
        }),
      ),
    ).toEqual([]);
    expect(skips.map(({ code }) => code)).toEqual(["too-long", "too-long", "too-long"]);
  });

  it("leaves rows that fit, that end in a user's turn and that call no tool out of order", async () => {
    const content = fc.string({ maxLength: 60 });
    const turn = fc.oneof(
      fc.tuple(content, content).map(([a, b]) => [user(a), assistant(b)]),
      content.map((a) => [user(a), calls, answer, assistant("4")]),
      content.map((a) => [user(a), user("really?"), assistant("yes")]),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(turn, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        fc.integer({ min: 20, max: 120 }),
        async (turns, withSystem, maxTokens) => {
          const messages = [...(withSystem ? [system("Be brief.")] : []), ...turns.flat()];
          const [kept] = await collect(
            limitTokens([{ messages }], { model: "gpt-4o", maxTokens, overflow: "trim", onSkip: () => {} }),
          );
          if (kept === undefined) {
            const lastTurn = [...(withSystem ? [system("Be brief.")] : []), ...turns.at(-1)!];
            expect(counter.row({ messages: lastTurn }).total).toBeGreaterThan(maxTokens);
            return;
          }
          expect(counter.row(kept).total).toBeLessThanOrEqual(maxTokens);
          expect(messages.slice(-kept.messages.length + (withSystem ? 1 : 0))).toEqual(
            withSystem ? kept.messages.slice(1) : kept.messages,
          );
          if (withSystem) expect(kept.messages[0]).toEqual(messages[0]);
          expect(kept.messages[withSystem ? 1 : 0]!.role).toBe("user");
        },
      ),
      { numRuns: 60 },
    );
  });

  it("tells by the length alone that a short row fits", () => {
    const row = example(user("hello"), assistant("world"));
    expect(counter.exceeds(row, 1000)).toBe(false);
    expect(counter.exceeds(row, counter.row(row).total)).toBe(false);
    expect(counter.exceeds(row, counter.row(row).total - 1)).toBe(true);
  });

  it("runs as a Runnable, and names what it was called with wrongly", async () => {
    const limit = asRunnable((rows: TrainingExample[]) => limitTokens(rows, { model: "gpt-4o", maxTokens: 100 }), {
      name: "limit",
    });
    expect(await collect(await limit.invoke([example(user("a"), assistant("b"))]))).toHaveLength(1);
    expect(() => limitTokens([], { model: "gpt-4o", maxTokens: Number.NaN })).toThrow(/maxTokens/);
    expect(() => limitTokens([], { model: "gpt-4o", maxTokens: 5, overflow: "cut" as "trim" })).toThrow(/overflow/);
  });
});
