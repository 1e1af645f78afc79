import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  asRunnable,
  countTokens,
  createTokenCounter,
  defaultEpochs,
  estimateCost,
  InvalidOptionError,
  limitTokens,
  readJsonl,
  SkippedError,
  sourceOf,
  trainingPrices,
  withSource,
  type Skip,
  type TokenCounter,
  type TrainingExample,
  type TrimmedRow,
} from "langsmith-finetune";
import { encodingOfModel } from "../../src/curate/tokens/encoding-of-model.js";
import { renderTools } from "../../src/curate/tokens/render-tools.js";

const corpus = fileURLToPath(new URL("../../../shared/rows/", import.meta.url));
const there = existsSync(join(corpus, "tokens.json"));

const example = (...messages: TrainingExample["messages"]): TrainingExample => ({ messages });
const user = (content: string) => ({ role: "user" as const, content });
const assistant = (content: string, weight?: 0 | 1) => ({ role: "assistant" as const, content, ...(weight !== undefined && { weight }) });
const system = (content: string) => ({ role: "system" as const, content });

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}

describe.skipIf(!there)("the published counts", () => {
  const published = there ? (JSON.parse(readFileSync(join(corpus, "tokens.json"), "utf8")) as { toy: { total: number; per_row: number[]; assistant_tokens: { mean: number } }; drone: { published: { per_epoch: number } } }) : undefined;

  it("are met exactly on plain chat", async () => {
    const count = await countTokens(readJsonl(join(corpus, "valid/real_toy.jsonl")), { model: "gpt-3.5-turbo" });
    expect(count).toMatchObject({ total: published!.toy.total, perRow: published!.toy.per_row, rows: 5, exact: true, encoding: "cl100k_base", longest: 8032 });
    expect(count.trained / 5).toBeCloseTo(published!.toy.assistant_tokens.mean);
    expect(estimateCost({ model: "gpt-3.5-turbo", tokens: count.total, rows: count.rows })).toMatchObject({ epochs: 20, trainedTokens: 164_840 });
  });

  it("are met by the bill of a job with tools", async () => {
    let total = 0;
    for (const part of ["001_060", "061_103"]) total += (await countTokens(readJsonl(join(corpus, `valid/real_drone_${part}.jsonl`)), { model: "gpt-3.5-turbo-0125" })).total;
    expect(Math.abs(total / published!.drone.published.per_epoch - 1)).toBeLessThan(0.003);
  });
});

describe("countTokens", () => {
  it("counts three a message, one a name, three a row, and the tokens of the texts", async () => {
    // "hello", "hello world" and every role are one, two and one tokens in both encodings.
    for (const model of ["gpt-4", "gpt-4o"]) {
      const rows = [example(user("hello"), assistant("hello world")), example({ ...user("hello"), name: "hello" }, assistant("hello", 0))];
      expect(await countTokens(rows, { model })).toMatchObject({ perRow: [5 + 6 + 3, 7 + 5 + 3], total: 29, trained: 2, rows: 2, longest: 15, exact: true });
    }
  });

  it("counts calls by name and arguments, parts by their text, and no ids", async () => {
    const counter = await createTokenCounter({ model: "gpt-4o" });
    const call = (id: string) => example(user("hi"), { role: "assistant", tool_calls: [{ id, type: "function", function: { name: "add", arguments: '{"a":1}' } }] });
    expect(counter.row(call("a")).total).toBe(3 + (3 + 1 + counter.text("hi")) + (3 + 1 + 3 + counter.text("add") + counter.text('{"a":1}')));
    expect(counter.row(call("a")).total).toBe(counter.row(call("call_0123456789")).total);
    const parts = example({ role: "user", content: [{ type: "text", text: "Hello" }, { type: "text", text: " there" }] }, assistant("Hi"));
    expect(counter.row(parts).total).toBe(3 + 4 + counter.text("Hello") + counter.text(" there") + 4 + counter.text("Hi"));
  });

  it("says where it estimates: other families, images of unknown size, pairs", async () => {
    const image = (detail?: "low") => [example({ role: "user", content: [{ type: "image_url", image_url: { url: "https://example.com/a.png", ...(detail && { detail }) } }] }, assistant("A cat"))];
    expect((await countTokens([example(user("hi"), assistant("ho"))], { model: "meta-llama/Llama-3.3-70B-Instruct" })).exact).toBe(false);
    expect(await countTokens(image("low"), { model: "gpt-4o-2024-08-06" })).toMatchObject({ exact: true, total: 3 + 4 + 85 + 4 + 2 });
    expect(await countTokens(image(), { model: "gpt-4o-2024-08-06" })).toMatchObject({ exact: false, total: 3 + 4 + 765 + 4 + 2 });
    const pair = { input: { messages: [user("hi")] }, preferred_output: [assistant("ho")], non_preferred_output: [assistant("no")] };
    expect(await countTokens([pair], { model: "gpt-4o" })).toMatchObject({ exact: false, rows: 1, total: 3 + 5 + 5 + 5 });
  });

  it("cuts rows as the bill does, leaves the rows out when asked, and takes the encoding that is given", async () => {
    const rows = [example(user("hello"), assistant("hello world"))];
    expect(await countTokens(rows, { model: "gpt-4o", maxTokens: 10 })).toMatchObject({ total: 10, perRow: [10], longest: 14 });
    expect(await countTokens(rows, { model: "gpt-4o", perRow: false })).not.toHaveProperty("perRow");
    expect(await countTokens(rows, { model: "my-model", encoding: "cl100k_base" })).toMatchObject({ encoding: "cl100k_base", exact: false });
  });

  it("counts special tokens in a text as text", async () => {
    const counter = await createTokenCounter({ model: "gpt-4o" });
    expect(counter.text("<|endoftext|>")).toBeGreaterThan(1);
  });

  it("takes long runs of one kind of character in slices", async () => {
    const counter = await createTokenCounter({ model: "gpt-4o" });
    const started = performance.now();
    expect(counter.text("a".repeat(100_000))).toBe(12_500);
    for (const text of [" ".repeat(100_000), "👋🏽".repeat(20_000), "漢字".repeat(30_000), "=-".repeat(50_000), "=\u0302".repeat(30_000)]) expect(counter.text(text)).toBeGreaterThan(0);
    // The tokenizer alone took twenty seconds for the first.
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it("counts a text with a long run as its pieces, and not much more than the tokenizer", async () => {
    const counter = await createTokenCounter({ model: "gpt-4o" });
    const text = `Look: ${"ab".repeat(600)} and ${" ".repeat(1200)} end.`;
    const { countTokens: plain } = await import("gpt-tokenizer/encoding/o200k_base");
    expect(counter.text(text)).toBeGreaterThanOrEqual(plain(text));
    expect(counter.text(text)).toBeLessThan(plain(text) + 15);
  });

  it("names what it was called with wrongly, and stops with the signal", async () => {
    await expect(countTokens([], {} as { model: string })).rejects.toSatisfy((error) => InvalidOptionError.isInstance(error) && error.option === "model");
    await expect(countTokens([], { model: "gpt-4o", maxTokens: 0 })).rejects.toSatisfy((error) => InvalidOptionError.isInstance(error) && error.option === "maxTokens");
    await expect(countTokens([], { model: "gpt-4o", encoding: "p50k_base" as "o200k_base" })).rejects.toSatisfy((error) => InvalidOptionError.isInstance(error) && error.option === "encoding");
    await expect(countTokens([], { model: "gpt-4o", signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });

  it("survives whatever a row may be", async () => {
    const counter = await createTokenCounter({ model: "gpt-4o" });
    fc.assert(fc.property(fc.anything(), (row) => counter.row({ messages: [row, { content: row, tool_calls: row, role: row }], tools: [row, { function: row }] }).total >= 0), { numRuns: 100 });
  });
});

describe("the encoding of a model", () => {
  it.each([
    ["gpt-4o", "o200k_base", "openai"],
    ["gpt-4.1-nano-2025-04-14", "o200k_base", "openai"],
    ["gpt-5-mini", "o200k_base", "openai"],
    ["gpt-6-luna", "o200k_base", "openai"],
    ["o4-mini", "o200k_base", "openai"],
    ["openai/gpt-oss-20b", "o200k_base", "openai"],
    ["ft:gpt-4o-mini-2024-07-18:acme:suffix:a1b2c3", "o200k_base", "openai"],
    ["ft:gpt-3.5-turbo-0125:acme::a1b2c3", "cl100k_base", "openai"],
    ["gpt-4-turbo", "cl100k_base", "openai"],
    ["gpt-35-turbo", "cl100k_base", "openai"],
    ["Qwen/Qwen3-32B", "cl100k_base", "estimate"],
    ["mistralai/Ministral-3B", "o200k_base", "estimate"],
    ["opus", "o200k_base", "estimate"],
  ])("%s", (model, encoding, family) => {
    expect(encodingOfModel(model)).toEqual({ encoding, family });
  });
});

describe("tool definitions", () => {
  it("are rendered as the models are given them", () => {
    const properties = {
      city: { type: "string", description: "The city\nand the country" },
      unit: { type: "string", enum: ["C", "F"], default: "C" },
      days: { type: "integer", default: 3 },
      places: { type: "array", items: { type: "object", properties: { name: { type: "string" }, tags: { type: "array", items: { enum: ["a", 1] } } }, required: ["name"] } },
      either: { anyOf: [{ type: "number" }, { type: "null" }] },
      kinds: { type: ["string", "boolean"] },
      also: { $ref: "#/$defs/Also" },
      any: {},
      list: { type: "array" },
      only: { const: "x" },
      maybe: { type: "string", nullable: true },
      both: { allOf: [{ type: "string" }, { type: "string" }] },
      share: { type: "number", default: 1 },
      none: { type: "string", default: null },
      titled: { type: "string", title: "Titled", examples: ["a"], minLength: 1 },
      bare: { type: "object" },
      free: { type: "object", additionalProperties: true },
      deep: { type: "object", properties: { said: { type: "string", description: "Not here" } } },
    };
    const text = renderTools([
      { name: "get_weather", description: "Now", parameters: { type: "object", properties, required: ["city"], $defs: { Also: { type: "boolean" } } } },
      { name: "ping" },
      null,
    ]);
    expect(text).toBe(`namespace functions {

// Now
type get_weather = (_: {
// The city
// and the country
city: string,
unit?: "C" | "F", // default: "C"
days?: number, // default: 3
places?: {
  name: string,
  tags?: Array<"a" | 1>,
}[],
either?: number | null,
kinds?: string | boolean,
also?: boolean,
any?: any,
list?: any[],
only?: any,
maybe?: string | null,
both?: string & string,
share?: number, // default: 1.0
none?: string,
titled?: string,
free?: object,
deep?: {
  said?: string,
},
}) => any;

type ping = () => any;

} // namespace functions`);
  });

  it("end, however they refer to themselves", () => {
    const parameters: Record<string, unknown> = { type: "object", properties: { self: { $ref: "#/properties/self" }, again: { $ref: "#/$defs/A" } }, $defs: { A: { type: "array", items: { $ref: "#/$defs/A" } } } };
    expect(renderTools([{ name: "f", parameters }])).toContain("self?: any");
  });
});

describe("limitTokens", () => {
  let counter: TokenCounter;
  beforeAll(async () => {
    counter = await createTokenCounter({ model: "gpt-4o" });
  });
  const long = "word ".repeat(200);
  const calls = { role: "assistant" as const, tool_calls: [{ id: "a", type: "function" as const, function: { name: "add", arguments: "{}" } }] };
  const answer = { role: "tool" as const, tool_call_id: "a", content: "4" };

  it("drops what is longer, naming the run", async () => {
    const skips: Skip[] = [];
    const rows = [withSource(example(user(long), assistant("a")), { runId: "run-1" }), example(user("b"), assistant("b"))];
    const kept = await collect(limitTokens(rows, { model: "gpt-4o", maxTokens: 100, onSkip: (skip) => skips.push(skip) }));
    expect(kept).toEqual([rows[1]]);
    expect(skips).toMatchObject([{ code: "too-long", runId: "run-1" }]);
    await expect(collect(limitTokens(rows, { model: "gpt-4o", maxTokens: 100, strict: true }))).rejects.toSatisfy((error) => SkippedError.isInstance(error));
  });

  it("trims the oldest turns, keeps the system message, calls with their answers, and the source", async () => {
    const trimmed: TrimmedRow[] = [];
    const row = withSource(example(system("Be brief."), user(long), calls, answer, assistant("four"), user("And 3 + 3?"), calls, answer, assistant("six")), { runId: "run-1" });
    const [kept] = await collect(limitTokens([row], { model: "gpt-4o", maxTokens: 100, overflow: "trim", onTrim: (info) => trimmed.push(info) }));
    expect(kept!.messages).toEqual([row.messages[0], ...row.messages.slice(5)]);
    expect(sourceOf(kept!)).toEqual({ runId: "run-1" });
    expect(trimmed).toEqual([{ runId: "run-1", messages: 4, tokensBefore: counter.row(row).total, tokensAfter: counter.row(kept!).total }]);
    expect(row.messages).toHaveLength(9);
  });

  it("drops what cannot be trimmed: one long turn, nothing left to train, a pair", async () => {
    const skips: Skip[] = [];
    const oneTurn = example(user("Add."), calls, answer, assistant(long));
    const untrained = example(user(long), assistant("a", 1), user("b"), assistant("b", 0));
    const pair = { input: { messages: [user(long)] }, preferred_output: [assistant("a")] as [ReturnType<typeof assistant>], non_preferred_output: [assistant("b")] as [ReturnType<typeof assistant>] };
    expect(await collect(limitTokens([oneTurn, untrained, pair], { model: "gpt-4o", maxTokens: 100, overflow: "trim", onSkip: (skip) => skips.push(skip) }))).toEqual([]);
    expect(skips.map(({ code }) => code)).toEqual(["too-long", "too-long", "too-long"]);
  });

  it("leaves rows that fit, that end in a user's turn and that call no tool out of order", async () => {
    const content = fc.string({ maxLength: 60 });
    const turn = fc.oneof(
      fc.tuple(content, content).map(([a, b]) => [user(a), assistant(b)]),
      content.map((a) => [user(a), calls, answer, assistant("4")]),
      content.map((a) => [user(a), user("really?"), assistant("yes")]),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 6 }), fc.boolean(), fc.integer({ min: 20, max: 120 }), async (turns, withSystem, maxTokens) => {
        const messages = [...(withSystem ? [system("Be brief.")] : []), ...turns.flat()];
        const [kept] = await collect(limitTokens([{ messages }], { model: "gpt-4o", maxTokens, overflow: "trim", onSkip: () => {} }));
        if (kept === undefined) {
          const lastTurn = [...(withSystem ? [system("Be brief.")] : []), ...turns.at(-1)!];
          expect(counter.row({ messages: lastTurn }).total).toBeGreaterThan(maxTokens);
          return;
        }
        expect(counter.row(kept).total).toBeLessThanOrEqual(maxTokens);
        expect(messages.slice(-kept.messages.length + (withSystem ? 1 : 0))).toEqual(withSystem ? kept.messages.slice(1) : kept.messages);
        if (withSystem) expect(kept.messages[0]).toEqual(messages[0]);
        expect(kept.messages[withSystem ? 1 : 0]!.role).toBe("user");
      }),
      { numRuns: 60 },
    );
  });

  it("tells by the length alone that a short row fits", () => {
    const row = example(user("hello"), assistant("world"));
    expect(counter.exceeds(row, 1000)).toBe(false);
    expect(counter.exceeds(row, counter.row(row).total)).toBe(false);
    expect(counter.exceeds(row, counter.row(row).total - 1)).toBe(true);
  });

  it("runs as a Runnable, and names what it was called with wrongly", async () => {
    const limit = asRunnable((rows: TrainingExample[]) => limitTokens(rows, { model: "gpt-4o", maxTokens: 100 }), { name: "limit" });
    expect(await collect(await limit.invoke([example(user("a"), assistant("b"))]))).toHaveLength(1);
    expect(() => limitTokens([], { model: "gpt-4o", maxTokens: Number.NaN })).toThrow(/maxTokens/);
    expect(() => limitTokens([], { model: "gpt-4o", maxTokens: 5, overflow: "cut" as "trim" })).toThrow(/overflow/);
  });
});

describe("estimateCost", () => {
  it.each([[1, 25], [5, 20], [33, 3], [34, 3], [100, 3], [8333, 3], [8334, 2], [12_501, 1], [1_000_000, 1]])("%i rows: %i epochs", (rows, epochs) => {
    expect(defaultEpochs(rows)).toBe(epochs);
  });

  it("takes the price of the model, a tuned one too, with its date and source", () => {
    const estimate = estimateCost({ model: "ft:gpt-4o-mini-2024-07-18:acme::a1b2c3", tokens: 1_000_000, rows: 100 });
    expect(estimate).toMatchObject({ epochs: 3, trainedTokens: 3_000_000, cost: 9, price: { model: "gpt-4o-mini" } });
    for (const price of trainingPrices) {
      expect(price.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(price.source).toMatch(/^https:/);
    }
  });

  it("gives no cost without a price, and prefers the prices that it is given", () => {
    const model = "meta-llama/Llama-3.3-70B-Instruct";
    expect(estimateCost({ model, tokens: 100, rows: 100, epochs: 1 })).toEqual({ epochs: 1, trainedTokens: 100 });
    const mine = { model: "meta-llama/Llama-3.3", perMillionTokens: 2, date: "2026-11-01", source: "my contract" };
    expect(estimateCost({ model, tokens: 1_000_000, rows: 100, epochs: 2, prices: [mine] })).toMatchObject({ cost: 4, price: mine });
    expect(estimateCost({ model: "gpt-4o", tokens: 1_000_000, rows: 100, epochs: 1, prices: [{ ...mine, model: "gpt-4o" }] }).cost).toBe(2);
  });

  it("names what it was called with wrongly", () => {
    expect(() => estimateCost({ model: "gpt-4o", tokens: Number.NaN, rows: 1 })).toThrow(/tokens/);
    expect(() => estimateCost({ model: "gpt-4o", tokens: 1, rows: 1, epochs: -1 })).toThrow(/epochs/);
  });
});
