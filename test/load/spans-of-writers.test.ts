import { describe, expect, it } from "vitest";
import { call, calling, parameters, read, result, said, system, user, weather } from "./one-run.js";

// What the spans of single writers leave out or put elsewhere, in small; captured by test/capture/writers.py.
const tools = [weather];
const part = (content: string) => ({ type: "text", content });
const parts = (text: string) => ({ parts: [part(text)] });
const callPart = { type: "tool_call", id: "call_1", name: "get_weather", arguments: { city: "Oslo" } };
const asked = { messages: [{ role: "user", ...parts("Weather in Oslo?") }] };
const told = { messages: [{ role: "assistant", ...parts("It rains."), finish_reason: "stop" }] };
const openInference = { "openinference.span.kind": "LLM" };

describe("spans of a Responses call, whose items are messages of their own", () => {
  const outputs = {
    messages: [
      { role: "assistant", ...parts("Looking."), finish_reason: "stop" },
      { role: "assistant", parts: [callPart], finish_reason: "tool_call" },
    ],
  };
  const metadata = { "gen_ai.tool.definitions": JSON.stringify(tools) };

  it("are one answer where the span has the response's id", async () => {
    const extra = { metadata: { ...metadata, "gen_ai.response.id": "resp_1" } };
    expect(await read({ inputs: asked, outputs, extra })).toEqual({
      row: { messages: [user, { ...calling, content: "Looking." }], tools },
    });
  });

  it("are refused without it: choices, or parts of one answer", async () => {
    expect(await read({ inputs: asked, outputs, extra: { metadata } })).toEqual({ skip: "unknown-shape" });
  });

  it("join in the prompt too", async () => {
    const item = (message: object) => ({ message });
    const inputs = {
      messages: [
        item(user),
        item({ role: "assistant", content: "Looking." }),
        item({ role: "assistant", tool_calls: [{ tool_call: { id: call.id, function: call.function } }] }),
        item({ role: "tool", content: "rain", tool_call_id: "call_1" }),
      ],
    };
    const extra = { metadata: openInference, invocation_params: { id: "resp_1", tools, instructions: "Be brief." } };
    expect(await read({ inputs, outputs: { messages: [item(said)] }, extra })).toEqual({
      row: { messages: [system, user, { ...calling, content: "Looking." }, result, said], tools },
    });
  });

  it("name their calls by the item's id, which is not the call's", async () => {
    const named = {
      messages: [{ role: "assistant", parts: [{ ...callPart, id: "fc_1" }], finish_reason: "tool_call" }],
    };
    expect(await read({ inputs: asked, outputs: named, extra: { metadata } })).toEqual({ skip: "invalid-tool-call" });
  });
});

describe("what a span leaves out", () => {
  it("the end of an answer that stops in the middle", async () => {
    const outputs = (text: string) => ({ messages: [{ message: { role: "assistant", content: text } }] });
    const inputs = { messages: [{ message: user }] };
    const extra = { metadata: openInference };
    expect(await read({ inputs, outputs: outputs("It rains in"), extra })).toEqual({ skip: "truncated" });
    expect(await read({ inputs, outputs: outputs("It rains."), extra })).toEqual({ row: { messages: [user, said] } });
  });

  it("the calls of an answer (OpenLLMetry with Ollama)", async () => {
    const functions = [
      { name: "get_weather", description: "Weather of a city", parameters: JSON.stringify(parameters) },
    ];
    const metadata = { "llm.request.type": "chat", ls_provider: "Ollama" };
    const run = { inputs: { messages: [user] }, outputs: { messages: [said] } };
    expect(await read({ ...run, extra: { metadata, invocation_params: { functions } } })).toEqual({
      skip: "invalid-tool-call",
    });
    expect(await read({ ...run, extra: { metadata } })).toEqual({ row: { messages: [user, said] } });
  });

  it("which text is whose choice (OpenLIT)", async () => {
    const extra = { metadata: { "gen_ai.operation.name": "chat" }, invocation_params: { "choice.count": 2 } };
    expect(await read({ inputs: asked, outputs: told, extra })).toEqual({ skip: "unknown-shape" });
  });

  it("the system prompt, where a value is the messages alone", async () => {
    const extra = { metadata: openInference };
    expect(await read({ inputs: { input: [user] }, outputs: said, extra })).toEqual({ skip: "incomplete-trace" });
    expect(await read({ inputs: { input: [system, user] }, outputs: said, extra })).toEqual({
      row: { messages: [system, user, said] },
    });
  });

  it.each([
    ["Anthropic's", [{ type: "text", text: "rain" }]],
    ["Bedrock's", [{ json: { sky: "rain" } }]],
  ])("what a result was, where it is the JSON text of parts: %s", async (_name, value) => {
    const inputs = {
      messages: [
        ...asked.messages,
        { role: "assistant", parts: [callPart] },
        { role: "tool", parts: [{ type: "tool_call_response", id: "call_1", response: JSON.stringify(value) }] },
      ],
    };
    const extra = { metadata: { "gen_ai.tool.definitions": JSON.stringify(tools) } };
    expect(await read({ inputs, outputs: told, extra })).toEqual({ skip: "unknown-shape" });
  });
});

describe("requests and responses under attributes of their own", () => {
  const request = JSON.stringify({ model: "gpt-4o-mini", messages: [system, user, calling, result], tools });

  it("Langfuse", async () => {
    const metadata = {
      "langfuse.observation.type": "generation",
      "langfuse.observation.input": request,
      "langfuse.observation.output": JSON.stringify(said),
    };
    expect(await read({ inputs: {}, outputs: {}, extra: { metadata } })).toEqual({
      row: { messages: [system, user, calling, result, said], tools },
    });
    const messagesAlone = { ...metadata, "langfuse.observation.input": JSON.stringify([system, user]) };
    expect(await read({ inputs: {}, outputs: {}, extra: { metadata: messagesAlone } })).toEqual({
      row: { messages: [system, user, said] },
    });
  });

  it("MLflow", async () => {
    const response = { object: "chat.completion", choices: [{ index: 0, finish_reason: "length", message: said }] };
    const metadata = { "mlflow.spanInputs": request, "mlflow.spanOutputs": JSON.stringify(response) };
    expect(await read({ inputs: {}, outputs: {}, extra: { metadata } })).toEqual({ skip: "truncated" });
  });
});
