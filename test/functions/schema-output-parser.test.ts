import { AIMessage, AIMessageChunk, HumanMessage, type BaseMessage } from "@langchain/core/messages";
import { OutputParserException } from "@langchain/core/output_parsers";
import { JsonOutputFunctionsParser } from "@langchain/core/output_parsers/openai_functions";
import { RunnableLambda, type Runnable } from "@langchain/core/runnables";
import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod/v4";
import { z as z3 } from "zod/v3";
import { Calculator, calculate, SchemaOutputParser, type FunctionSchema } from "langsmith-finetune";

const call = { num1: 45, num2: 9, operation: "/" } as const;
const text = JSON.stringify(call);
const parser = new SchemaOutputParser(Calculator);

const legacy = (name: string, json: string) =>
  new AIMessage({ content: "", additional_kwargs: { function_call: { name, arguments: json } } });
const rawTool = (name: string, json: string) => ({
  id: "call_1",
  type: "function" as const,
  function: { name, arguments: json },
});

describe("a call of the function, in every form that a message has it", () => {
  it.each<[string, AIMessage]>([
    ["legacy function_call", legacy("Calculator", text)],
    ["parsed tool_calls", new AIMessage({ content: "", tool_calls: [{ name: "Calculator", args: call, id: "1" }] })],
    [
      "raw tool_calls",
      new AIMessage({ content: "", additional_kwargs: { tool_calls: [rawTool("Calculator", text)] } }),
    ],
    [
      "chunks",
      new AIMessageChunk({ content: "", tool_call_chunks: [{ name: "Calculator", args: text, id: "1", index: 0 }] }),
    ],
    [
      "content blocks beside it",
      new AIMessage({
        content: [{ type: "text", text: "Hm." }],
        tool_calls: [{ name: "Calculator", args: call, id: "1" }],
      }),
    ],
    [
      "another function's call before it",
      new AIMessage({
        content: "",
        additional_kwargs: { tool_calls: [rawTool("search", "{}"), rawTool("Calculator", text)] },
      }),
    ],
  ])("%s", async (_form, message) => {
    expect(await parser.invoke(message)).toEqual(call);
    await expect(parser.pipe(calculate).invoke(message)).resolves.toBe(5);
  });

  it("takes the arguments alone as text", async () => {
    expect(await parser.invoke(text)).toEqual(call);
  });

  it.each<[string, FunctionSchema, object | undefined]>([
    ["zod 3", z3.object({ num1: z3.number(), num2: z3.number(), operation: z3.string() }), undefined],
    [
      "JSON Schema",
      { title: "Calculator", type: "object", properties: { num1: { type: "number" } }, required: ["num1"] },
      undefined,
    ],
    [
      "an OpenAI tool",
      { type: "function", function: { name: "Calculator", parameters: { type: "object", required: ["num1"] } } },
      undefined,
    ],
  ])("checked with %s", async (_kind, schema) => {
    const other = new SchemaOutputParser(schema);
    expect(await other.invoke(legacy("Calculator", text))).toEqual(call);
    await expect(other.invoke(legacy("Calculator", "{}"))).rejects.toThrow("num1");
  });

  it("gives what the schema makes of it, with its type", async () => {
    const withDefault = z
      .object({ city: z.string(), days: z.number().default(3) })
      .transform(({ city, days }) => `${city}:${days}`);
    const typed = new SchemaOutputParser(withDefault, { name: "get_weather" });
    const answer = await typed.invoke(legacy("get_weather", '{"city":"Basel"}'));
    expectTypeOf(answer).toEqualTypeOf<string>();
    expect(answer).toBe("Basel:3");
    expectTypeOf(await parser.invoke(text)).toEqualTypeOf<Calculator>();
  });
});

describe("what is not a call fails with LangChain's OutputParserException", () => {
  it.each<[string, AIMessage, RegExp, string]>([
    [
      "prose",
      new AIMessage("Let me calculate that for you."),
      /answered in prose instead of calling Calculator/,
      "Let me calculate that for you.",
    ],
    ["a refusal", new AIMessage({ content: "", additional_kwargs: { refusal: "I cannot." } }), /refused/, "I cannot."],
    [
      "another function",
      legacy("search", "{}"),
      /called search and not Calculator/,
      '[{"name":"search","arguments":"{}"}]',
    ],
    ["arguments that are cut short", legacy("Calculator", '{"num1": 4'), /not valid JSON/, '{"num1": 4'],
    [
      "chunks that are cut short",
      new AIMessageChunk({
        content: "",
        tool_call_chunks: [{ name: "Calculator", args: text.slice(0, -1), id: "1", index: 0 }],
      }),
      /not valid JSON/,
      text.slice(0, -1),
    ],
    [
      "arguments that do not fit",
      legacy("Calculator", '{"num1":1,"num2":2,"operation":"%"}'),
      /do not fit its schema: operation: /,
      '{"num1":1,"num2":2,"operation":"%"}',
    ],
    [
      "invalid_tool_calls",
      new AIMessage({
        content: "",
        invalid_tool_calls: [{ name: "Calculator", args: "{num1", id: "1", error: "Malformed args." }],
      }),
      /not valid JSON: Malformed args/,
      "{num1",
    ],
    ["an empty message", new AIMessage(""), /answered in prose/, ""],
  ])("%s", async (_what, message, words, output) => {
    const error: unknown = await parser.invoke(message).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OutputParserException);
    expect((error as OutputParserException).message).toMatch(words);
    expect((error as OutputParserException).llmOutput).toBe(output);
    // A chunk stream that ends like this ends in the same error.
    const streamed = async () => {
      const values = [];
      for await (const value of await parser.stream(message as never)) values.push(value);
      return values;
    };
    await expect(streamed()).rejects.toThrow(words);
  });

  it("does not guess which of several functions is meant", async () => {
    const anyFunction = new SchemaOutputParser(z3.object({}).passthrough());
    const message = new AIMessage({
      content: "",
      additional_kwargs: { tool_calls: [rawTool("a", '{"x":1}'), rawTool("b", "{}")] },
    });
    await expect(anyFunction.invoke(message)).rejects.toThrow("Tell the parser which to read");
    const named = new SchemaOutputParser(z3.object({}).passthrough(), { name: "b" });
    expect(await named.invoke(message)).toEqual({});
  });
});

describe("streams", () => {
  const pieces = (json: string, size: number) => json.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
  const legacyChunks = (json: string, size: number) =>
    pieces(json, size).map(
      (part, index) =>
        new AIMessageChunk({
          content: "",
          additional_kwargs: {
            function_call: { ...(index === 0 ? { name: "Calculator" } : {}), arguments: part } as {
              name: string;
              arguments: string;
            },
          },
        }),
    );
  const toolChunks = (json: string, size: number) =>
    pieces(json, size).map(
      (args, index) =>
        new AIMessageChunk({
          content: "",
          tool_call_chunks: [{ index: 0, args, ...(index === 0 ? { name: "Calculator", id: "call_1" } : {}) }],
        }),
    );
  // A function that yields streams what it yields; its type says that it answers with a generator.
  const model = (chunks: BaseMessage[]) =>
    RunnableLambda.from(async function* () {
      for (const chunk of chunks) yield await Promise.resolve(chunk);
    }) as unknown as Runnable<string, BaseMessage>;

  const collect = async <T>(stream: AsyncIterable<T>): Promise<T[]> => {
    const all: T[] = [];
    for await (const value of stream) all.push(value);
    return all;
  };

  it.each([
    ["legacy", legacyChunks],
    ["tools", toolChunks],
  ])("what there is so far (%s)", async (_form, chunks) => {
    const values = await collect(
      await model(chunks('{"num1":45,"num2":9,"operation":"/"}', 9)).pipe(parser).stream("q"),
    );
    expect(values).toEqual([{ num1: 4 }, { num1: 45 }, { num1: 45, num2: 9 }, { num1: 45, num2: 9, operation: "/" }]);
  });

  it("the same as LangChain's own parser, up to what is checked", async () => {
    const chunks = legacyChunks(text, 5);
    const own = await collect(await model(chunks).pipe(new JsonOutputFunctionsParser()).stream("q"));
    const ours = await collect(await model(chunks).pipe(parser).stream("q"));
    expect(ours.length).toBeGreaterThan(3);
    expect(ours).toEqual(own);
  });

  it("the last value into the next step, and not the sum", async () => {
    for (const chunks of [legacyChunks(text, 3), toolChunks(text, 3)]) {
      expect(await collect(await model(chunks).pipe(parser).pipe(calculate).stream("q"))).toEqual([5]);
    }
  });

  it("JSON Patch with diff", async () => {
    const diffing = new SchemaOutputParser(Calculator, { diff: true });
    const patches = await collect(await model(toolChunks(text, 9)).pipe(diffing).stream("q"));
    expect(patches[0]).toEqual([{ op: "add", path: "/num1", value: 4 }]);
    expect(patches.flat()).toContainEqual({ op: "replace", path: "/num1", value: 45 });
  });

  it("ends with what the schema made of it", async () => {
    const doubled = z.object({ n: z.number() }).transform(({ n }) => ({ n, twice: 2 * n }));
    const values = await collect(
      await model(toolChunks('{"n":21}', 4))
        .pipe(new SchemaOutputParser(doubled, { name: "Calculator" }))
        .stream("q"),
    );
    expect(values.at(-1)).toEqual({ n: 21, twice: 42 });
  });

  it("ends in an error where the whole does not fit", async () => {
    const seen: unknown[] = [];
    const run = async () => {
      for await (const value of await model(toolChunks('{"num1":45}', 4)).pipe(parser).stream("q")) seen.push(value);
    };
    await expect(run()).rejects.toBeInstanceOf(OutputParserException);
    expect(seen.at(-1)).toEqual({ num1: 45 });
  });

  it("any call, cut anywhere, comes out whole", async () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    const record = fc.record({ num1: number, num2: number, operation: fc.constantFrom("+", "-", "*", "/") });
    await fc.assert(
      fc.asyncProperty(record, fc.integer({ min: 1, max: 20 }), fc.boolean(), async (value, size, asTool) => {
        const json = JSON.stringify(value);
        const chunks = asTool ? toolChunks(json, size) : legacyChunks(json, size);
        expect((await collect(await model(chunks).pipe(parser).stream("q"))).at(-1)).toEqual(JSON.parse(json));
      }),
      { numRuns: 50 },
    );
  });

  it("takes a whole message, and refuses several", async () => {
    expect(await collect(await parser.stream(legacy("Calculator", text) as never))).toEqual([call]);
    const twice = model([new HumanMessage("a"), new HumanMessage("b")]).pipe(parser);
    await expect(twice.stream("q").then(collect)).rejects.toThrow("whole messages");
  });
});
