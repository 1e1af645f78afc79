import { describe, expect, it } from "vitest";
import { read, said, user } from "./one-run.js";

const turn = { inputs: { messages: [user] }, outputs: { messages: [said] } };
const marked = (metadata: object) => ({ ...turn, extra: { metadata } });

describe("runs that are not a turn of a conversation", () => {
  // LangSmith's view goes by the key, whatever its value.
  it.each([true, false, null, ""])(
    "are left out where the application says so (%s), and can be kept",
    async (value) => {
      const run = marked({ ls_message_view_exclude: value });
      expect(await read(run)).toEqual({ skip: "excluded" });
      expect(await read(run, { keepExcluded: true })).toEqual({ row: { messages: [user, said] } });
    },
  );

  it.each([
    ["speech to text", { "gen_ai.operation.name": "stt" }],
    ["text to speech", { "gen_ai.operation.name": "tts" }],
    ["embeddings", { "gen_ai.operation.name": "embeddings" }],
    ["a model that is not a chat model", { ls_model_type: "tts" }],
  ])("%s", async (_name, metadata) => {
    expect(await read(marked(metadata))).toEqual({ skip: "not-conversation" });
    expect(await read(marked(metadata), { keepExcluded: true })).toEqual({ skip: "not-conversation" });
  });

  it.each(["stt", "tts_node"])("a span of the name %s", async (name) => {
    expect(await read({ ...marked({ "gen_ai.request.model": "m" }), name })).toEqual({ skip: "not-conversation" });
  });

  it.each([
    ["synthetic", { synthetic: true }],
    ["in a span's text", { synthetic: "true" }],
    ["by the model's name", { ls_model_name: "<synthetic>" }],
  ])("an error as an answer: %s", async (_name, metadata) => {
    const outputs = { messages: [{ role: "assistant", content: "API Error: 529 overloaded" }] };
    expect(await read({ ...marked(metadata), outputs })).toEqual({ skip: "run-error" });
  });

  it("a metadata field that says no", async () => {
    expect(await read(marked({ synthetic: false }))).toEqual({ row: { messages: [user, said] } });
  });

  it.each([
    ["the question", { messages: [{ role: "user", content: "redacted-by-litellm" }] }, { messages: [said] }],
    [
      "the answer",
      { messages: [user] },
      { choices: [{ message: { role: "assistant", content: "redacted-by-litellm" } }] },
    ],
    [
      "parts",
      { messages: [{ role: "user", content: [{ type: "text", text: "redacted-by-litellm" }] }] },
      { messages: [said] },
    ],
    [
      "a call",
      { messages: [user] },
      {
        choices: [
          {
            message: {
              role: "assistant",
              content: null,
              tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: "redacted-by-litellm" } }],
            },
          },
        ],
      },
    ],
  ])("LiteLLM's constant in place of %s", async (_name, inputs, outputs) => {
    expect(await read({ inputs, outputs })).toEqual({ skip: "no-inputs" });
  });
});
