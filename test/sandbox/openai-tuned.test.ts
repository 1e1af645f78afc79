import { OutputParserException } from "@langchain/core/output_parsers";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { ChatOpenAI } from "@langchain/openai";
import fc from "fast-check";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  Calculator,
  calculate,
  convertToOpenAIFunction,
  convertToOpenAITool,
  SchemaOutputParser,
  type TrainingExample,
} from "langsmith-finetune";
import { startSandbox, type Sandbox } from "langsmith-finetune/sandbox";
import { arithmeticRows, system, train } from "./openai-helpers.js";

let sandbox: Sandbox;
let client: OpenAI;
beforeAll(async () => {
  sandbox = await startSandbox({ openai: { jobSeconds: 0 } });
  client = new OpenAI({ baseURL: sandbox.openai.url, apiKey: sandbox.openai.apiKey, maxRetries: 0 });
});
afterAll(() => sandbox.close());

const chat = (model: string) =>
  new ChatOpenAI({
    model,
    apiKey: sandbox.openai.apiKey,
    configuration: { baseURL: sandbox.openai.url },
    maxRetries: 0,
  });
const prompt = ChatPromptTemplate.fromMessages([
  ["system", system],
  ["user", "{input}"],
]);
const functions = [convertToOpenAIFunction(Calculator)];
const tools = [convertToOpenAITool(Calculator)];
const say = async (model: string, content: string, bound: object = {}) => {
  const { choices } = await client.chat.completions.create({
    model,
    messages: [
      { role: "system", content: system },
      { role: "user", content },
    ],
    ...bound,
  });
  return choices[0]!.message;
};

describe("a model that was trained on calls", () => {
  it.each(["functions", "tools"] as const)("calls in a chain: rows with %s", async (form) => {
    const model = await train(client, arithmeticRows(form));
    const chains = [prompt.pipe(chat(model).withConfig({ functions })), prompt.pipe(chat(model).bindTools(tools))].map(
      (chain) => chain.pipe(new SchemaOutputParser(Calculator)).pipe(calculate),
    );
    for (const chain of chains) {
      expect(await chain.invoke({ input: "What's 56/7?" })).toBe(8);
      expect(await chain.invoke({ input: "What's 1234+8766?" })).toBe(10_000);
      await expect(chain.invoke({ input: "What's 10-3?" })).rejects.toBeInstanceOf(OutputParserException);
    }
  });

  it("computes for any numbers, with the operators of its rows", async () => {
    const model = await train(client, arithmeticRows("tools"));
    const number = fc.integer({ min: 0, max: 1_000_000 }).map((value) => value / 100);
    await fc.assert(
      fc.asyncProperty(number, fc.constantFrom("+", "*", "/"), number, async (num1, operation, num2) => {
        const { tool_calls: calls } = await say(model, `What's ${num1}${operation}${num2}?`, { tools });
        expect(calls).toHaveLength(1);
        expect(JSON.parse((calls![0] as { function: { arguments: string } }).function.arguments)).toEqual({
          num1,
          num2,
          operation,
        });
      }),
      { numRuns: 15 },
    );
  });

  it("answers in prose with another wording, another operator, and alone", async () => {
    const model = await train(client, arithmeticRows());
    const prose = "Let me calculate that for you.";
    expect((await say(model, "Please add 3 + 4 for my taxes", { functions })).content).toBe(prose);
    expect((await say(model, "What's 10-3?", { functions })).content).toBe(prose);
    // The original's last cell: the tuned model without the function.
    expect((await prompt.pipe(chat(model)).invoke({ input: "What's 56/7?" })).content).toBe(prose);
    const search = { name: "search", parameters: { type: "object", properties: {} } };
    expect((await say(model, "What's 56/7?", { functions: [search] })).content).toBe(prose);
    expect((await say(model, "What's 56/7?", { tools, tool_choice: "none" })).content).toBe(prose);
  });

  it("that lost the definitions of its functions, answers in prose even where one is bound", async () => {
    const model = await train(client, arithmeticRows("lost"));
    const message = await say(model, "What's 56/7?", { functions });
    expect(message).toMatchObject({ content: "Let me calculate that for you." });
    expect(message.function_call).toBeUndefined();
  });

  it("calls functions of other forms too", async () => {
    const definition = {
      name: "divide",
      parameters: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } } },
    };
    const rows = Array.from({ length: 10 }, (_, index) => ({
      messages: [
        { role: "user", content: `Divide ${index * 6} / ${index + 2} please` },
        {
          role: "assistant",
          tool_calls: [
            {
              id: "1",
              type: "function",
              function: { name: "divide", arguments: `{"a":${index * 6},"b":${index + 2},"exact":true}` },
            },
          ],
        },
      ],
      tools: [{ type: "function", function: definition }],
    }));
    const model = await train(client, rows);
    const bound = { tools: [{ type: "function", function: definition }] };
    const { tool_calls: calls } = await say(model, "Divide 100 / 7 please", bound);
    expect(calls).toMatchObject([{ function: { name: "divide", arguments: '{"a":100,"b":7,"exact":true}' } }]);
    expect((await say(model, "Divide 100 * 7 please", bound)).content).toBe("Let me calculate that for you.");
  });
});

describe("a model that was trained on other things", () => {
  const answers = ["Basel", "Bern", "Zug", "Chur", "Sion", "Aarau", "Luzern", "Genf", "Uri", "Thun"];
  const rows: TrainingExample[] = answers.map((city, index) => ({
    messages: [
      { role: "user", content: `Which city has the number ${index}, in one word?` },
      { role: "assistant", content: city },
      { role: "user", content: "Are you sure?" },
      { role: "assistant", content: `Yes: ${city}.`, weight: 0 },
      { role: "user", content: "Shout it." },
      { role: "assistant", content: city.toUpperCase() },
    ],
  }));

  it("gives the answer of the row for every prompt of the rows", async () => {
    const model = await train(client, rows);
    for (const [index, { messages }] of rows.entries()) {
      for (const end of [1, 5]) {
        const { choices } = await client.chat.completions.create({ model, messages: messages.slice(0, end) as never });
        expect(choices[0]!.message.content).toBe(end === 1 ? answers[index] : answers[index]!.toUpperCase());
      }
    }
  });

  it("gives the answer of the nearest row, and says so where there is none", async () => {
    const model = await train(client, rows);
    expect((await say(model, "Which city has number 3?")).content).toBe("Chur");
    expect((await say(model, "Tell me a joke about lawyers.")).content).toMatch(
      /nothing in my training rows is like this/,
    );
  });

  it("does not make up results of arithmetic that it was shown in prose", async () => {
    const model = await train(client, arithmeticRows("prose"));
    expect((await say(model, "What's 56/7?", { functions })).content).toBe("It is 8.");
    expect((await say(model, "What's 57/7?", { functions })).content).toBe("Let me calculate that for you.");
  });

  it("learns what was preferred from pairs", async () => {
    const pairs = rows.map(({ messages }, index) => ({
      input: { messages: messages.slice(0, 1) },
      preferred_output: [{ role: "assistant", content: `It is ${answers[index]}.` }],
      non_preferred_output: [messages[1]],
    }));
    const model = await train(client, pairs, { method: { type: "dpo" } });
    const { choices } = await client.chat.completions.create({
      model,
      messages: rows[0]!.messages.slice(0, 1) as never,
    });
    expect(choices[0]!.message.content).toBe("It is Basel.");
  });

  it("can be trained further, and deleted", async () => {
    const first = await train(client, rows);
    const second = await train(client, arithmeticRows(), { model: first, suffix: "more" });
    expect(second).toMatch(/^ft:gpt-4o-mini-2024-07-18:sandbox:more:stand-in-/);
    await client.models.delete(second);
    await expect(say(second, "Hello")).rejects.toMatchObject({ status: 404, code: "model_not_found" });
  });
});
