import fc from "fast-check";
import {
  convertExampleToMessages,
  convertSessionToExample,
  sourceOf,
  type AssistantTrainingMessage,
  type ContentPart,
  type TrainingExample,
  type TrainingMessage,
} from "langsmith-finetune";
import { expect, it } from "vitest";
import { convertRuns, fixtures } from "../load/fixtures.js";

const text = fc.string({ unit: "binary", maxLength: 30 });
const filled = fc.string({ minLength: 1, maxLength: 30 });
const optional = <T>(key: string, value: fc.Arbitrary<T>) =>
  fc.oneof(
    fc.constant({}),
    value.map((each) => ({ [key]: each })),
  );
const part = fc.oneof(
  text.map((value): ContentPart => ({ type: "text", text: value })),
  fc.constantFrom<ContentPart>(
    { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } },
    { type: "image_url", image_url: { url: "https://example.com/a", detail: "low" } },
  ),
);
const content = fc.oneof(text, fc.array(part, { minLength: 1, maxLength: 3 }));
const argumentsText = fc.oneof(
  fc.dictionary(filled, fc.jsonValue()).map((value) => JSON.stringify(value, null, 1)),
  text,
  fc.constant(""),
  fc.json(),
);
const call = fc.record({
  id: filled,
  type: fc.constant("function" as const),
  function: fc.record({ name: filled, arguments: argumentsText }),
});
const answer = fc
  .tuple(
    fc.oneof(
      fc.record({
        content: fc.oneof(
          filled,
          fc.array(
            text.map((value): ContentPart => ({ type: "text", text: value })),
            { minLength: 1, maxLength: 2 },
          ),
        ),
      }),
      fc.record({
        content: fc.oneof(fc.constant(null), filled),
        tool_calls: fc.uniqueArray(call, { minLength: 1, maxLength: 3, selector: ({ id }) => id }),
      }),
      fc.record({
        content: fc.oneof(fc.constant(null), filled),
        function_call: fc.record({ name: filled, arguments: argumentsText }),
      }),
      fc.record({ content: fc.constant(null), refusal: filled }),
    ),
    optional("name", filled),
    optional("weight", fc.constantFrom(0, 1)),
  )
  .map((fields) => Object.assign({ role: "assistant" }, ...fields) as AssistantTrainingMessage);
const message = fc.oneof(
  fc
    .tuple(fc.constantFrom("system", "developer", "user"), content, optional("name", filled))
    .map(([role, value, name]) => ({ role, content: value, ...name }) as TrainingMessage),
  fc.record({ role: fc.constant("tool" as const), content, tool_call_id: filled }),
  fc.record({ role: fc.constant("function" as const), content: text, name: filled }),
  answer,
);

it("a row converted to LangChain messages and back is the same row", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 5 }), answer, (messages, last) => {
      const row: TrainingExample = { messages: [...messages, last] };
      const copy = structuredClone(row);
      const result = convertSessionToExample({ messages: convertExampleToMessages(row) });
      expect("example" in result ? result.example : result.skip).toEqual(copy);
    }),
    { numRuns: 500 },
  );
});

it("so is every row of the captured runs", async () => {
  const { rows } = await convertRuns(fixtures.map(({ run }) => run));
  expect(rows.length).toBeGreaterThan(100);
  for (const row of rows) {
    const { messages, tools, functions, parallel_tool_calls: parallelToolCalls } = row;
    const result = convertSessionToExample({
      messages: convertExampleToMessages({ messages }),
      ...(tools && { tools }),
      ...(functions && { functions }),
      ...(parallelToolCalls !== undefined && { parallelToolCalls }),
      // Which answer is learned, messages cannot say.
      source: { runId: sourceOf(row).runId },
    });
    expect("example" in result && JSON.parse(JSON.stringify(result.example))).toEqual(JSON.parse(JSON.stringify(row)));
  }
});
