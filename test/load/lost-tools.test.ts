import { describe, expect, it } from "vitest";
import { calling, parameters, read, result, said, user, weather } from "./one-run.js";

const name = "get_weather";
const description = "Weather of a city";

describe("a schema under a name that is not known is not a tool without parameters", () => {
  it.each([
    ["Cohere, camel case", { name, description, parameterDefinitions: { city: { type: "str", required: true } } }],
    ["Cohere, snake case", { name, description, parameter_definitions: { city: { type: "str", required: true } } }],
    ["LangChain's class", { name, description, args_schema: parameters }],
    ["arguments of a class", { name, description, args: { city: { type: "string" } } }],
    ["the inputs of an agent's tool", { name, description, inputs: { city: { type: "string" } } }],
    ["a name of tomorrow", { name, description, takes: parameters }],
    ["JSON text", { name, description, arguments: JSON.stringify(parameters) }],
    ["in OpenAI's wrapper", { type: "function", function: { name, description, args_schema: parameters } }],
  ])("%s", async (_name, tool) => {
    const inputs = { messages: [user], tools: [tool] };
    expect(await read({ inputs, outputs: { message: said } })).toEqual({ skip: "invalid-tool" });
  });

  it.each([
    ["none at all", { name, description }, {}],
    [
      "hints for the host",
      { name, description, input_schema: parameters, cache_control: { type: "ephemeral" } },
      { parameters },
    ],
    ["what it gives back", { name, description, output_schema: { type: "object", properties: {} } }, {}],
    ["an empty list of examples", { name, description, input_examples: [] }, {}],
  ])("%s is fine", async (_name, tool, read_) => {
    const inputs = { messages: [user], tools: [tool] };
    expect(await read({ inputs, outputs: { message: said } })).toEqual({
      row: { messages: [user, said], tools: [{ type: "function", function: { name, description, ...read_ } }] },
    });
  });

  it("Gemini's types are those of JSON Schema, wherever the tool stands", async () => {
    const gemini = {
      type: "OBJECT",
      properties: { city: { type: "STRING" }, days: { type: "ARRAY", items: { type: "INTEGER" } } },
    };
    const tool = { type: "function", function: { name, description, parameters: gemini } };
    const plain = {
      type: "object",
      properties: { city: { type: "string" }, days: { type: "array", items: { type: "integer" } } },
    };
    expect(await read({ inputs: { messages: [user], tools: [tool] }, outputs: { message: said } })).toEqual({
      row: {
        messages: [user, said],
        tools: [{ type: "function", function: { name, description, parameters: plain } }],
      },
    });
  });
});

const parts = (text: string) => ({ parts: [{ type: "text", content: text }] });
const spanInputs = { messages: [{ role: "user", ...parts("Weather in Oslo?") }] };
const spanOutputs = { messages: [{ role: "assistant", ...parts("It rains."), finish_reason: "stop" }] };
const spanCall = { type: "tool_call", id: "call_1", name, arguments: { city: "Oslo" } };
const spanCalling = { messages: [{ role: "assistant", parts: [spanCall], finish_reason: "tool_calls" }] };
const span = { "gen_ai.operation.name": "chat" };

describe("tools in a span of OpenTelemetry", () => {
  it.each([
    ["names alone", [{ type: "function", name, description }]],
    [
      "several names",
      [
        { type: "function", name },
        { type: "function", name: "get_time", description: "Time" },
      ],
    ],
    ["OpenAI's wrapper around a name", [{ type: "function", function: { name, description } }]],
    ["texts of JSON", [JSON.stringify({ type: "function", name })]],
    ["parameters of null", [{ type: "function", name, parameters: null }]],
  ])("%s: the parameters are lost, and not none", async (_name, definitions) => {
    for (const value of [definitions, JSON.stringify(definitions)]) {
      const extra = { metadata: { ...span, "gen_ai.tool.definitions": value } };
      expect(await read({ inputs: spanInputs, outputs: spanOutputs, extra })).toEqual({ skip: "missing-tools" });
    }
  });

  it("one that takes none beside one that takes some", async () => {
    const definitions = [
      { type: "function", name, description, parameters },
      { type: "function", name: "ping" },
    ];
    const extra = { metadata: { ...span, "gen_ai.tool.definitions": JSON.stringify(definitions) } };
    expect(await read({ inputs: spanInputs, outputs: spanOutputs, extra })).toEqual({
      row: { messages: [user, said], tools: [weather, { type: "function", function: { name: "ping" } }] },
    });
  });

  it("none and no call: there were none", async () => {
    expect(await read({ inputs: spanInputs, outputs: spanOutputs, extra: { metadata: span } })).toEqual({
      row: { messages: [user, said] },
    });
  });

  it.each([
    ["a call in the answer", { inputs: spanInputs, outputs: spanCalling }],
    ["a call in the history", { inputs: { messages: [user, calling, result] }, outputs: spanOutputs }],
    ["in the provider's form", { inputs: { messages: [user] }, outputs: { messages: [calling] } }],
  ])("none, and %s: they are lost", async (_name, run) => {
    expect(await read({ ...run, extra: { metadata: span } })).toEqual({ skip: "missing-tools" });
    expect(await read({ ...run, extra: { metadata: span } }, { incompleteRuns: { tools: [weather] } })).toMatchObject({
      row: { tools: [weather] },
    });
    expect(await read({ ...run, extra: { metadata: span } }, { incompleteRuns: { systemPrompt: "x" } })).toEqual({
      skip: "missing-tools",
    });
  });
});

describe("a request that is written whole", () => {
  it("may have a history with calls and no tools", async () => {
    const run = {
      inputs: { messages: [user, calling, result] },
      outputs: { choices: [{ message: said, finish_reason: "stop" }] },
    };
    expect(await read(run)).toEqual({ row: { messages: [user, calling, result, said] } });
  });
});
