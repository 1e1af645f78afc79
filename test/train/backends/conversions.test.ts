import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FineTuneBackend, TrainingExample, TrainingMessage } from "langsmith-finetune";
import { alibaba } from "langsmith-finetune/backends/alibaba";
import { bedrock } from "langsmith-finetune/backends/bedrock";
import { sageMaker } from "langsmith-finetune/backends/sagemaker";
import { fireworks } from "langsmith-finetune/backends/fireworks";
import { portable } from "langsmith-finetune/backends/portable";
import { together } from "langsmith-finetune/backends/together";
import { vertex } from "langsmith-finetune/backends/vertex";
import { faultsOf } from "./rows.js";

const common = { model: "m", directory: "unused", template: "qwen3" };
const backends: FineTuneBackend[] = [
  together({ model: "m" }),
  fireworks({ model: "m", accountId: "a" }),
  vertex({ model: "m", project: "p", location: "l", bucket: "b" }),
  bedrock({ model: "m", region: "us-east-1", bucket: "b", roleArn: "r" }),
  alibaba({ model: "m" }),
  sageMaker({ model: "m", region: "us-east-1", bucket: "b", roleArn: "r", modelPackageGroupArn: "g" }),
  ...(["trl", "axolotl", "llama-factory", "unsloth", "tinker", "baseten-loops"] as const).map((trainer) =>
    portable({ ...common, trainer }),
  ),
];
const named = backends.map((backend, index) => [`${backend.name} ${backend.rules.name} ${index}`, backend] as const);

const text = fc.string({ minLength: 1, unit: "grapheme" }).filter((value) => value.trim() !== "");
/** A conversation of texts in turn, with or without a system message. */
const plainRow = fc
  .record({
    system: fc.option(text, { nil: undefined }),
    turns: fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 4 }),
  })
  .map(({ system, turns }): TrainingExample => ({
    messages: [
      ...(system === undefined ? [] : [{ role: "system" as const, content: system }]),
      ...turns.flatMap(([user, assistant]): TrainingMessage[] => [
        { role: "user", content: user },
        { role: "assistant", content: assistant },
      ]),
    ],
  }));
/** The same with a tool, a call with any arguments, and its result. */
const toolRow = fc
  .record({
    row: plainRow,
    value: fc.dictionary(text, fc.jsonValue()),
    result: text,
    name: fc.stringMatching(/^[a-z_]{1,12}$/),
  })
  .map(({ row, value, result, name }): TrainingExample => ({
    tools: [
      { type: "function", function: { name, parameters: { type: "object", properties: { a: { type: "string" } } } } },
    ],
    messages: [
      ...row.messages.slice(0, -1),
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "call_1", type: "function", function: { name, arguments: JSON.stringify(value) } }],
      },
      { role: "tool", tool_call_id: "call_1", content: result },
      ...row.messages.slice(-1),
    ],
  }));

/** Every text of a value, in order of appearance; JSON in a text counts as what it holds. */
function stringsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(stringsOf);
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(stringsOf) : [];
}

describe("conversions of rows", () => {
  it.each(named)("%s keeps every text of a plain conversation", (_name, { file, rules }) => {
    fc.assert(
      fc.property(plainRow, (row) => {
        expect(faultsOf({ rules } as FineTuneBackend, row).filter((fault) => !fault.includes("reserved-word"))).toEqual(
          [],
        );
        const rendered = stringsOf(file.render!(row, "supervised"));
        for (const { content } of row.messages) expect(rendered).toContain(content);
      }),
    );
  });

  it.each(named.filter(([, { rules }]) => rules.tools))(
    "%s keeps a call, its arguments and its result",
    (_name, { file, rules }) => {
      fc.assert(
        fc.property(toolRow, (row) => {
          expect(faultsOf({ rules } as FineTuneBackend, row)).toEqual([]);
          const line = JSON.stringify(file.render!(row, "supervised"));
          const { function: called } = row.messages.flatMap((message) =>
            message.role === "assistant" ? (message.tool_calls ?? []) : [],
          )[0]!;
          // As an object, as JSON text, or as JSON text within JSON text.
          const forms = [
            JSON.stringify(JSON.parse(called.arguments)),
            JSON.stringify(called.arguments),
            JSON.stringify(called.arguments).slice(1, -1),
          ];
          expect(forms.some((form) => line.includes(form))).toBe(true);
          expect(line).toContain(JSON.stringify(called.name).slice(1, -1));
        }),
      );
    },
  );

  it.each(named)("%s never changes the row it is given", (_name, { file }) => {
    fc.assert(
      fc.property(fc.oneof(plainRow, toolRow), (row) => {
        const before = JSON.stringify(row);
        file.render!(row, "supervised");
        expect(JSON.stringify(row)).toBe(before);
      }),
    );
  });

  it.each(named)("%s bears anything in the place of a row", (_name, { file, rules }) => {
    const message = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          role: fc.constantFrom("system", "developer", "user", "assistant", "tool", "function", "bot"),
          content: fc.jsonValue(),
          tool_calls: fc.jsonValue(),
          tool_call_id: fc.jsonValue(),
        },
        { requiredKeys: ["role"] },
      ),
    );
    const row = fc.oneof(
      fc.jsonValue(),
      fc.record({ messages: fc.array(message), tools: fc.jsonValue() }),
      fc.record({
        input: fc.record({ messages: fc.array(message) }),
        preferred_output: fc.jsonValue(),
        non_preferred_output: fc.jsonValue(),
      }),
    );
    fc.assert(
      fc.property(row, (value) => {
        const rendered = file.render!(value as never, "supervised");
        const faults = faultsOf({ rules } as FineTuneBackend, value);
        // What could not be converted is not a line of a dataset, and is named, if it is shaped as a row at all.
        if (rendered === null && isShaped(value))
          expect(faults.filter((fault) => !fault.startsWith("warning"))).not.toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

function isShaped(value: unknown): boolean {
  const row = value as { messages?: unknown; input?: { messages?: unknown } } | null;
  const input = row?.input;
  const messages =
    input !== null && typeof input === "object" && !Array.isArray(input) ? input.messages : row?.messages;
  return (
    Array.isArray(messages) && messages.every((one) => one !== null && typeof one === "object" && !Array.isArray(one))
  );
}
