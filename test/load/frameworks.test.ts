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

describe("what was thought", () => {
  it.each([
    ["pydantic-ai's", { type: "thinking", content: "Hm." }],
    ["the conventions'", { type: "reasoning", content: "Hm." }],
  ])("in spans: %s", (_name, thought) => {
    const outputs = { messages: [{ role: "assistant", parts: [thought, part("It rains.")], finish_reason: "stop" }] };
    const run = { id: "1", run_type: "llm", status: "success", inputs: asked, outputs };
    const result = convertRunToChatSession(run);
    expect("session" in result && reasoningOf(result.session.messages.at(-1) ?? {})?.text).toBe("Hm.");
  });
});
