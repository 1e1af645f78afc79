import { describe, expect, it } from "vitest";
import { convertRuns } from "./fixtures.js";

// What models of other providers leave in LangChain's messages: as read in their packages, not captured.
const get = { id: "call_1", type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } };
const parsed = [{ id: "call_1", name: "get_weather", args: { city: "Paris" }, type: "tool_call" }];
const parameters = { type: "object", properties: { city: { type: "string" } } };

async function answerOf(kwargs: object, { prompt = "Weather?", extra = {} }: { prompt?: unknown; extra?: object } = {}) {
  const { rows, skips } = await convertRuns([
    {
      id: "1",
      run_type: "llm",
      status: "success",
      extra,
      inputs: { messages: [[{ lc: 1, type: "constructor", id: ["langchain_core", "messages", "HumanMessage"], kwargs: { content: prompt } }]] },
      outputs: { generations: [[{ message: { lc: 1, type: "constructor", id: ["langchain_core", "messages", "AIMessageChunk"], kwargs } }]] },
    },
  ]);
  return rows.length > 0 ? (JSON.parse(JSON.stringify(rows[0])) as { messages: unknown[]; tools?: unknown }) : skips[0];
}

const answering = (...messages: unknown[]) => ({ messages: [{ role: "user", content: "Weather?" }, ...messages] });

describe("Gemini", () => {
  it("notes its last call a second time, as a legacy function call", async () => {
    const kwargs = { content: "", tool_calls: parsed, additional_kwargs: { function_call: { name: "get_weather", arguments: '{"city": "Paris"}' } } };
    expect(await answerOf(kwargs)).toEqual(answering({ role: "assistant", content: null, tool_calls: [get] }));
  });

  it("has its calls, its code and its signatures among the parts", async () => {
    const content = [
      { type: "thinking", thinking: "hmm" },
      { type: "executableCode", executableCode: { language: "PYTHON", code: "1" } },
      { type: "codeExecutionResult", codeExecutionResult: { outcome: "OUTCOME_OK", output: "1" } },
      { type: "text", text: "Looking." },
      { type: "functionCall", functionCall: { name: "get_weather", args: { city: "Paris" } } },
      { type: "function_call_signature", signature: "c2ln", index: 0 },
    ];
    expect(await answerOf({ content, tool_calls: parsed })).toEqual(answering({ role: "assistant", content: "Looking.", tool_calls: [get] }));
  });

  it("is skipped where a call stands among the parts alone: it has no id there", async () => {
    expect(await answerOf({ content: [{ type: "functionCall", functionCall: { name: "get_weather", args: {} } }] })).toMatchObject({ code: "unsupported-content" });
  });
});

describe("Bedrock", () => {
  it("has its tools in a tool configuration, and marks of its cache in the prompt", async () => {
    const extra = { invocation_params: { toolConfig: { tools: [{ toolSpec: { name: "get_weather", inputSchema: { json: parameters } } }] } } };
    const prompt = [{ type: "text", text: "Weather?" }, { cachePoint: { type: "default" } }];
    expect(await answerOf({ content: [{ type: "reasoning_content", reasoningText: { text: "hmm" } }, { type: "text", text: "Sunny." }] }, { prompt, extra })).toEqual({
      ...answering({ role: "assistant", content: "Sunny." }),
      tools: [{ type: "function", function: { name: "get_weather", parameters } }],
    });
  });

  it("ends a stream with a reason of its own place", async () => {
    expect(await answerOf({ content: "It", response_metadata: { messageStop: { stopReason: "max_tokens" } } })).toMatchObject({ code: "truncated" });
  });
});

describe("Mistral", () => {
  it("has references among its texts", async () => {
    const content = [{ type: "thinking", thinking: [{ type: "text", text: "hmm" }] }, { type: "text", text: "Sunny" }, { type: "reference", reference_ids: [1] }, { type: "text", text: "." }];
    expect(await answerOf({ content })).toEqual(answering({ role: "assistant", content: "Sunny." }));
  });

  it("has a word of its own for the end of its context", async () => {
    expect(await answerOf({ content: "It", response_metadata: { finish_reason: "model_length" } })).toMatchObject({ code: "truncated" });
  });
});

describe("parts that LangChain has no name for", () => {
  it("are read as what they hold", async () => {
    const held = (value: object) => ({ type: "non_standard", value });
    expect(await answerOf({ content: [held({ type: "redacted_thinking", data: "ZW5j" }), { type: "text", text: "Sunny." }] })).toEqual(answering({ role: "assistant", content: "Sunny." }));
    expect(await answerOf({ content: [held({ type: "refusal", refusal: "I cannot." })] })).toMatchObject({ code: "refusal" });
    expect(await answerOf({ content: [held({ type: "compaction", content: "x" })] })).toMatchObject({ code: "unsupported-content" });
  });
});

describe("a stream that ended without a reason", () => {
  it("is cut off with the providers that always give one", async () => {
    for (const provider of ["openai", "anthropic"]) expect(await answerOf({ content: "It", response_metadata: { model_provider: provider } })).toMatchObject({ code: "partial-stream" });
    expect(await answerOf({ content: "It", response_metadata: {} })).toEqual(answering({ role: "assistant", content: "It" }));
  });
});
