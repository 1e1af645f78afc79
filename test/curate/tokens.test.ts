import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countTokens, createTokenCounter, estimateCost, InvalidOptionError, readJsonl } from "langsmith-finetune";
import { assistant, example, user } from "./rows.js";
import { encodingOfModel } from "../../src/curate/tokens/encoding-of-model.js";
import { renderTools } from "../../src/curate/tokens/render-tools.js";

const corpus = fileURLToPath(new URL("../../../shared/rows/", import.meta.url));
const there = existsSync(join(corpus, "tokens.json"));

describe.skipIf(!there)("the published counts", () => {
  const published = there
    ? (JSON.parse(readFileSync(join(corpus, "tokens.json"), "utf8")) as {
        toy: { total: number; per_row: number[]; assistant_tokens: { mean: number } };
        drone: { published: { per_epoch: number } };
      })
    : undefined;

  it("are met exactly on plain chat", async () => {
    const count = await countTokens(readJsonl(join(corpus, "valid/real_toy.jsonl")), { model: "gpt-3.5-turbo" });
    expect(count).toMatchObject({
      total: published!.toy.total,
      perRow: published!.toy.per_row,
      rows: 5,
      exact: true,
      encoding: "cl100k_base",
      longest: 8032,
    });
    expect(count.trained / 5).toBeCloseTo(published!.toy.assistant_tokens.mean);
    expect(estimateCost({ model: "gpt-3.5-turbo", tokens: count.total, rows: count.rows })).toMatchObject({
      epochs: 20,
      trainedTokens: 164_840,
    });
  });

  it("are met by the bill of a job with tools", async () => {
    let total = 0;
    for (const part of ["001_060", "061_103"])
      total += (
        await countTokens(readJsonl(join(corpus, `valid/real_drone_${part}.jsonl`)), { model: "gpt-3.5-turbo-0125" })
      ).total;
    expect(Math.abs(total / published!.drone.published.per_epoch - 1)).toBeLessThan(0.003);
  });
});

describe("countTokens", () => {
  it("counts three a message, one a name, three a row, and the tokens of the texts", async () => {
    // "hello", "hello world" and every role are one, two and one tokens in both encodings.
    for (const model of ["gpt-4", "gpt-4o"]) {
      const rows = [
        example(user("hello"), assistant("hello world")),
        example({ ...user("hello"), name: "hello" }, assistant("hello", 0)),
      ];
      expect(await countTokens(rows, { model })).toMatchObject({
        perRow: [5 + 6 + 3, 7 + 5 + 3],
        total: 29,
        trained: 2,
        rows: 2,
        longest: 15,
        exact: true,
      });
    }
  });

  it("counts calls by name and arguments, parts by their text, and no ids", async () => {
    const counter = await createTokenCounter({ model: "gpt-4o" });
    const call = (id: string) =>
      example(user("hi"), {
        role: "assistant",
        tool_calls: [{ id, type: "function", function: { name: "add", arguments: '{"a":1}' } }],
      });
    expect(counter.row(call("a")).total).toBe(
      3 + (3 + 1 + counter.text("hi")) + (3 + 1 + 3 + counter.text("add") + counter.text('{"a":1}')),
    );
    expect(counter.row(call("a")).total).toBe(counter.row(call("call_0123456789")).total);
    const parts = example(
      {
        role: "user",
        content: [
          { type: "text", text: "Hello" },
          { type: "text", text: " there" },
        ],
      },
      assistant("Hi"),
    );
    expect(counter.row(parts).total).toBe(
      3 + 4 + counter.text("Hello") + counter.text(" there") + 4 + counter.text("Hi"),
    );
  });

  it("says where it estimates: other families, images of unknown size, pairs", async () => {
    const image = (detail?: "low") => [
      example(
        {
          role: "user",
          content: [{ type: "image_url", image_url: { url: "https://example.com/a.png", ...(detail && { detail }) } }],
        },
        assistant("A cat"),
      ),
    ];
    expect(
      (await countTokens([example(user("hi"), assistant("ho"))], { model: "meta-llama/Llama-3.3-70B-Instruct" })).exact,
    ).toBe(false);
    expect(await countTokens(image("low"), { model: "gpt-4o-2024-08-06" })).toMatchObject({
      exact: true,
      total: 3 + 4 + 85 + 4 + 2,
    });
    expect(await countTokens(image(), { model: "gpt-4o-2024-08-06" })).toMatchObject({
      exact: false,
      total: 3 + 4 + 765 + 4 + 2,
    });
    const pair = {
      input: { messages: [user("hi")] },
      preferred_output: [assistant("ho")],
      non_preferred_output: [assistant("no")],
    };
    expect(await countTokens([pair], { model: "gpt-4o" })).toMatchObject({
      exact: false,
      rows: 1,
      total: 3 + 5 + 5 + 5,
    });
  });

  it("cuts rows as the bill does, leaves the rows out when asked, and takes the encoding that is given", async () => {
    const rows = [example(user("hello"), assistant("hello world"))];
    expect(await countTokens(rows, { model: "gpt-4o", maxTokens: 10 })).toMatchObject({
      total: 10,
      perRow: [10],
      longest: 14,
    });
    expect(await countTokens(rows, { model: "gpt-4o", perRow: false })).not.toHaveProperty("perRow");
    expect(await countTokens(rows, { model: "my-model", encoding: "cl100k_base" })).toMatchObject({
      encoding: "cl100k_base",
      exact: false,
    });
  });

  it("counts special tokens in a text as text", async () => {
    const counter = await createTokenCounter({ model: "gpt-4o" });
    expect(counter.text("<|endoftext|>")).toBeGreaterThan(1);
  });

  it("takes long runs of one kind of character in slices", async () => {
    const counter = await createTokenCounter({ model: "gpt-4o" });
    const started = performance.now();
    expect(counter.text("a".repeat(100_000))).toBe(12_500);
    for (const text of [
      " ".repeat(100_000),
      "👋🏽".repeat(20_000),
      "漢字".repeat(30_000),
      "=-".repeat(50_000),
      "=\u0302".repeat(30_000),
    ])
      expect(counter.text(text)).toBeGreaterThan(0);
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
    await expect(countTokens([], {} as { model: string })).rejects.toSatisfy(
      (error) => InvalidOptionError.isInstance(error) && error.option === "model",
    );
    await expect(countTokens([], { model: "gpt-4o", maxTokens: 0 })).rejects.toSatisfy(
      (error) => InvalidOptionError.isInstance(error) && error.option === "maxTokens",
    );
    await expect(countTokens([], { model: "gpt-4o", encoding: "p50k_base" as "o200k_base" })).rejects.toSatisfy(
      (error) => InvalidOptionError.isInstance(error) && error.option === "encoding",
    );
    await expect(countTokens([], { model: "gpt-4o", signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow(
      "enough",
    );
  });

  it("survives whatever a row may be", async () => {
    const counter = await createTokenCounter({ model: "gpt-4o" });
    fc.assert(
      fc.property(
        fc.anything(),
        (row) =>
          counter.row({
            messages: [row, { content: row, tool_calls: row, role: row }],
            tools: [row, { function: row }],
          }).total >= 0,
      ),
      { numRuns: 100 },
    );
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
      places: {
        type: "array",
        items: {
          type: "object",
          properties: { name: { type: "string" }, tags: { type: "array", items: { enum: ["a", 1] } } },
          required: ["name"],
        },
      },
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
      {
        name: "get_weather",
        description: "Now",
        parameters: { type: "object", properties, required: ["city"], $defs: { Also: { type: "boolean" } } },
      },
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
    const parameters: Record<string, unknown> = {
      type: "object",
      properties: { self: { $ref: "#/properties/self" }, again: { $ref: "#/$defs/A" } },
      $defs: { A: { type: "array", items: { $ref: "#/$defs/A" } } },
    };
    expect(renderTools([{ name: "f", parameters }])).toContain("self?: any");
  });
});
