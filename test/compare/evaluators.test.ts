import {
  argumentsEqual,
  argumentsValid,
  exactText,
  jsonFields,
  lengthWithin,
  normalisedText,
  refusalAsExpected,
  toolCalled,
  type AssistantTrainingMessage,
  type Evaluator,
} from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { resultsOf } from "../../src/judge/asking/evaluator.js";

const tools = [
  {
    type: "function" as const,
    function: { name: "add", parameters: { type: "object", properties: { a: { type: "number" } }, required: ["a"] } },
  },
];
const text = (content: string): AssistantTrainingMessage => ({ role: "assistant", content });
const call = (name: string, ...argumentTexts: string[]): AssistantTrainingMessage => ({
  role: "assistant",
  tool_calls: argumentTexts.map((argumentText, index) => ({
    id: `c${index}`,
    type: "function",
    function: { name, arguments: argumentText },
  })),
});
const legacy = (name: string, argumentText: string): AssistantTrainingMessage => ({
  role: "assistant",
  function_call: { name, arguments: argumentText },
});

async function score(
  evaluator: Evaluator,
  outputs: AssistantTrainingMessage,
  referenceOutputs: AssistantTrainingMessage,
) {
  const returned = await evaluator({ inputs: { messages: [], tools }, outputs, referenceOutputs, metadata: {} });
  return resultsOf(returned, evaluator.name).map(({ key, score: value }) => [key, value]);
}

describe("evaluators", () => {
  it.each([
    ["the same tool", toolCalled(), call("add", "{}"), call("add", '{"a":1}'), [["tool_called", 1]]],
    ["the legacy form of the same", toolCalled(), legacy("add", "{}"), call("add", "{}"), [["tool_called", 1]]],
    ["prose instead", toolCalled(), text("4"), call("add", "{}"), [["tool_called", 0]]],
    ["a call where none was", toolCalled(), call("add", "{}"), text("4"), [["tool_called", 0]]],
    ["one call too few", toolCalled(), call("add", "{}"), call("add", "{}", "{}"), [["tool_called", 0]]],
    [
      "keys in another order",
      argumentsEqual(),
      call("add", '{"b":[1],"a":1.0}'),
      call("add", '{"a":1,"b":[1]}'),
      [["arguments_equal", 1]],
    ],
    [
      "calls in another order",
      argumentsEqual(),
      call("add", '{"a":2}', '{"a":1}'),
      call("add", '{"a":1}', '{"a":2}'),
      [["arguments_equal", 1]],
    ],
    ["another number", argumentsEqual(), call("add", '{"a":1.001}'), call("add", '{"a":1}'), [["arguments_equal", 0]]],
    [
      "a number within the tolerance",
      argumentsEqual({ tolerance: 0.01 }),
      call("add", '{"a":1.001}'),
      call("add", '{"a":1}'),
      [["arguments_equal", 1]],
    ],
    [
      "a number as text",
      argumentsEqual({ tolerance: 0.01 }),
      call("add", '{"a":"1"}'),
      call("add", '{"a":1}'),
      [["arguments_equal", 0]],
    ],
    [
      "one call too many",
      argumentsEqual(),
      call("add", '{"a":1}', '{"a":1}'),
      call("add", '{"a":1}'),
      [["arguments_equal", 0]],
    ],
    ["nothing to compare", argumentsEqual(), text("4"), text("4"), []],
    ["valid arguments", argumentsValid(), call("add", '{"a":1}'), text(""), [["arguments_valid", 1]]],
    ["arguments of a wrong type", argumentsValid(), call("add", '{"a":"1"}'), text(""), [["arguments_valid", 0]]],
    ["arguments that are not JSON", argumentsValid(), call("add", "{"), text(""), [["arguments_valid", 0]]],
    ["a tool that was not offered", argumentsValid(), call("subtract", "{}"), text(""), [["arguments_valid", 0]]],
    ["the same text", exactText(), text("Paris."), text("Paris."), [["exact_text", 1]]],
    ["another letter", exactText(), text("paris."), text("Paris."), [["exact_text", 0]]],
    ["case, marks and space aside", normalisedText(), text("  PARIS! "), text("Paris."), [["normalised_text", 1]]],
    ["another word", normalisedText(), text("Rome"), text("Paris."), [["normalised_text", 0]]],
    [
      "fields of JSON",
      jsonFields(),
      text('```json\n{"a":1,"b":2}\n```'),
      text('{"a":1,"b":3}'),
      [
        ["json_fields", 0.5],
        ["json_fields.a", 1],
        ["json_fields.b", 0],
      ],
    ],
    [
      "no JSON where there should be",
      jsonFields({ schema: { properties: { a: {} } } }),
      text("none"),
      text('{"a":1}'),
      [
        ["json_fields", 0],
        ["json_fields.a", 0],
      ],
    ],
    [
      "a refusal that was one",
      refusalAsExpected(),
      text("I'm sorry, I can't help with that."),
      { role: "assistant", refusal: "No." } as const,
      [["refusal_as_expected", 1]],
    ],
    [
      "a refusal that was none",
      refusalAsExpected(),
      text("I cannot do that."),
      text("Paris."),
      [["refusal_as_expected", 0]],
    ],
    ["about as long", lengthWithin(), text("12345"), text("1234567"), [["length_within", 1]]],
    ["much longer", lengthWithin({ factor: 1.5 }), text("x".repeat(20)), text("1234567"), [["length_within", 0]]],
  ])("%s", async (_, evaluator, outputs, reference, expected) => {
    expect(await score(evaluator, outputs as AssistantTrainingMessage, reference as AssistantTrainingMessage)).toEqual(
      expected,
    );
  });
});
