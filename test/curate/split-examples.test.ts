import fc from "fast-check";
import {
  asRunnable,
  curate,
  sourceOf,
  splitExamples,
  type SplitOptions,
  type TrainingExample,
  type TrainingMessage,
  withSource,
} from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { collect, datasets, row, sentence, shuffled } from "./rows.js";

const names = ["train", "validation", "test"] as const;

async function sides(rows: Iterable<TrainingExample> | AsyncIterable<TrainingExample>, options: SplitOptions) {
  const splits = splitExamples(rows, options);
  const side = new Map<string, (typeof names)[number]>();
  for (const name of names)
    for (const example of await collect(splits[name]))
      side.set(sourceOf(example).runId ?? JSON.stringify(example), name);
  return side;
}

const byThread = { validation: 0.3, test: 0.2, nearDuplicates: false } satisfies SplitOptions;

describe("splitExamples", () => {
  it("sends every row to one side, and no thread to two", async () => {
    await fc.assert(
      fc.asyncProperty(datasets, async (rows) => {
        const side = await sides(rows, byThread);
        expect(side.size).toBe(rows.length);
        const ofThread = new Map<string, string>();
        for (const example of rows) {
          const { runId = "", threadId } = sourceOf(example);
          if (threadId === undefined) continue;
          expect(side.get(runId)).toBe(ofThread.get(threadId) ?? side.get(runId));
          ofThread.set(threadId, side.get(runId) as string);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("is the same in any order", async () => {
    await fc.assert(
      fc.asyncProperty(datasets, fc.integer(), fc.boolean(), async (rows, seed, nearDuplicates) => {
        const options = { ...byThread, nearDuplicates };
        expect(new Map([...(await sides(shuffled(rows, seed), options))].sort())).toEqual(
          new Map([...(await sides(rows, options))].sort()),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("meets the shares, and leaves rows where they are when others come", async () => {
    const rows = Array.from({ length: 2000 }, (_, index) =>
      row(`q${index}`, "a", { runId: `r${index}`, threadId: `t${index >> 1}` }),
    );
    const options = { validation: 0.2, test: 0.1, nearDuplicates: false };
    const all = await sides(rows, options);
    const count = (name: string) => [...all.values()].filter((side) => side === name).length;
    expect(count("validation")).toBeGreaterThan(330);
    expect(count("validation")).toBeLessThan(470);
    expect(count("test")).toBeGreaterThan(140);
    expect(count("test")).toBeLessThan(260);
    for (const [id, side] of await sides(rows.slice(0, 1000), options)) expect(all.get(id)).toBe(side);
    expect(await sides(rows, { ...options, seed: 1 })).not.toEqual(all);
  });

  it("fills a number of rows, thread by thread", async () => {
    const rows = Array.from({ length: 100 }, (_, index) =>
      row(`q${index}`, "a", { runId: `r${index}`, threadId: `t${index}` }),
    );
    const side = await sides(rows, { validation: 10, test: 5, nearDuplicates: false });
    expect([...side.values()].filter((name) => name === "validation")).toHaveLength(10);
    expect([...side.values()].filter((name) => name === "test")).toHaveLength(5);
  });

  it("gives a small dataset at least one row on each side, and training the largest cluster", async () => {
    const rows = Array.from({ length: 10 }, (_, index) =>
      row(`q${index}`, "a", { runId: `r${index}`, threadId: index < 6 ? "big" : `t${index}` }),
    );
    const side = await sides(rows, { validation: 0.05, test: 0.05, nearDuplicates: false });
    expect(new Set(side.values())).toEqual(new Set(names));
    expect(side.get("r0")).toBe("train");
  });

  it("keeps near duplicates of different threads on one side", async () => {
    const rows = Array.from({ length: 120 }, (_, index) =>
      row(`${sentence(index >> 1, 60)}${index % 2 ? " please" : ""}`, "fine", {
        runId: `r${index}`,
        threadId: `t${index}`,
      }),
    );
    const side = await sides(rows, { validation: 0.4 });
    for (let index = 0; index < 120; index += 2) expect(side.get(`r${index}`)).toBe(side.get(`r${index + 1}`));
    expect(new Set(side.values()).size).toBe(2);
  });

  it("keeps equal prompts of rows without a source together, and follows any key", async () => {
    const rows = Array.from({ length: 60 }, (_, index) => row(`q${index % 20}`, `a${index}`));
    const { train, validation } = splitExamples(rows, { validation: 0.4, nearDuplicates: false });
    const prompts = async (part: AsyncIterable<TrainingExample>) =>
      new Set((await collect(part)).map((example) => example.messages[0]?.content));
    const [left, right] = [await prompts(train), await prompts(validation)];
    expect([...left].filter((prompt) => right.has(prompt))).toEqual([]);
    expect(left.size + right.size).toBe(20);

    const keyed = await sides(rows, {
      validation: 0.5,
      by: (example) => String(example.messages[1]?.content).slice(-1),
      nearDuplicates: false,
    });
    const sideOfKey = new Map<string, string>();
    for (const [text, side] of keyed) {
      const key = text.slice(-5);
      expect(sideOfKey.get(key) ?? side).toBe(side);
      sideOfKey.set(key, side);
    }
  });

  it("reads a source that can be read once, once, and only when it is asked", async () => {
    let pulled = 0;
    async function* once() {
      for (let index = 0; index < 30; index += 1) {
        pulled += 1;
        yield row(`q${index}`, "a", { runId: `r${index}` });
      }
    }
    const splits = splitExamples(once(), { validation: 0.3 });
    expect(pulled).toBe(0);
    const parts = await Promise.all(names.map((name) => collect(splits[name])));
    expect(parts.flat()).toHaveLength(30);
    expect(pulled).toBe(30);
    expect(await collect(splits.train)).toEqual(parts[0]);
  });

  it("works as a Runnable", async () => {
    const rows = [row("a", "b"), row("c", "d"), row("e", "f")];
    const split = asRunnable((examples: TrainingExample[]) => splitExamples(examples, { validation: 0.3 }), {
      name: "split",
    });
    const { train, validation } = await split.invoke(rows);
    expect((await collect(train)).length + (await collect(validation)).length).toBe(3);
  });

  it("names a wrong option", () => {
    expect(() => splitExamples([], { validation: -1 })).toThrow(/validation must be/);
    expect(() => splitExamples([], { validation: 0.6, test: 0.5 })).toThrow(/leaves nothing to train on/);
    expect(() => splitExamples([], { by: "session" as never })).toThrow(/by must be "thread" or "trace" or a function/);
    expect(() => splitExamples([], { valdiation: 0.1 } as never)).toThrow(/Unknown option valdiation/);
  });
});

describe("keep", () => {
  const turn = (thread: string, split?: string, turns = 1) =>
    withSource<TrainingExample>(
      {
        messages: Array.from({ length: turns }, (_, index): TrainingMessage[] => [
          { role: "user", content: `${thread} asks for ${thread.repeat(3)} number ${index}` },
          { role: "assistant", content: `${thread} ${index}`, ...(index < turns - 1 && { weight: 0 as const }) },
        ]).flat(),
      },
      { threadId: thread, runId: `${thread}-${turns}`, ...(split !== undefined && { splits: [split] }) },
    );
  const threadNames = Array.from({ length: 40 }, (_, index) => `thread${index}x`);
  const threads = async (rows: AsyncIterable<TrainingExample>) => {
    const found = new Set<string>();
    for await (const one of rows) found.add(sourceOf(one).threadId ?? "");
    return found;
  };

  it("leaves rows where they are, whatever is added, and brings new rows of their threads there", async () => {
    const first = splitExamples(
      threadNames.map((name) => turn(name)),
      { validation: 0.2, test: 0.1, nearDuplicates: false },
    );
    const before: Record<string, Set<string>> = {};
    for (const split of ["train", "validation", "test"] as const) before[split] = await threads(first[split]);
    const old = Object.entries(before).flatMap(([split, found]) => [...found].map((name) => turn(name, split)));
    const added = [
      ...threadNames.map((name) => turn(name, undefined, 2)),
      ...threadNames.map((name) => turn(`new-${name}`)),
    ];
    for (const rows of [
      [...old, ...added],
      [...added, ...old],
    ]) {
      const options = { validation: 0.2, test: 0.1, seed: "other", nearDuplicates: false, keep: true };
      const parts = splitExamples(rows, options);
      const curated = await curate(rows, { split: options, validate: false });
      for (const split of ["train", "validation", "test"] as const) {
        for (const result of [parts, curated]) {
          const after = await threads(result[split] as AsyncIterable<TrainingExample>);
          expect([...(before[split] ?? [])].filter((name) => !after.has(name))).toEqual([]);
          expect([...after].filter((name) => threadNames.includes(name) && !before[split]?.has(name))).toEqual([]);
        }
      }
      const held = await threads(parts.validation);
      expect([...held].some((name) => name.startsWith("new-"))).toBe(true);
    }
  });
});
