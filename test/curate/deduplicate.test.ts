import fc from "fast-check";
import {
  deduplicate,
  InvalidOptionError,
  SkippedError,
  withSource,
  type Skip,
  type TrainingExample,
} from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { collect, conversation, datasets, row, sentence } from "./rows.js";

async function run(rows: Iterable<TrainingExample>, options: Parameters<typeof deduplicate>[1] = {}) {
  const skips: Skip[] = [];
  const kept = await collect(deduplicate(rows, { ...options, onSkip: (skip) => void skips.push(skip) }));
  return { kept, skips };
}

const call = (id: string, text: string) => ({
  id,
  type: "function" as const,
  function: { name: "add", arguments: text },
});
const toolRow = (id: string, text: string, runId: string): TrainingExample =>
  withSource(
    {
      messages: [
        { role: "user", content: "1 + 2?" },
        { role: "assistant", content: null, tool_calls: [call(id, text)] },
        { role: "tool", tool_call_id: id, content: "3" },
        { role: "assistant", content: "3" },
      ],
    },
    { runId },
  );

describe.each([
  ["in one pass", { prefixes: false }],
  ["in two passes", { prefixes: true }],
])("deduplicate %s", (_, options) => {
  it("leaves out what trains the same, and names what it duplicates", async () => {
    const { kept, skips } = await run(
      [row("a", "b", { runId: "run-1" }), row("c", "d", { runId: "run-2" }), row("a", "b", { runId: "run-3" })],
      options,
    );
    expect(kept).toEqual(
      [row("a", "b"), row("c", "d")].map((example) => expect.objectContaining({ messages: example.messages })),
    );
    expect(skips).toEqual([
      {
        code: "duplicate",
        message: "The row trains the same as row 1 (run run-1).",
        runId: "run-3",
        path: "$",
        line: 3,
        duplicateOf: { line: 1, runId: "run-1" },
      },
    ]);
  });

  it("sees through key order, call ids, the spelling of arguments and of text, and a weight of 1", async () => {
    const { kept } = await run(
      [toolRow("call_1", '{"a":1,"b":2}', "x"), toolRow("call_9", '{ "b": 2, "a": 1 }', "y")],
      options,
    );
    expect(kept).toHaveLength(1);
    const spelled: TrainingExample[] = [
      row("a", "b"),
      {
        messages: [
          { content: [{ type: "text", text: "a" }], role: "user" },
          { content: "b", role: "assistant", weight: 1 },
        ],
      },
    ];
    expect((await run(spelled, options)).kept).toHaveLength(1);
  });

  it("keeps what differs in anything that is trained", async () => {
    const tools = [{ type: "function" as const, function: { name: "add" } }];
    const rows: TrainingExample[] = [
      row("a", "b"),
      row("a", "b "),
      row("ab", ""),
      { ...row("a", "b"), tools },
      { ...row("a", "b"), tools, parallel_tool_calls: false },
      {
        messages: [
          { role: "user", content: "a" },
          { role: "assistant", content: "b", weight: 0 },
        ],
      },
      {
        messages: [
          { role: "user", content: "a", name: "eve" },
          { role: "assistant", content: "b" },
        ],
      },
      {
        messages: [
          { role: "user", content: "a" },
          { role: "assistant", content: null, refusal: "b" },
        ],
      },
      toolRow("call_1", '{"a":1,"b":2}', "x"),
      toolRow("call_1", '{"a":2,"b":1}', "x"),
    ];
    expect((await run(rows, options)).kept).toEqual(rows);
  });

  it("caps the rows of one prompt", async () => {
    const rows = ["1", "2", "3", "4"].map((answer) => row("the same", answer));
    const { kept, skips } = await run([...rows, row("another", "5")], { ...options, perPrompt: 2 });
    expect(kept.map((example) => example.messages[1]?.content)).toEqual(["1", "2", "5"]);
    expect(skips.map(({ code, line, duplicateOf }) => [code, line, duplicateOf?.line])).toEqual([
      ["prompt-cap", 3, 1],
      ["prompt-cap", 4, 1],
    ]);
  });

  it("stops at the first with strict", async () => {
    await expect(collect(deduplicate([row("a", "b"), row("a", "b")], { ...options, strict: true }))).rejects.toSatisfy(
      SkippedError.isInstance,
    );
  });

  it("is idempotent", async () => {
    await fc.assert(
      fc.asyncProperty(datasets, async (rows) => {
        const once = (await run(rows, options)).kept;
        const again = await run(once, options);
        expect(again.skips).toEqual([]);
        expect(again.kept).toEqual(once);
      }),
      { numRuns: 50 },
    );
  });
});

describe("agent prefixes", () => {
  const steps = ["one", "two", "three", "four"];
  const calls = (threadId?: string) =>
    steps.map((_, index) =>
      conversation(
        steps.slice(0, index + 1).flatMap((step): [string, string][] => [
          ["user", `do ${step}`],
          ["assistant", `did ${step}`],
        ]),
        { runId: `${threadId}-${index}`, ...(threadId && { threadId }) },
      ),
    );

  it.each([
    ["oldest first", (rows: TrainingExample[]) => rows],
    ["newest first", (rows: TrainingExample[]) => [...rows].reverse()],
    ["with calls missing", (rows: TrainingExample[]) => [rows[0], rows[3]] as TrainingExample[]],
  ])("collapse to the last call: %s", async (_, order) => {
    const { kept, skips } = await run(order(calls("t")));
    expect(kept.map((example) => example.messages.length)).toEqual([8]);
    expect(new Set(skips.map(({ code, duplicateOf }) => `${code} ${duplicateOf?.runId}`))).toEqual(
      new Set(["prefix t-3"]),
    );
  });

  it("stay apart between threads", async () => {
    const { kept } = await run([calls("t")[0], calls("u")[1]] as TrainingExample[]);
    expect(kept).toHaveLength(2);
  });

  it("collapse whatever the weights say, and among rows without a source", async () => {
    const [first, second] = calls();
    if (second?.messages[1]?.role === "assistant") second.messages[1].weight = 0;
    expect((await run([first, second] as TrainingExample[])).kept).toEqual([second]);
  });
});

describe("near duplicates", () => {
  const words = sentence(1, 200).split(" ");
  const changed = (count: number) => words.map((word, index) => (index < count ? `x${index}` : word)).join(" ");

  it("go from the threshold on, and are named", async () => {
    const rows = [
      row(words.join(" "), "yes"),
      row(changed(3), "yes"),
      row(changed(100), "yes"),
      row(sentence(2, 200), "yes"),
    ];
    const { kept, skips } = await run(rows, { near: { threshold: 0.85 } });
    expect(kept).toEqual([rows[0], rows[2], rows[3]]);
    expect(skips).toMatchObject([{ code: "near-duplicate", line: 2, duplicateOf: { line: 1 } }]);
  });

  it("are not made by a system prompt that all rows share", async () => {
    const rows = [1, 2, 3].map((seed) =>
      conversation([
        ["system", sentence(9, 500)],
        ["user", sentence(seed, 20)],
        ["assistant", sentence(seed + 50, 20)],
      ]),
    );
    expect((await run(rows, { near: true })).kept).toHaveLength(3);
  });

  it("are found among many rows", async () => {
    const rows = Array.from({ length: 1500 }, (_, index) => {
      const text = sentence(index % 1000, 60);
      return row(index < 1000 ? text : `${text} again`, "fine");
    });
    const { kept } = await run(rows, { near: { threshold: 0.7 } });
    expect(kept).toEqual(rows.slice(0, 1000));
  });
});

describe("options", () => {
  it("that are unknown or wrong name themselves, before anything is read", () => {
    expect(() => deduplicate([], { treshold: 1 } as never)).toThrow(/Unknown option treshold/);
    expect(() => deduplicate([], { near: { threshold: 7 } })).toThrow(/near\.threshold must be .* got 7/);
    expect(() => deduplicate([], { perPrompt: 0 })).toThrow(/perPrompt/);
    expect(() => deduplicate(3 as never)).toThrow(InvalidOptionError);
  });
});
