import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  InvalidOptionError,
  MissingApiKeyError,
  MissingPackageError,
  chatModel,
  type FineTunedModel,
} from "langsmith-finetune";
import { startFakeServer, type FakeServer } from "langsmith-finetune/testing";

/** Answers each chat completion with the model's name and the question. */
function chatApp(): Hono {
  const app = new Hono();
  app.post("/v1/chat/completions", async (context) => {
    const { model, messages } = await context.req.json<{ model: string; messages: { content: string }[] }>();
    return context.json({
      id: "chatcmpl-1",
      object: "chat.completion",
      created: 1,
      model,
      choices: [
        {
          index: 0,
          finish_reason: "stop",
          message: { role: "assistant", content: `${model} heard ${messages.at(-1)?.content}` },
        },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    });
  });
  return app;
}

describe("chatModel", () => {
  let server: FakeServer;
  let tuned: FineTunedModel;

  beforeEach(async () => {
    server = await startFakeServer(chatApp());
    tuned = {
      model: "ft:base:org::1",
      backend: "openai",
      job: "ftjob-1",
      baseModel: "base",
      method: "supervised",
      inference: {
        package: "@langchain/openai",
        class: "ChatOpenAI",
        fields: { model: "ft:base:org::1", configuration: { baseURL: `${server.url}/v1` } },
        apiKey: { field: "apiKey", variable: "FAKE_HOST_API_KEY" },
      },
    };
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await server.close();
  });

  const lastKey = () => server.requests.at(-1)?.headers["authorization"];

  it("calls the tuned model at its own address, from stored JSON", async () => {
    const stored = JSON.parse(JSON.stringify(tuned)) as FineTunedModel;
    const model = await chatModel(stored, { apiKey: "sk-mine" });
    expect((await model.invoke("hello")).content).toBe("ft:base:org::1 heard hello");
    expect(lastKey()).toBe("Bearer sk-mine");
  });

  it("takes the key from the variable that the model names", async () => {
    vi.stubEnv("FAKE_HOST_API_KEY", "from-environment");
    await (await chatModel(tuned)).invoke("hello");
    expect(lastKey()).toBe("Bearer from-environment");
  });

  it("says which variable is missing", async () => {
    const error = await chatModel(tuned).catch((thrown: unknown) => thrown);
    expect(MissingApiKeyError.isInstance(error)).toBe(true);
    expect((error as Error).message).toContain("FAKE_HOST_API_KEY");
  });

  it("never sends OPENAI_API_KEY to a server that asks for no key", async () => {
    vi.stubEnv("OPENAI_API_KEY", "sk-of-openai");
    await (await chatModel({ ...tuned, inference: { ...tuned.inference!, apiKey: undefined } })).invoke("hello");
    expect(lastKey()).not.toContain("sk-of-openai");
  });

  it("passes fields and fetch on, and keeps the address", async () => {
    let fetched = 0;
    const model = await chatModel(tuned, {
      apiKey: "k",
      fields: { temperature: 0.25, configuration: { defaultHeaders: { "x-team": "support" } } },
      fetch: (...request) => {
        fetched += 1;
        return fetch(...request);
      },
    });
    expect(model).toMatchObject({ temperature: 0.25, model: "ft:base:org::1" });
    await model.invoke("hello");
    expect(fetched).toBe(1);
    expect(server.requests.at(-1)?.headers["x-team"]).toBe("support");
  });

  it("says that a model must be deployed first, and what that costs", async () => {
    const rest: FineTunedModel = { ...tuned, inference: undefined };
    const required: FineTunedModel = { ...rest, deployment: { status: "required", billed: "Two dollars an hour." } };
    await expect(chatModel(required)).rejects.toThrow(/must be deployed.*deploy\(tuned.*Two dollars an hour/s);
    await expect(chatModel({ ...tuned, deployment: { status: "ended", billed: "x" } })).rejects.toThrow(/torn down/);
    await expect(chatModel(rest)).rejects.toThrow(/does not say how it is called/);
  });

  it.each(["@langchain/fireworks", "@langchain/mistralai", "@langchain/not-there"])(
    "says how to install %s",
    async (name) => {
      const inference = { ...tuned.inference!, package: name, class: "ChatFireworks" };
      const error = await chatModel({ ...tuned, inference }, { apiKey: "k" }).catch((thrown: unknown) => thrown);
      expect(MissingPackageError.isInstance(error)).toBe(true);
      expect((error as Error).message).toContain(`npm install ${name}`);
    },
  );

  it.each([
    ["a package outside LangChain's scope", { package: "node:child_process", class: "ChildProcess" }],
    ["a path as package", { package: "@langchain/../../evil", class: "ChatOpenAI" }],
    ["a class that is not a chat model", { class: "OpenAIEmbeddings" }],
    ["a class through the prototype", { class: "constructor" }],
    ["a variable that is not a key", { apiKey: { field: "apiKey", variable: "PATH" } }],
    ["fields that are not an object", { fields: "x" }],
  ])("refuses stored JSON with %s", async (_name, change) => {
    const hostile = { ...tuned, inference: { ...tuned.inference, ...change } } as FineTunedModel;
    const error = await chatModel(hostile, { apiKey: "k" }).catch((thrown: unknown) => thrown);
    expect(InvalidOptionError.isInstance(error)).toBe(true);
    expect(server.requests).toHaveLength(0);
  });

  it.each([[null], ["x"], [{}], [{ model: "m" }]])("refuses %j, which is not a tuned model", async (value) => {
    await expect(chatModel(value as unknown as FineTunedModel)).rejects.toThrow(/not a tuned model/);
  });
});
