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

describe("deduplicate", () => {
  it("leaves out what trains the same, and names what it duplicates", async () => {
    const { kept, skips } = await run([
      row("a", "b", { runId: "run-1" }),
      row("c", "d", { runId: "run-2" }),
      row("a", "b", { runId: "run-3" }),
    ]);
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
    const { kept } = await run([toolRow("call_1", '{"a":1,"b":2}', "x"), toolRow("call_9", '{ "b": 2, "a": 1 }', "y")]);
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
    expect((await run(spelled)).kept).toHaveLength(1);
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
    expect((await run(rows)).kept).toEqual(rows);
  });

  it("caps the rows of one prompt", async () => {
    const rows = ["1", "2", "3", "4"].map((answer) => row("the same", answer));
    const { kept, skips } = await run([...rows, row("another", "5")], { perPrompt: 2 });
    expect(kept.map((example) => example.messages[1]?.content)).toEqual(["1", "2", "5"]);
    expect(skips.map(({ code, line, duplicateOf }) => [code, line, duplicateOf?.line])).toEqual([
      ["prompt-cap", 3, 1],
      ["prompt-cap", 4, 1],
    ]);
  });

  it("stops at the first with strict", async () => {
    await expect(collect(deduplicate([row("a", "b"), row("a", "b")], { strict: true }))).rejects.toSatisfy(
      SkippedError.isInstance,
    );
  });

  it("is idempotent", async () => {
    await fc.assert(
      fc.asyncProperty(datasets, async (rows) => {
        const once = (await run(rows)).kept;
        const again = await run(once);
        expect(again.skips).toEqual([]);
        expect(again.kept).toEqual(once);
      }),
      { numRuns: 50 },
    );
  });
});

describe("rows with several targets", () => {
  const turns = (...texts: string[]): TrainingExample =>
    conversation(
      texts.flatMap((text): [string, string][] => [
        ["user", `do ${text}`],
        ["assistant", `did ${text}`],
      ]),
    );
  const weights = ({ messages }: TrainingExample) =>
    messages.flatMap((message) => (message.role === "assistant" ? [message.weight] : []));

  it("lose the targets that rows before teach, and stay for the others", async () => {
    const { kept, skips } = await run([turns("a", "b"), turns("a", "b", "c"), turns("a", "d")]);
    expect(kept.map(weights)).toEqual([
      [undefined, undefined],
      [0, 0, undefined],
      [0, undefined],
    ]);
    expect(skips.map(({ code, line, path, duplicateOf }) => [code, line, path, duplicateOf?.line])).toEqual([
      ["duplicate", 2, "$.messages[1]", 1],
      ["duplicate", 2, "$.messages[3]", 1],
      ["duplicate", 3, "$.messages[1]", 1],
    ]);
  });

  it("go when rows before teach all they have", async () => {
    const { kept, skips } = await run([turns("a", "b", "c"), turns("a", "b")]);
    expect(kept).toEqual([turns("a", "b", "c")]);
    expect(skips).toMatchObject([{ code: "duplicate", line: 2, path: "$", duplicateOf: { line: 1 } }]);
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
