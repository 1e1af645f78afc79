import { HumanMessage } from "@langchain/core/messages";
import { OutputParserException } from "@langchain/core/output_parsers";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { ChatOpenAI } from "@langchain/openai";
import OpenAI, { AuthenticationError, NotFoundError } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod/v4";
import {
  Calculator,
  calculate,
  convertToOpenAIFunction,
  convertToOpenAITool,
  SchemaOutputParser,
} from "langsmith-finetune";
import { startSandbox, type Sandbox } from "langsmith-finetune/sandbox";

let sandbox: Sandbox;
let client: OpenAI;
let model: ChatOpenAI;
beforeAll(async () => {
  sandbox = await startSandbox();
  const { url, apiKey } = sandbox.openai;
  client = new OpenAI({ baseURL: url, apiKey, maxRetries: 0 });
  model = new ChatOpenAI({ model: "gpt-4o-mini", apiKey, configuration: { baseURL: url }, maxRetries: 0 });
});
afterAll(() => sandbox.close());

const functionDefinition = convertToOpenAIFunction(Calculator);
const tool = convertToOpenAITool(Calculator);
const ask = (content: string) => ({ model: "gpt-4o-mini", messages: [{ role: "user" as const, content }] });

describe("the base model calculates", () => {
  it("by calling a bound function, in the legacy form", async () => {
    const {
      choices,
      usage,
      model: full,
    } = await client.chat.completions.create({ ...ask("What's 45/9?"), functions: [functionDefinition] });
    expect(choices).toMatchObject([
      {
        finish_reason: "function_call",
        message: {
          role: "assistant",
          content: null,
          function_call: { name: "Calculator", arguments: '{"num1":45,"num2":9,"operation":"/"}' },
        },
      },
    ]);
    expect(full).toBe("gpt-4o-mini-2024-07-18");
    expect(usage!.total_tokens).toBe(usage!.prompt_tokens + usage!.completion_tokens);
    expect(usage!.prompt_tokens).toBeGreaterThan(20);
  });

  it("by calling a bound tool, several at once where the request allows it", async () => {
    const request = { ...ask("What's 1.5 + 2, and what's 3 times -4?"), tools: [tool] };
    const { choices } = await client.chat.completions.create(request);
    const calls = choices[0]!.message.tool_calls!;
    expect(choices[0]!.finish_reason).toBe("tool_calls");
    expect(calls.map((call) => call.type === "function" && JSON.parse(call.function.arguments))).toEqual([
      { num1: 1.5, num2: 2, operation: "+" },
      { num1: 3, num2: -4, operation: "*" },
    ]);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
    const single = await client.chat.completions.create({ ...request, parallel_tool_calls: false });
    expect(single.choices[0]!.message.tool_calls).toHaveLength(1);
  });

  it.each([
    ["What's 45/9?", "45 / 9 is 5."],
    ["What is 7 minus 10?", "7 - 10 is -3."],
    ["1,000 multiplied by 2.5?", "1000 * 2.5 is 2500."],
    ["What's 1/0?", "1 / 0 cannot be: one cannot divide by zero."],
    ["What's 1 + 2 + 3?", /I am a stand-in/],
    ["What's (1 + 2) * 3?", /I am a stand-in/],
    ["What happened on 2024-05-01?", /I am a stand-in/],
    ["Who are you?", /I am a stand-in/],
  ])("in prose where nothing is bound: %s", async (question, answer) => {
    const { choices } = await client.chat.completions.create(ask(question));
    expect(choices[0]!.finish_reason).toBe("stop");
    expect(choices[0]!.message.content).toMatch(answer);
  });

  it("in prose where the bound function is not a calculator, or may not be called", async () => {
    const search = { name: "search", parameters: { type: "object", properties: { query: { type: "string" } } } };
    const other = await client.chat.completions.create({ ...ask("What's 45/9?"), functions: [search] });
    expect(other.choices[0]!.message.content).toBe("45 / 9 is 5.");
    const none = await client.chat.completions.create({ ...ask("What's 45/9?"), tools: [tool], tool_choice: "none" });
    expect(none.choices[0]!.message).toMatchObject({ content: "45 / 9 is 5." });
  });

  it("and answers a result in prose", async () => {
    const first = await client.chat.completions.create({ ...ask("What's 45/9?"), tools: [tool] });
    const { message } = first.choices[0]!;
    const messages = [
      { role: "user" as const, content: "What's 45/9?" },
      message,
      { role: "tool" as const, tool_call_id: message.tool_calls![0]!.id, content: "5" },
    ];
    const second = await client.chat.completions.create({ model: "gpt-4o-mini", messages, tools: [tool] });
    expect(second.choices[0]!.message.content).toBe("The result is 5.");
    await expect(
      client.chat.completions.create({ model: "gpt-4o-mini", messages: messages.slice(0, 2), tools: [tool] }),
    ).rejects.toThrow("must be followed by tool messages");
  });

  it("and calls a function that is demanded, with arguments of its form", async () => {
    const grade = {
      name: "grade",
      parameters: {
        type: "object",
        properties: {
          score: { type: "integer", minimum: 1 },
          verdict: { enum: ["good", "bad"] },
          notes: { type: "array" },
          more: { type: "string" },
        },
        required: ["score", "verdict", "notes"],
      },
    };
    const { choices } = await client.chat.completions.create({
      ...ask("Grade this."),
      tools: [{ type: "function", function: grade }],
      tool_choice: { type: "function", function: { name: "grade" } },
    });
    expect(choices[0]).toMatchObject({
      finish_reason: "stop",
      message: { tool_calls: [{ function: { name: "grade", arguments: '{"score":1,"verdict":"good","notes":[]}' } }] },
    });
  });
});

describe("JSON that is asked for", () => {
  it("is a calculation where its form is that of one", async () => {
    expect(await model.withStructuredOutput(Calculator, { name: "Calculator" }).invoke("What's 45/9?")).toEqual({
      num1: 45,
      num2: 9,
      operation: "/",
    });
  });

  it("is made up otherwise, and fits the schema", async () => {
    const verdict = z.object({ score: z.number().min(1), winner: z.enum(["a", "b"]), reasons: z.array(z.string()) });
    expect(await model.withStructuredOutput(verdict, { name: "verdict" }).invoke("Who won?")).toEqual({
      score: 1,
      winner: "a",
      reasons: [],
    });
    const { choices } = await client.chat.completions.create({
      ...ask("As JSON, please"),
      response_format: { type: "json_object" },
    });
    expect(choices[0]!.message.content).toBe("{}");
  });
});

describe("streams", () => {
  it("what it answers whole, with the usage at the end", async () => {
    for (const bound of [{}, { functions: [functionDefinition] }, { tools: [tool] }]) {
      const request = { ...ask("What's 45/9, and what's 2*3?"), ...bound };
      const whole = await client.chat.completions.create(request);
      const stream = client.chat.completions.stream({ ...request, stream_options: { include_usage: true } });
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      const { choices, usage } = await stream.finalChatCompletion();
      expect(chunks.length).toBeGreaterThan(4);
      expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
      expect(usage).toEqual(whole.usage);
      const withoutIds = (message: object) =>
        JSON.parse(JSON.stringify(message, (key, value: unknown) => (key === "id" ? undefined : value))) as object;
      expect(choices[0]!.finish_reason).toBe(whole.choices[0]!.finish_reason);
      expect(withoutIds(whole.choices[0]!.message)).toMatchObject(
        withoutIds(
          Object.fromEntries(
            Object.entries(choices[0]!.message).filter(([key, value]) => value !== null && !key.startsWith("parsed")),
          ) as object,
        ) as never,
      );
    }
  });

  it("and is gone when the connection is dropped", async () => {
    const fault = sandbox.faults.inject({ service: "openai", path: "/chat/completions", drop: "during", times: 1 });
    const read = async () => {
      const stream = await client.chat.completions.create({ ...ask("What's 45/9?"), stream: true });
      for await (const chunk of stream) expect(chunk.object).toBe("chat.completion.chunk");
    };
    await expect(read()).rejects.toThrow();
    expect(fault.count).toBe(1);
    fault.remove();
  });
});

describe("ChatOpenAI in a chain", () => {
  const prompt = ChatPromptTemplate.fromMessages([
    ["system", "You are an accounting assistant."],
    ["user", "{input}"],
  ]);
  const chains = () => {
    const withFunction = prompt
      .pipe(model.withConfig({ functions: [functionDefinition] }))
      .pipe(new SchemaOutputParser(Calculator));
    const withTool = prompt.pipe(model.bindTools([tool])).pipe(new SchemaOutputParser(Calculator));
    return [withFunction, withTool];
  };

  it("prompt | model | parser | calculate, with a function and with a tool", async () => {
    for (const chain of chains()) {
      expect(await chain.pipe(calculate).invoke({ input: "What's 45/9?" })).toBe(5);
      const results = await chain
        .pipe(calculate)
        .batch([{ input: "What's 8*8?" }, { input: "Hello" }], {}, { returnExceptions: true });
      expect(results[0]).toBe(64);
      expect(results[1]).toBeInstanceOf(OutputParserException);
    }
  });

  it("streams partial arguments through the parser, and the whole into the next step", async () => {
    for (const chain of chains()) {
      const parts = [];
      for await (const part of await chain.stream({ input: "What's 4500/90?" })) parts.push(part);
      expect(parts.length).toBeGreaterThan(2);
      expect(parts.at(-1)).toEqual({ num1: 4500, num2: 90, operation: "/" });
      const answers = [];
      for await (const answer of await chain.pipe(calculate).stream({ input: "What's 4500/90?" })) answers.push(answer);
      expect(answers).toEqual([50]);
    }
  });

  it("counts tokens", async () => {
    const { usage_metadata: usage } = await model.invoke([new HumanMessage("What's 45/9?")]);
    expect(usage!.total_tokens).toBe(usage!.input_tokens + usage!.output_tokens);
  });
});

describe("what the API refuses", () => {
  it("a wrong key and none, without saying it again", async () => {
    const stranger = new OpenAI({ baseURL: sandbox.openai.url, apiKey: "sk-not-the-right-one", maxRetries: 0 });
    const error: unknown = await stranger.models.list().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ code: "invalid_api_key", type: "invalid_request_error" });
    expect(String(error)).not.toContain("not-the-right-one");
    expect(JSON.stringify(sandbox.requests("openai"))).not.toContain("not-the-right-one");
    expect((await fetch(`${sandbox.openai.url}/models`)).status).toBe(401);
  });

  it("a model that is not there", async () => {
    const error: unknown = await client.chat.completions
      .create({ ...ask("Hi"), model: "gpt-9" })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ code: "model_not_found" });
  });

  it.each<[string, object, RegExp]>([
    ["no messages", { messages: [] }, /too short/],
    ["an unknown role", { messages: [{ role: "robot", content: "hi" }] }, /Invalid value: 'robot'/],
    ["no content", { messages: [{ role: "user", content: null }] }, /Invalid value for 'content'/],
    [
      "a tool's answer to nothing",
      { messages: [{ role: "tool", tool_call_id: "1", content: "5" }] },
      /must be a response/,
    ],
    ["a function without a name", { functions: [{ parameters: {} }] }, /functions\[0\].name/],
    ["a name that is not allowed", { functions: [{ name: "no spaces" }] }, /does not match pattern/],
    [
      "parameters of no object",
      { functions: [{ name: "f", parameters: { type: "string" } }] },
      /Invalid schema for function 'f'/,
    ],
    [
      "a choice of what is not bound",
      { tools: [tool], tool_choice: { type: "function", function: { name: "g" } } },
      /names 'g'/,
    ],
    ["stream_options without stream", { stream_options: { include_usage: true } }, /only allowed when 'stream'/],
    ["an unknown response format", { response_format: { type: "xml" } }, /Invalid value: 'xml'/],
  ])("%s", async (_what, change, words) => {
    await expect(client.chat.completions.create({ ...ask("Hi"), ...change } as never)).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(words) as string,
    });
  });

  it("a body that is not JSON, and a path that it does not have", async () => {
    const headers = { authorization: `Bearer ${sandbox.openai.apiKey}`, "content-type": "application/json" };
    const broken = await fetch(`${sandbox.openai.url}/chat/completions`, { method: "POST", headers, body: "{" });
    expect([broken.status, await broken.json()]).toMatchObject([400, { error: { type: "invalid_request_error" } }]);
    const unknown = await fetch(`${sandbox.openai.url}/embeddings`, { method: "POST", headers, body: "{}" });
    expect([unknown.status, await unknown.json()]).toMatchObject([
      404,
      { error: { message: expect.stringContaining("/v1/embeddings") as string } },
    ]);
  });
});

it("its models say what they are", async () => {
  const models = [];
  for await (const listed of client.models.list()) models.push(listed);
  expect(models.map(({ id }) => id)).toContain("gpt-4o-mini-2024-07-18");
  for (const listed of models) expect(listed.owned_by).toContain("stand-in");
  expect(await client.models.retrieve("gpt-4o-mini")).toMatchObject({ id: "gpt-4o-mini-2024-07-18" });
});
