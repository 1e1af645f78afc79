import { convertRunToChatSession } from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { reasoningOf } from "../../src/reasoning.js";
import { read, said, system, user } from "./one-run.js";

// What agent frameworks write, in small; captured by test/capture/frameworks.py.
const part = (content: string) => ({ type: "text", content });
const asked = { messages: [{ role: "user", parts: [part("Weather in Oslo?")] }] };
const told = { messages: [{ role: "assistant", parts: [part("It rains.")], finish_reason: "stop" }] };
const instructions = { "gen_ai.system_instructions": JSON.stringify([part("Be brief.")]) };

describe("LiveKit", () => {
  const livekit = (content: string, metadata: object = {}) => ({
    inputs: { messages: [system, user] },
    outputs: { messages: [{ role: "assistant", content }] },
    extra: {
      metadata: { "gen_ai.operation.name": "chat", "gen_ai.response.finish_reasons": ["stop"], lk_id: 1, ...metadata },
    },
  });

  it("a text", async () => {
    expect(await read(livekit("It rains."))).toEqual({ row: { messages: [system, user, said] } });
  });

  it("says `stop` also of a text that was cut", async () => {
    expect(await read(livekit("It"))).toEqual({ skip: "truncated" });
    expect(await read(livekit("It", { "gen_ai.response.finish_reasons": ["error"] }))).toEqual({ skip: "run-error" });
  });

  it.each(["lk.input.delta", "lk_input_delta"])("a span with what changed alone: %s", async (sign) => {
    expect(await read(livekit("It rains.", { [sign]: true }))).toEqual({ skip: "incomplete-trace" });
    expect(await read(livekit("It rains.", { [sign]: false }))).toHaveProperty("row");
  });
});

describe("system instructions in an attribute of their own", () => {
  it.each([
    ["with parts", asked, told],
    ["with messages as texts", { messages: [user] }, { messages: [said] }],
    ["with one message", { messages: [user] }, said],
  ])("stand before the messages: %s", async (_name, inputs, outputs) => {
    expect(await read({ inputs, outputs, extra: { metadata: instructions } })).toEqual({
      row: { messages: [system, user, said] },
    });
  });

  it("are not written twice", async () => {
    const run = { inputs: { messages: [system, user] }, outputs: said, extra: { metadata: instructions } };
    expect(await read(run)).toEqual({ row: { messages: [system, user, said] } });
  });

  it("beside another system message, whose place is known in the Responses API alone", async () => {
    const other = { role: "system", content: "Be kind." };
    const run = (id: string) => ({
      inputs: { messages: [other, user] },
      outputs: said,
      extra: { metadata: { ...instructions, "gen_ai.response.id": id } },
    });
    expect(await read(run("chatcmpl-1"))).toEqual({ skip: "unknown-shape" });
    expect(await read(run("resp_1"))).toEqual({ row: { messages: [system, other, user, said] } });
  });

  it("that pydantic-ai joined", async () => {
    const request = JSON.stringify({ instruction_parts: [{ content: "Be" }, { content: "brief." }] });
    const run = (id: string) => ({
      inputs: asked,
      outputs: told,
      extra: { metadata: { ...instructions, model_request_parameters: request, "gen_ai.response.id": id } },
    });
    expect(await read(run("chatcmpl-1"))).toEqual({ skip: "unknown-shape" });
    expect(await read(run("resp_1"))).toHaveProperty("row");
  });
});

describe("pictures in spans", () => {
  const data = "iVBORw0KGgo=";
  const image = { type: "image_url", image_url: { url: `data:image/png;base64,${data}` } };
  const withImage = (value: object) => ({
    messages: [{ role: "user", parts: [part("What?"), value] }],
  });

  it.each([
    ["OpenTelemetry's", { type: "blob", modality: "image", mime_type: "image/png", content: data }],
    ["pydantic-ai's of old", { type: "binary", media_type: "image/png", content: data }],
    ["an address", { type: "image-url", url: image.image_url.url }],
  ])("%s", async (_name, value) => {
    const messages = [{ role: "user", content: [{ type: "text", text: "What?" }, image] }, said];
    expect(await read({ inputs: withImage(value), outputs: told })).toEqual({ row: { messages } });
  });

  it.each([
    ["Pipecat's dots", { type: "image_url", image_url: { url: "data:image/..." } }],
    ["LiveKit's empty address", { type: "uri", modality: "image", mime_type: "image/png", uri: "" }],
    ["a sound", { type: "binary", media_type: "audio/wav", content: data }],
    ["no bytes", { type: "image_url", image_url: { url: "data:image/png," } }],
  ])("that are none: %s", async (_name, value) => {
    expect(await read({ inputs: withImage(value), outputs: told })).toEqual({ skip: "unsupported-content" });
  });

  it("of Agent Framework, which sends each part as a message", async () => {
    const inputs = withImage({ type: "blob", modality: "image", mime_type: "image/png", content: data });
    const metadata = { "gen_ai.operation.name": "chat", "server.address": "https://api.openai.com/v1/" };
    expect(await read({ inputs, outputs: told, extra: { metadata } })).toEqual({ skip: "unknown-shape" });
    const responses = { ...metadata, "gen_ai.response.id": "resp_1" };
    expect(await read({ inputs, outputs: told, extra: { metadata: responses } })).toHaveProperty("row");
  });
});

// What was thought, by the writer that streamed or recorded it.
const thoughtOf = (run: object) => {
  const result = convertRunToChatSession({ id: "1", run_type: "llm", status: "success", ...run });
  return "session" in result ? reasoningOf(result.session.messages.at(-1) ?? {})?.text : result.skip.code;
};

describe("what was thought", () => {
  it.each([
    ["pydantic-ai's", { type: "thinking", content: "Hm." }],
    ["the conventions'", { type: "reasoning", content: "Hm." }],
  ])("in spans: %s", (_name, thought) => {
    const outputs = { messages: [{ role: "assistant", parts: [thought, part("It rains.")], finish_reason: "stop" }] };
    expect(thoughtOf({ inputs: asked, outputs })).toBe("Hm.");
  });

  const text = { type: "text", text: "It rains." };
  it.each([
    ["Mistral's list of texts", [{ type: "thinking", thinking: [{ type: "text", text: "Hm." }] }, text], "Hm."],
    [
      "pieces of Gemini's stream",
      [{ type: "thinking", thinking: "The user w" }, { type: "thinking", thinking: "ants rain." }, text],
      "The user wants rain.",
    ],
    [
      "blocks of Anthropic, each signed",
      [
        { type: "thinking", thinking: "One.", signature: "a" },
        { type: "thinking", thinking: "Two.", signature: "b" },
        text,
      ],
      "One.\n\nTwo.",
    ],
    [
      "Bedrock's",
      [{ reasoningContent: { reasoningText: { text: "Hm.", signature: "a" } } }, { text: "It rains." }],
      "Hm.",
    ],
  ])("in a message: %s", (_name, content, thought) => {
    expect(thoughtOf({ inputs: { messages: [user] }, outputs: { message: { role: "assistant", content } } })).toBe(
      thought,
    );
  });

  it.each([
    [
      "events of the Responses API",
      {
        inputs: { input: [user], model: "m" },
        outputs: {
          output: [
            {
              type: "response.completed",
              response: {
                object: "response",
                status: "completed",
                output: [
                  { type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: "Hm." }] },
                  { type: "message", role: "assistant", content: [{ type: "output_text", text: "It rains." }] },
                ],
              },
            },
          ],
        },
      },
    ],
    [
      "events of Anthropic",
      {
        inputs: { messages: [user] },
        outputs: {
          output: [
            { type: "message_start", message: { role: "assistant", content: [], type: "message" } },
            { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "", signature: "" } },
            { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "Hm." } },
            { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "a" } },
            { type: "content_block_stop", index: 0 },
            { type: "content_block_start", index: 1, content_block: { type: "text", text: "" } },
            { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "It rains." } },
            { type: "content_block_stop", index: 1 },
            { type: "message_delta", delta: { stop_reason: "end_turn" } },
            { type: "message_stop" },
          ],
        },
      },
    ],
    [
      "Mastra",
      {
        inputs: { messages: [user] },
        outputs: { text: "It rains.", reasoning: [{ type: "reasoning" }], reasoningText: "Hm." },
        extra: { metadata: { mastra_span_type: "model_generation", finishReason: "stop" } },
      },
    ],
  ])("by %s", (_name, run) => {
    expect(thoughtOf(run)).toBe("Hm.");
  });
});
