import { describe, expect, it } from "vitest";
import { convertRuns, fixture } from "./fixtures.js";

// Runs captured from one package, as another one's: what the packages do was read in their code.
type Loose = Record<string, unknown>;

async function codeOf(name: string, run: Loose, inputs: Loose = {}, outputs: Loose = {}): Promise<string | undefined> {
  const given = fixture(name).run;
  const { rows, skips } = await convertRuns([
    {
      ...given,
      ...run,
      inputs: { ...(given.inputs as Loose), ...inputs },
      outputs: { ...(given.outputs as Loose), ...outputs },
    },
  ]);
  expect(rows.length + skips.length).toBe(1);
  return skips[0]?.code;
}

const schema = { type: "object", properties: { city: { type: "string" } } };

describe("structured output that a package asks for by words or by a tool of its own", () => {
  it.each<[string, Loose, Loose, string | undefined]>([
    ["deepseek.chat", { type: "json" }, {}, "unknown-shape"],
    ["mistral.chat", { type: "json" }, {}, "unknown-shape"],
    ["mistral.chat", { type: "json", schema }, {}, undefined],
    ["mistral.chat", { type: "json", schema }, { mistral: { structuredOutputs: false } }, "unknown-shape"],
    ["amazon-bedrock", { type: "json", schema }, {}, "unknown-shape"],
    ["openai.chat", { type: "json" }, {}, undefined],
    ["google.generative-ai", { type: "json", schema }, {}, undefined],
  ])("%s with %j and %j", async (name, responseFormat, providerOptions, code) => {
    expect(await codeOf("aisdk6-object", { name }, { responseFormat, providerOptions })).toBe(code);
  });

  it.each<[string, Loose, string | undefined]>([
    ["claude-sonnet-4-5", {}, undefined],
    ["claude-opus-4-1-20250805", {}, undefined],
    ["claude-sonnet-5", {}, undefined],
    ["claude-sonnet-4-20250514", {}, "unknown-shape"],
    ["claude-3-5-sonnet-latest", {}, "unknown-shape"],
    ["claude-3-7-sonnet-latest", { structuredOutputMode: "outputFormat" }, undefined],
    ["claude-sonnet-4-5", { structuredOutputMode: "jsonTool" }, "unknown-shape"],
  ])("Anthropic's %s with %j", async (model, anthropic, code) => {
    const extra = {
      metadata: { ...((fixture("aisdk6-object").run.extra as Loose).metadata as Loose), ls_model_name: model },
    };
    expect(
      await codeOf(
        "aisdk6-object",
        { name: "anthropic.messages", extra },
        { responseFormat: { type: "json", schema }, providerOptions: { anthropic } },
      ),
    ).toBe(code);
  });
});

describe("files that are only named by an id", () => {
  it.each(["file-abc", "assistant-abc"])("%s is refused", async (id) => {
    const messages = [
      { role: "user", content: [{ type: "file", file: { file_data: `data:image/png;base64,${id}` } }] },
    ];
    expect(await codeOf("aisdk6-image", {}, { messages })).toBe("unsupported-content");
  });
});

describe("marks in the content of version 7", () => {
  const withPart = (kind: string) => [
    { role: "user", content: "a" },
    {
      role: "assistant",
      content: [
        { type: "custom", kind },
        { type: "text", text: "b" },
      ],
    },
    { role: "user", content: "c" },
  ];

  it("of how an answer began are left out, a compacted history is refused, others are unknown", async () => {
    expect(await codeOf("aisdk6-image", {}, { messages: withPart("anthropic.message_start") })).toBeUndefined();
    expect(await codeOf("aisdk6-image", {}, { messages: withPart("openai.compaction") })).toBe("missing-history");
    expect(await codeOf("aisdk6-image", {}, { messages: withPart("anthropic.container_upload") })).toBe(
      "unsupported-content",
    );
  });
});
