import fc from "fast-check";
import {
  filterExamples,
  sampleExamples,
  sourceOf,
  trainOn,
  type FilterOptions,
  type Skip,
  type TrainingExample,
} from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { collect, conversation, datasets, row, shuffled } from "./rows.js";

describe("filterExamples", () => {
  const rows = [
    row("a", "b", {
      runId: "1",
      model: "gpt-4o",
      tags: ["prod"],
      feedback: { score: { count: 2, average: 0.9 } },
      finishReason: "stop",
    }),
    row("a longer question", "b", {
      runId: "2",
      model: "gpt-4o-mini",
      tags: ["prod", "test"],
      feedback: { score: { count: 1, average: 0.2 } },
    }),
    {
      ...row("a", "b", { runId: "3", model: "claude", feedback: { label: { count: 1, values: { good: 1 } } } }),
      messages: [
        { role: "user" as const, content: "a" },
        {
          role: "assistant" as const,
          tool_calls: [{ id: "1", type: "function" as const, function: { name: "add", arguments: "{}" } }],
        },
      ],
    },
  ];
  const pass = async (options: FilterOptions) => {
    const skips: Skip[] = [];
    const kept = await collect(filterExamples(rows, { ...options, onSkip: (skip) => void skips.push(skip) }));
    expect(kept.length + skips.length).toBe(rows.length);
    return [kept.map((example) => sourceOf(example).runId).join(""), new Set(skips.map(({ code }) => code))] as const;
  };

  it.each<[string, FilterOptions, string]>([
    ["feedback", { feedback: { score: { min: 0.5 } } }, "1"],
    ["feedback", { feedback: { score: { max: 0.5 } } }, "2"],
    ["feedback", { feedback: { score: { count: 2 } } }, "1"],
    ["feedback", { feedback: { label: { value: "good" } } }, "3"],
    ["models", { models: ["gpt-4o"] }, "1"],
    ["models", { models: [/^gpt/g] }, "12"],
    ["tags", { tags: { all: ["prod"], none: ["test"] } }, "1"],
    ["tags", { tags: { any: ["test", "other"] } }, "2"],
    ["tools", { tools: { any: ["add"] } }, "3"],
    ["tools", { tools: { any: [] } }, "12"],
    ["tools", { tools: { none: ["add"] } }, "12"],
    ["characters", { characters: { max: 80 } }, "1"],
    ["finishReasons", { finishReasons: ["stop"] }, "1"],
    ["where", { where: (_, { runId }) => runId === "2" }, "2"],
  ])("by %s: %j", async (code, options, expected) => {
    const [kept, codes] = await pass(options);
    expect(kept).toBe(expected);
    expect(codes).toEqual(new Set([code]));
  });

  it("names the first condition that fails, with the row and the run", async () => {
    const skips: Skip[] = [];
    await collect(filterExamples(rows, { models: ["claude"], onSkip: (skip) => void skips.push(skip) }));
    expect(skips[0]).toEqual({ code: "models", message: "The answer is by gpt-4o.", runId: "1", path: "$", line: 1 });
  });

  it("is lazy and closes its source", async () => {
    let pulled = 0;
    let closed = false;
    function* source() {
      try {
        for (;;) {
          pulled += 1;
          yield row("a", "b");
        }
      } finally {
        closed = true;
      }
    }
    const filtered = filterExamples(source());
    expect(pulled).toBe(0);
    const iterator = filtered[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toEqual(row("a", "b"));
    await iterator.return?.();
    expect([pulled, closed]).toEqual([1, true]);
  });

  it("names a wrong option", () => {
    expect(() => filterExamples([], { model: "x" } as never)).toThrow(/Unknown option model\b/);
    expect(() => filterExamples([], { messages: { min: "3" } } as never)).toThrow(
      /messages\.min must be a number; got "3"/,
    );
    expect(() => filterExamples([], { tags: { some: [] } } as never)).toThrow(/Unknown option tags\.some/);
    expect(() => filterExamples([], { where: true } as never)).toThrow(/where must be a function/);
  });
});

describe("sampleExamples", () => {
  const rows = Array.from({ length: 100 }, (_, index) =>
    row(`q${index}`, "a", { runId: `r${index}`, model: index < 80 ? "big" : index < 95 ? "small" : "tiny" }),
  );
  const models = (sample: TrainingExample[]) => {
    const counts: Record<string, number> = {};
    for (const example of sample)
      counts[sourceOf(example).model ?? ""] = (counts[sourceOf(example).model ?? ""] ?? 0) + 1;
    return counts;
  };

  it("keeps each group's share, or takes the same from each", async () => {
    expect(models(await collect(sampleExamples(rows, { size: 20, by: "model" })))).toEqual({
      big: 16,
      small: 3,
      tiny: 1,
    });
    expect(models(await collect(sampleExamples(rows, { size: 30, by: "model", method: "balanced" })))).toEqual({
      big: 13,
      small: 12,
      tiny: 5,
    });
    expect(await collect(sampleExamples(rows, { fraction: 0.25 }))).toHaveLength(25);
    expect(await collect(sampleExamples(rows, { size: 1000 }))).toEqual(rows);
  });

  it("is the same in any order, keeps the order of the input, and follows the seed", async () => {
    const unique = datasets.map((data) => [
      ...new Map(data.map((example) => [JSON.stringify(example), example])).values(),
    ]);
    await fc.assert(
      fc.asyncProperty(unique, fc.integer(), fc.integer({ min: 1, max: 20 }), async (data, seed, size) => {
        const sample = await collect(sampleExamples(data, { size, seed: 3 }));
        expect(sample).toHaveLength(Math.min(size, data.length));
        expect(sample).toEqual(data.filter((example) => sample.includes(example)));
        expect(new Set(await collect(sampleExamples(shuffled(data, seed), { size, seed: 3 })))).toEqual(
          new Set(sample),
        );
      }),
      { numRuns: 50 },
    );
    expect(await collect(sampleExamples(rows, { size: 10, seed: 1 }))).not.toEqual(
      await collect(sampleExamples(rows, { size: 10, seed: 2 })),
    );
  });

  it("names a wrong option", () => {
    expect(() => sampleExamples([], {})).toThrow(/size or fraction must be given/);
    expect(() => sampleExamples([], { size: 1.5 })).toThrow(/size must be a positive integer; got 1\.5/);
    expect(() => sampleExamples([], { size: 1, by: "colour" as never })).toThrow(/by must be/);
  });
});

describe("trainOn", () => {
  const rows = [
    conversation(
      [
        ["user", "1"],
        ["assistant", "2"],
        ["user", "3"],
        ["assistant", "4"],
      ],
      { runId: "r" },
    ),
  ];
  const weights = (examples: TrainingExample[]) =>
    examples[0]?.messages.map((message) => ("weight" in message ? message.weight : undefined));

  it("learns the last answer or all of them", async () => {
    const last = await collect(trainOn(rows, "last"));
    expect(weights(last)).toEqual([undefined, 0, undefined, undefined]);
    expect(sourceOf(last[0] as object)).toEqual({ runId: "r" });
    expect(weights(await collect(trainOn(last, "all")))).toEqual([undefined, undefined, undefined, undefined]);
    expect(weights(rows)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("names a wrong word", () => {
    expect(() => trainOn([], "first" as never)).toThrow(/which must be "last" or "all"; got "first"/);
  });
});
