import { describe, expect, it } from "vitest";
import { convertRuns } from "./fixtures.js";

// What models of other providers leave in LangChain's messages, beside what `test/capture/providers.*`
// captured: as read in their packages.
const get = { id: "call_1", type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } };
const parsed = [{ id: "call_1", name: "get_weather", args: { city: "Paris" }, type: "tool_call" }];
const parameters = { type: "object", properties: { city: { type: "string" } } };

async function answerOf(
  kwargs: object,
  { prompt = "Weather?", extra = {} }: { prompt?: unknown; extra?: object } = {},
) {
  const { rows, skips } = await convertRuns([
    {
      id: "1",
      run_type: "llm",
      status: "success",
      extra,
      inputs: {
        messages: [
          [
            {
              lc: 1,
              type: "constructor",
              id: ["langchain_core", "messages", "HumanMessage"],
              kwargs: { content: prompt },
            },
          ],
        ],
      },
      outputs: {
        generations: [
          [{ message: { lc: 1, type: "constructor", id: ["langchain_core", "messages", "AIMessageChunk"], kwargs } }],
        ],
      },
    },
  ]);
  return rows.length > 0 ? (JSON.parse(JSON.stringify(rows[0])) as { messages: unknown[]; tools?: unknown }) : skips[0];
}

const answering = (...messages: unknown[]) => ({ messages: [{ role: "user", content: "Weather?" }, ...messages] });

describe("Gemini", () => {
  it("notes its last call a second time, as a legacy function call", async () => {
    const kwargs = {
      content: "",
      tool_calls: parsed,
      additional_kwargs: { function_call: { name: "get_weather", arguments: '{"city": "Paris"}' } },
    };
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
    expect(await answerOf({ content, tool_calls: parsed })).toEqual(
      answering({ role: "assistant", content: "Looking.", tool_calls: [get] }),
    );
  });

  it("is skipped where a call stands among the parts alone: it has no id there", async () => {
    expect(
      await answerOf({ content: [{ type: "functionCall", functionCall: { name: "get_weather", args: {} } }] }),
    ).toMatchObject({ code: "unsupported-content" });
  });
});

describe("Gemini's definitions of tools", () => {
  const tools = async (declared: object) => {
    const answer = await answerOf(
      { content: "Sunny." },
      { extra: { invocation_params: { tools: [{ functionDeclarations: [{ name: "get_weather", ...declared }] }] } } },
    );
    return "tools" in answer!
      ? (answer.tools as { function: { parameters: unknown } }[])[0]?.function.parameters
      : answer;
  };

  it("have their types in capitals, at every depth, and nothing else that looks like one", async () => {
    const schema = {
      type: "OBJECT",
      properties: {
        type: { type: "STRING", enum: ["STRING"] },
        list: { type: "ARRAY", items: { anyOf: [{ type: "INTEGER" }, { type: "BOOLEAN" }] } },
      },
      required: ["type"],
    };
    expect(await tools({ parameters: schema })).toEqual({
      type: "object",
      properties: {
        type: { type: "string", enum: ["STRING"] },
        list: { type: "array", items: { anyOf: [{ type: "integer" }, { type: "boolean" }] } },
      },
      required: ["type"],
    });
  });

  it("are JSON Schema already where they say so", async () => {
    const schema = { type: "object", properties: { city: { type: ["string", "null"], default: null } } };
    expect(await tools({ parametersJsonSchema: schema })).toEqual(schema);
    expect(await tools({ parameters: schema })).toEqual(schema);
  });

  it("are dumped by Python with every field, under its names", async () => {
    const empty = { any_of: null, items: null, max_items: null, properties: null, description: null };
    const dump = {
      ...empty,
      type: { _value_: "OBJECT" },
      properties: { any_of: { ...empty, any_of: [{ ...empty, type: "STRING" }], min_items: 1 } },
    };
    expect(await tools({ parameters: dump })).toEqual({
      type: "object",
      properties: { any_of: { anyOf: [{ type: "string" }], minItems: 1 } },
    });
  });
});

describe("the words of an end", () => {
  const ending = async (finish_reason: string) => {
    const answer = await answerOf({ content: "It", response_metadata: { finish_reason } });
    return answer && "code" in answer ? answer.code : "row";
  };

  it.each([
    ["truncated", "MAX_TOKENS", "model_length", "model_context_window_exceeded", "ERROR_LIMIT"],
    ["filtered", "SAFETY", "LANGUAGE", "IMAGE_SAFETY", "content_filtered", "guardrail_intervened", "ERROR_TOXIC"],
    [
      "run-error",
      "OTHER",
      "UNEXPECTED_TOOL_CALL",
      "TOO_MANY_TOOL_CALLS",
      "malformed_model_output",
      "malformed_tool_use",
      "error",
    ],
    ["partial-stream", "abort", "insufficient_system_resource", "USER_CANCEL", "TIMEOUT"],
    [
      "row",
      "STOP",
      "STOPSTOP",
      "end_turn",
      "COMPLETE",
      "stop_sequence",
      "eos",
      "eos_token",
      "other",
      "unknown",
      "FINISH_REASON_UNSPECIFIED",
    ],
  ])("%s", async (code, ...reasons) => {
    for (const reason of reasons) expect(await ending(reason), reason).toBe(code);
  });
});

describe("calls listed twice, once without an id", () => {
  const noted = { name: "get_weather", args: { city: "Paris" } };
  it("are read once, and refused where the lists differ", async () => {
    expect(await answerOf({ content: "", tool_calls: [noted, { ...noted, id: "call_1" }] })).toEqual(
      answering({ role: "assistant", content: null, tool_calls: [get] }),
    );
    expect(
      await answerOf({
        content: "",
        tool_calls: [
          { ...noted, args: {} },
          { ...noted, id: "call_1" },
        ],
      }),
    ).toMatchObject({ code: "invalid-tool-call" });
    expect(await answerOf({ content: "", tool_calls: [noted] })).toMatchObject({ code: "invalid-tool-call" });
  });
});

describe("Bedrock", () => {
  const shown = (bytes: unknown) =>
    answerOf({ content: "Red." }, { prompt: [{ type: "image", image: { format: "png", source: { bytes } } }] });
  it("has images as bytes", async () => {
    expect(await shown({ 0: 137, 1: 80 })).toMatchObject({
      messages: [{ content: [{ image_url: { url: "data:image/png;base64,iVA=" } }] }, {}],
    });
    for (const bytes of [{}, { 0: 256 }, { 0: "137" }, { lc: 1, type: "not_implemented", repr: "b'x'" }, null, 7])
      expect(await shown(bytes)).toMatchObject({ code: "unsupported-content" });
  });

  it("has text for its guardrail", async () => {
    const guarded = [
      { type: "guard_content", text: "Weather" },
      { type: "guard_content", guardContent: { text: { text: "?" } } },
    ];
    expect(await answerOf({ content: "Sunny." }, { prompt: guarded })).toMatchObject({
      messages: [{ content: [{ text: "Weather" }, { text: "?" }] }, {}],
    });
    expect(await answerOf({ content: "Sunny." }, { prompt: [{ type: "guard_content" }] })).toMatchObject({
      code: "invalid-message",
    });
  });

  it("has its tools in a tool configuration, and marks of its cache in the prompt", async () => {
    const extra = {
      invocation_params: {
        toolConfig: { tools: [{ toolSpec: { name: "get_weather", inputSchema: { json: parameters } } }] },
      },
    };
    const prompt = [{ type: "text", text: "Weather?" }, { cachePoint: { type: "default" } }];
    expect(
      await answerOf(
        {
          content: [
            { type: "reasoning_content", reasoningText: { text: "hmm" } },
            { type: "text", text: "Sunny." },
          ],
        },
        { prompt, extra },
      ),
    ).toEqual({
      ...answering({ role: "assistant", content: "Sunny." }),
      tools: [{ type: "function", function: { name: "get_weather", parameters } }],
    });
  });

  it("ends a stream with a reason of its own place", async () => {
    expect(
      await answerOf({ content: "It", response_metadata: { messageStop: { stopReason: "max_tokens" } } }),
    ).toMatchObject({ code: "truncated" });
  });
});

describe("Mistral", () => {
  it("has references among its texts", async () => {
    const content = [
      { type: "thinking", thinking: [{ type: "text", text: "hmm" }] },
      { type: "text", text: "Sunny" },
      { type: "reference", reference_ids: [1] },
      { type: "text", text: "." },
    ];
    expect(await answerOf({ content })).toEqual(answering({ role: "assistant", content: "Sunny." }));
  });

  it("has a word of its own for the end of its context", async () => {
    expect(await answerOf({ content: "It", response_metadata: { finish_reason: "model_length" } })).toMatchObject({
      code: "truncated",
    });
  });
});

describe("parts that LangChain has no name for", () => {
  it("are read as what they hold", async () => {
    const held = (value: object) => ({ type: "non_standard", value });
    expect(
      await answerOf({
        content: [held({ type: "redacted_thinking", data: "ZW5j" }), { type: "text", text: "Sunny." }],
      }),
    ).toEqual(answering({ role: "assistant", content: "Sunny." }));
    expect(await answerOf({ content: [held({ type: "refusal", refusal: "I cannot." })] })).toMatchObject({
      code: "refusal",
    });
    expect(await answerOf({ content: [held({ type: "compaction", content: "x" })] })).toMatchObject({
      code: "unsupported-content",
    });
  });
});

describe("a stream that ended without a reason", () => {
  it("is cut off with the providers that always give one", async () => {
    for (const provider of ["openai", "anthropic"])
      expect(await answerOf({ content: "It", response_metadata: { model_provider: provider } })).toMatchObject({
        code: "partial-stream",
      });
    expect(await answerOf({ content: "It", response_metadata: {} })).toEqual(
      answering({ role: "assistant", content: "It" }),
    );
  });

  it("is known by the tracer where the answer does not name its provider", async () => {
    const traced = (metadata: object) => answerOf({ content: "It", response_metadata: {} }, { extra: { metadata } });
    expect(await traced({ ls_provider: "amazon_bedrock" })).toMatchObject({ code: "partial-stream" });
    expect(await traced({ ls_provider: "mistral", versions: {} })).toMatchObject({ code: "partial-stream" });
    for (const metadata of [{ ls_provider: "mistral" }, { ls_provider: "cohere", versions: {} }])
      expect(await traced(metadata)).toEqual(answering({ role: "assistant", content: "It" }));
  });
});

describe("names of users", () => {
  const named = (role: object) => ({
    messages: [
      { role: "user", content: "Hi.", ...role },
      { role: "assistant", content: "Hello." },
    ],
  });
  const run = (ls_provider: string | undefined, response_metadata: object = {}) => ({
    id: "1",
    run_type: "llm",
    status: "success",
    extra: { metadata: { ls_provider, lc_versions: {} } },
    inputs: {
      messages: [
        [
          {
            lc: 1,
            type: "constructor",
            id: ["langchain", "schema", "messages", "HumanMessage"],
            kwargs: { content: "Hi.", name: "ann" },
          },
        ],
      ],
    },
    outputs: {
      generations: [
        [
          {
            message: {
              lc: 1,
              type: "constructor",
              id: ["langchain", "schema", "messages", "AIMessage"],
              kwargs: { content: "Hello.", response_metadata },
            },
          },
        ],
      ],
    },
  });

  it.each(["anthropic", "google_genai", "google_vertexai", "amazon_bedrock", "ollama"])(
    "are not sent to %s",
    async (provider) => {
      const { rows } = await convertRuns([run(provider)]);
      expect(JSON.parse(JSON.stringify(rows[0]))).toEqual(named({}));
    },
  );

  it("are not sent to the Responses API, and are to all others", async () => {
    const { rows } = await convertRuns([
      run("openai", { object: "response", status: "completed" }),
      run("openai"),
      run(undefined),
    ]);
    expect(JSON.parse(JSON.stringify(rows))).toEqual([named({}), named({ name: "ann" }), named({ name: "ann" })]);
  });
});

describe("an answer in chunks of no class of its own", () => {
  const answer = async (kwargs: object, generationInfo: object = {}) => {
    const message = { lc: 1, type: "constructor", id: ["langchain_core", "messages", "ChatMessageChunk"], kwargs };
    const { rows, skips } = await convertRuns([
      {
        id: "1",
        run_type: "llm",
        status: "success",
        inputs: { messages: [{ role: "user", content: "Hi." }] },
        outputs: { generations: [[{ message, generationInfo }]] },
      },
    ]);
    return rows[0]?.messages.at(-1) ?? skips[0]?.code;
  };

  it("is the assistant's, and refused where calls may have been lost", async () => {
    expect(await answer({ content: "Hello.", role: "assistant" })).toEqual({ role: "assistant", content: "Hello." });
    expect(await answer({ content: "Hello." }, { finish_reason: "stop" })).toEqual({
      role: "assistant",
      content: "Hello.",
    });
    expect(await answer({ content: "Hello." }, { finish_reason: "tool_calls" })).toBe("invalid-message");
    expect(await answer({ content: "Hello.", role: "critic" })).toBe("invalid-message");
  });
});
