import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  chatModel,
  FineTuneJobError,
  InvalidOptionError,
  MissingPackageError,
  startFineTune,
  type PreferenceExample,
  type TrainingExample,
} from "langsmith-finetune";
import type { VertexOptions } from "langsmith-finetune/backends/vertex";
import { contractRows } from "../backend-contract.js";
import { startGoogleFake, type GoogleFake } from "../fakes/google.js";
import { faultsOf, pairRow, toolRow } from "./rows.js";
import { vertexOf } from "./vertex-world.js";

describe("vertex", () => {
  let fake: GoogleFake;
  beforeEach(async () => {
    fake = await startGoogleFake();
  });
  afterEach(() => fake.server.close());

  const startWith = (options: Partial<VertexOptions> = {}, more: object = {}) =>
    startFineTune({ examples: contractRows, backend: vertexOf(fake, options), pollInterval: 5, ...more });
  const render = (row: TrainingExample | PreferenceExample) => vertexOf(fake).file.render?.(row, "supervised");
  const faults = (row: unknown) => faultsOf(vertexOf(fake), row);
  const answered = (...messages: TrainingExample["messages"]): TrainingExample => ({
    messages: [...messages, { role: "assistant", content: "ok" }],
  });

  it("writes a row in Gemini's form", () => {
    expect(render(toolRow)).toEqual({
      systemInstruction: { role: "system", parts: [{ text: "Use the tools." }] },
      contents: [
        { role: "user", parts: [{ text: "Weather in Oslo?" }] },
        { role: "model", parts: [{ functionCall: { name: "weather", args: { city: "Oslo" } } }] },
        { role: "user", parts: [{ functionResponse: { name: "weather", response: { result: "4 degrees" } } }] },
        { role: "model", parts: [{ text: "It is 4 degrees." }] },
      ],
      tools: [
        {
          functionDeclarations: [
            {
              name: "weather",
              description: "The weather in a city",
              parameters: {
                type: "OBJECT",
                properties: {
                  city: { type: "STRING", description: "Its name" },
                  days: { type: "INTEGER", nullable: true, minimum: 1 },
                },
                required: ["city"],
              },
            },
          ],
        },
      ],
    });
  });

  it("keeps the results of parallel calls in one turn, apart from text", () => {
    const call = (id: string, city: string) => ({
      id,
      type: "function" as const,
      function: { name: "weather", arguments: JSON.stringify({ city }) },
    });
    const row = render({
      tools: toolRow.tools,
      messages: [
        { role: "user", content: "Oslo and" },
        { role: "user", content: "Bergen?" },
        { role: "assistant", content: "Looking.", tool_calls: [call("a", "Oslo"), call("b", "Bergen")] },
        { role: "tool", tool_call_id: "a", content: "4" },
        { role: "tool", tool_call_id: "b", content: "7" },
        { role: "user", content: "Well?" },
        { role: "assistant", content: "4 and 7." },
      ],
    }) as { contents: { role: string; parts: object[] }[] };
    expect(row.contents.map(({ role, parts }) => [role, parts.length])).toEqual([
      ["user", 2],
      ["model", 3],
      ["user", 2],
      ["user", 1],
      ["model", 1],
    ]);
  });

  it("names an image by its address", () => {
    const image = (url: string) =>
      answered({
        role: "user",
        content: [
          { type: "text", text: "What?" },
          { type: "image_url", image_url: { url } },
        ],
      });
    expect(render(image("gs://bucket/cat.png"))).toMatchObject({
      contents: [
        { parts: [{ text: "What?" }, { fileData: { mimeType: "image/png", fileUri: "gs://bucket/cat.png" } }] },
        {},
      ],
    });
    expect(faults(image("data:image/png;base64,AAAA"))).toEqual([
      "$.messages[0].content[1].image_url.url image-not-in-a-bucket",
    ]);
    expect(faults(image("https://example.com/cat"))).toEqual([
      "$.messages[0].content[1].image_url.url image-type-unknown",
    ]);
  });

  it("writes a preference pair in Gemini's form, and refuses one with tools", () => {
    expect(
      render({ ...pairRow, input: { messages: [{ role: "system", content: "Count." }, ...pairRow.input.messages] } }),
    ).toEqual({
      system_instruction: { role: "system", parts: [{ text: "Count." }] },
      contents: [{ role: "user", parts: [{ text: "2 + 2?" }] }],
      completions: [
        { score: 1, completion: { role: "model", parts: [{ text: "Four." }] } },
        { score: 0, completion: { role: "model", parts: [{ text: "Five." }] } },
      ],
    });
    expect(faults({ ...pairRow, input: { ...pairRow.input, tools: toolRow.tools } })).toEqual([
      "$.input.tools tools-in-preference",
    ]);
  });

  it("names what Gemini's form cannot say", () => {
    const call = { id: "a", type: "function" as const, function: { name: "f", arguments: "[1]" } };
    expect(faults(answered({ role: "user", content: "a" }, { role: "system", content: "b" }))).toEqual([
      "$.messages[1].role system-not-first",
    ]);
    expect(faults(answered({ role: "user", content: "a" }, { role: "tool", tool_call_id: "x", content: "b" }))).toEqual(
      ["$.messages[1].tool_call_id unknown-tool-call"],
    );
    expect(
      faults(answered({ role: "user", content: "a" }, { role: "assistant", content: null, tool_calls: [call] })),
    ).toEqual([
      "$.messages[1].tool_calls[0].function.arguments arguments-not-an-object",
      "warning $.messages[1].tool_calls calls-may-be-refused",
    ]);
    expect(
      faults({
        messages: [
          { role: "user", content: "a" },
          { role: "assistant", content: null, refusal: "No." },
        ],
      }),
    ).toEqual(["$.messages[1] empty-turn"]);
    expect(faults(answered({ role: "user", content: "a", name: "Ann" }))).toEqual([
      "warning $.messages[0].name name-left-out",
    ]);
    const odd = {
      ...toolRow,
      tools: [
        {
          type: "function",
          function: { name: "weather", parameters: { type: "object", properties: { a: { $ref: "#/$defs/x" } } } },
        },
      ],
    };
    expect(faults(odd)).toEqual([
      "$.tools[0].function.parameters.properties.a.$ref schema-not-in-gemini",
      "warning $.messages[2].tool_calls calls-may-be-refused",
    ]);
    const bounded = (schema: Record<string, string | number>): TrainingExample => ({
      ...odd,
      tools: [
        { type: "function", function: { name: "look", parameters: { type: "object", properties: { a: schema } } } },
      ],
    });
    const whole = bounded({ type: "integer", exclusiveMinimum: 0, exclusiveMaximum: 10, minimum: -5 });
    expect(JSON.stringify(render(whole))).toContain('{"type":"INTEGER","minimum":1,"maximum":9}');
    expect(faults(bounded({ type: "number", exclusiveMinimum: 0 }))).toContain(
      "$.tools[0].function.parameters.properties.a.exclusiveMinimum schema-not-in-gemini",
    );
    for (const row of [
      null,
      7,
      {},
      { messages: [{ role: "assistant" }] },
      { messages: [{ role: "user", content: 5 }] },
      { messages: [{ role: "assistant", tool_calls: 5 }] },
    ]) {
      expect(() => faults(row)).not.toThrow();
      expect(() => render(row as unknown as TrainingExample)).not.toThrow();
    }
  });

  it("asks for what the options say", async () => {
    const job = await startWith(
      { learningRateMultiplier: 2, lora: { rank: 8 }, labels: { team: "support" } },
      { epochs: 3, suffix: "support", validation: contractRows.slice(0, 3) },
    );
    expect(fake.created[0]).toEqual({
      baseModel: "gemini-2.5-flash",
      tunedModelDisplayName: "support",
      labels: { team: "support", "langsmith-finetune": job.reference.key },
      supervisedTuningSpec: {
        trainingDatasetUri: job.reference.training?.id,
        validationDatasetUri: job.reference.validation?.id,
        hyperParameters: { epochCount: 3, learningRateMultiplier: 2, adapterSize: "ADAPTER_SIZE_EIGHT" },
      },
    });
    expect(job.reference.training?.id).toMatch(/^gs:\/\/tuning\/langsmith-finetune\/[0-9a-f]{64}\.jsonl$/);
    expect([...fake.objects.values()][0]!.trim().split("\n")).toHaveLength(12);
    await startWith({ beta: 0.2, extra: { tunedModelDisplayName: "of the caller" } }, { examples: [pairRow] });
    expect(fake.created[1]).toMatchObject({
      preferenceOptimizationSpec: {
        trainingDatasetUri: expect.stringContaining("gs://") as string,
        hyperParameters: { beta: 0.2 },
      },
      tunedModelDisplayName: "of the caller",
    });
    await expect(startWith({ beta: 0.2 })).rejects.toThrow(InvalidOptionError);
  });

  it("gives the endpoint, the tokens, the checkpoints and the chat model's address", async () => {
    const job = await startWith();
    fake.setStatus(job.reference.id, "JOB_STATE_SUCCEEDED");
    const tuned = await job.wait();
    expect(tuned).toMatchObject({
      model: "projects/acme/locations/us-central1/endpoints/1000",
      trainedTokens: 1234,
      inference: {
        package: "@langchain/google/node",
        class: "ChatGoogle",
        fields: {
          model: "../../../endpoints/1000",
          location: "us-central1",
          platformType: "gcp",
          googleAuthOptions: { projectId: "acme" },
        },
      },
    });
    expect(tuned.deployment).toBeUndefined();
    // The address that ChatGoogle builds of it, resolved as `fetch` does.
    const { fields } = tuned.inference!;
    const built = `https://us-central1-aiplatform.googleapis.com/v1/projects/acme/locations/us-central1/publishers/google/models/${String(fields["model"])}:generateContent`;
    expect(new URL(built).pathname).toBe("/v1/projects/acme/locations/us-central1/endpoints/1000:generateContent");
    // The package is not installed here: the error says how to get it.
    const missing = await chatModel(tuned).catch((thrown: unknown) => thrown);
    expect(MissingPackageError.isInstance(missing)).toBe(true);
    expect((missing as MissingPackageError).message).toContain("npm install @langchain/google");
    expect((missing as MissingPackageError).message).not.toContain("google/node");
    expect(await job.checkpoints?.()).toEqual([
      { id: "1", epoch: 1, step: 20, model: "projects/acme/locations/us-central1/endpoints/10000" },
    ]);
  });

  it("is not caught by a list that has no end", async () => {
    await startWith();
    fake.endlessPages = true;
    expect(await vertexOf(fake).find!("no-such-key", {})).toBeUndefined();
  });

  it("uploads a large file in the resumable way", async () => {
    const long = "x".repeat(900_000);
    await startWith(
      {},
      { examples: Array.from({ length: 10 }, (_, index) => answered({ role: "user", content: `${index}${long}` })) },
    );
    expect(fake.server.requests.some(({ path }) => path.includes("uploadType=resumable"))).toBe(true);
    expect([...fake.objects.values()][0]!.trim().split("\n")).toHaveLength(10);
  });

  it("tells what goes wrong in Google's words", async () => {
    await expect(startWith({ model: "gemini-gone" })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("Base model gemini-gone is not supported.") as string,
    });
    const job = await startWith();
    fake.setStatus(job.reference.id, "JOB_STATE_FAILED", {
      code: "no_money",
      message: "Quota exceeded for concurrent tuning jobs.",
    });
    const error = await job.wait().catch((thrown: unknown) => thrown);
    expect(FineTuneJobError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: "RESOURCE_EXHAUSTED" });
    fake.server.fault({
      method: "POST",
      path: /tuningJobs/,
      status: 403,
      body: {
        error: { code: 403, status: "PERMISSION_DENIED", message: "Permission aiplatform.tuningJobs.create denied." },
      },
    });
    await expect(startWith({}, { seed: undefined, epochs: 9 })).rejects.toMatchObject({
      code: "forbidden",
      hint: expect.stringContaining("Vertex AI User") as string,
    });
  });
});
