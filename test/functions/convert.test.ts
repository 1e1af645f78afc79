import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod/v4";
import * as mini from "zod/v4-mini";
import { z as z3 } from "zod/v3";
import {
  convertToOpenAIFunction,
  convertToOpenAITool,
  InvalidOptionError,
  type FunctionSchema,
} from "langsmith-finetune";

describe("zod, as JSON Schema of what the model may send", () => {
  it("says the same for zod 3 and zod 4", () => {
    const line4 = z.object({ sku: z.string(), count: z.number().int() });
    const line3 = z3.object({ sku: z3.string(), count: z3.number().int() });
    const order4 = z.object({
      lines: z.array(line4),
      gift: line4.nullable().optional(),
      note: z.string().transform((text) => text.length),
    });
    const order3 = z3.object({
      lines: z3.array(line3),
      gift: line3.nullable().optional(),
      note: z3.string().transform((text) => text.length),
    });
    const expected = {
      type: "object",
      properties: { sku: { type: "string" }, count: { type: "integer" } },
      required: ["sku", "count"],
    };
    for (const schema of [order4, order3]) {
      expect(convertToOpenAIFunction(schema, { name: "order" }).parameters).toEqual({
        type: "object",
        properties: {
          lines: { type: "array", items: expected },
          gift: { anyOf: [expected, { type: "null" }] },
          note: { type: "string" },
        },
        required: ["lines", "note"],
      });
    }
  });

  it("leaves the bounds of an integer that the schema does set", () => {
    const { parameters: bounded } = convertToOpenAIFunction(z.object({ age: z.int().min(0).max(150) }), { name: "f" });
    expect(bounded).toMatchObject({ properties: { age: { type: "integer", minimum: 0, maximum: 150 } } });
  });

  it("keeps recursive schemas recursive", () => {
    interface Tree {
      value: number;
      children: Tree[];
    }
    const tree4: z.ZodType<Tree> = z.object({ value: z.number(), children: z.array(z.lazy(() => tree4)) });
    const tree3: z3.ZodType<Tree> = z3.object({ value: z3.number(), children: z3.array(z3.lazy(() => tree3)) });
    const expected = {
      type: "object",
      properties: { value: { type: "number" }, children: { type: "array", items: { $ref: "#" } } },
      required: ["value", "children"],
    };
    expect(convertToOpenAIFunction(tree4, { name: "grow" }).parameters).toEqual(expected);
    expect(convertToOpenAIFunction(tree3, { name: "grow" }).parameters).toEqual(expected);
    expect(convertToOpenAIFunction(tree3, { name: "grow", strict: true }).parameters).toEqual({
      ...expected,
      additionalProperties: false,
    });

    const twice = convertToOpenAIFunction(z3.object({ left: tree3, right: tree3 }), { name: "pair" }).parameters!;
    expect(twice["properties"]).toMatchObject({
      left: { properties: { children: { items: { $ref: "#/properties/left" } } } },
      right: { type: "object", properties: { children: { items: { $ref: "#/properties/left" } } } },
    });

    const titled: z.ZodType<Tree> = z
      .object({ value: z.number(), children: z.array(z.lazy(() => titled)) })
      .meta({ id: "RecursiveTree", title: "grow" });
    const grown = convertToOpenAIFunction(titled);
    const node = { type: "object", properties: { value: { type: "number" }, children: { type: "array" } } };
    expect(grown).toMatchObject({ name: "grow", parameters: node });
    // zod 4.6 refers to a definition, 3.25 to the root.
    const { $ref: pointer } = (grown.parameters["properties"] as { children: { items: { $ref: string } } }).children
      .items;
    const definitions = grown.parameters["definitions"] as Record<string, unknown> | undefined;
    expect(pointer === "#" ? grown.parameters : definitions?.[pointer.replace("#/definitions/", "")]).toMatchObject(
      node,
    );
  });

  it("keeps the definitions of JSON Schema that its references point to", () => {
    const schema = {
      title: "order",
      $ref: "#/$defs/Order",
      $defs: {
        Order: { type: "object", properties: { lines: { type: "array", items: { $ref: "#/$defs/Line" } } } },
        Line: { type: "object", properties: { sku: { type: "string" } } },
      },
    };
    expect(convertToOpenAIFunction(schema).parameters).toEqual({
      type: "object",
      properties: { lines: { type: "array", items: { $ref: "#/$defs/Line" } } },
      $defs: { Line: schema.$defs.Line },
    });
  });
});

describe("what cannot be expressed is an error that names the field", () => {
  const cases: [what: string, schema: FunctionSchema, field: string][] = [
    ["a date, zod 4", z.object({ who: z.object({ born: z.date() }) }), "who.born"],
    ["a date, zod 3", z3.object({ who: z3.object({ born: z3.date() }) }), "who.born"],
    ["a coerced date, zod 4", z.object({ at: z.coerce.date() }), "at"],
    ["a date in an array, zod 4", z.object({ visits: z.array(z.object({ at: z.date() })) }), "visits[].at"],
    ["a date in an array, zod 3", z3.object({ visits: z3.array(z3.object({ at: z3.date() })) }), "visits[].at"],
    ["a date in a union, zod 4", z.object({ at: z.union([z.string(), z.date()]).optional() }), "at"],
    ["a date in a union, zod 3", z3.object({ at: z3.union([z3.string(), z3.date()]).optional() }), "at"],
    ["a map, zod 4", z.object({ scores: z.map(z.string(), z.number()) }), "scores"],
    ["a map, zod 3", z3.object({ scores: z3.map(z3.string(), z3.number()) }), "scores"],
    ["a bigint, zod/mini", mini.object({ big: mini.bigint() }), "big"],
    ["a function, zod 3", z3.object({ run: z3.function() }), "run"],
    ["a bare transform, zod 4", z.object({ made: z.transform((value) => String(value)) }), "made"],
    ["a date in a record, zod 4", z.object({ days: z.record(z.string(), z.date()) }), "days[*]"],
    ["a date in a record, zod 3", z3.object({ days: z3.record(z3.date()) }), "days[*]"],
    ["a date in a tuple, zod 4", z.object({ span: z.tuple([z.string(), z.date()]) }), "span[1]"],
    ["a date in a tuple, zod 3", z3.object({ span: z3.tuple([z3.string(), z3.date()]) }), "span[1]"],
  ];

  it.each(cases)("%s", (_what, schema, field) => {
    const error = thrown(() => convertToOpenAIFunction(schema, { name: "f" }));
    expect(error.message).toContain(`"${field}"`);
    expect(error.option).toBe(`schema.${field}`);
    expect(error.hint).toContain("JSON");
  });

  it.each<[string, FunctionSchema]>([
    ["a string", z.string()],
    ["a union", z.union([z.object({ a: z.string() }), z.object({ b: z.string() })])],
    ["an array of JSON Schema", { title: "list", type: "array", items: {} }],
    ["a reference to nowhere", { title: "list", $ref: "#/$defs/None" }],
  ])("a root that is %s", (_what, schema) => {
    expect(thrown(() => convertToOpenAIFunction(schema, { name: "f" })).message).toContain("must be of an object");
  });

  it.each<[string, unknown]>([
    ["null", null],
    ["text", "get_weather"],
    ["an empty object", {}],
    ["a custom tool", { type: "custom", name: "free" }],
    ["a server tool", { type: "web_search_20250305", name: "web_search" }],
  ])("%s is not a form of a tool", (_what, schema) => {
    expect(thrown(() => convertToOpenAITool(schema as FunctionSchema, { name: "f" })).message).toContain(
      "No function can be made of",
    );
  });

  it("names are checked", () => {
    expect(thrown(() => convertToOpenAIFunction(z.object({}))).message).toContain("no title");
    for (const name of ["", "get weather", "wetter_für", "x".repeat(65)]) {
      const error = thrown(() => convertToOpenAIFunction(z.object({}), { name }));
      expect([error.option, error.value]).toEqual(["name", name]);
    }
    expect(convertToOpenAIFunction(z.object({}), { name: "x".repeat(64) }).name).toHaveLength(64);
  });
});

describe("strict", () => {
  it("closes every object and requires every field", () => {
    const schema = z.object({
      who: z.object({ name: z.string(), nick: z.string().nullable().optional() }),
      tags: z.array(z.object({ key: z.string() })),
      shape: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("circle"), radius: z.number() }),
        z.object({ kind: z.literal("square"), side: z.number() }),
      ]),
    });
    const { parameters: closed, strict } = convertToOpenAIFunction(schema, { name: "f", strict: true });
    expect(strict).toBe(true);
    expect(closed).toEqual({
      type: "object",
      properties: {
        who: {
          type: "object",
          // zod 4.6 writes `type: ["string", "null"]`, earlier ones `anyOf`.
          properties: {
            name: { type: "string" },
            nick: expect.toSatisfy((nick) => JSON.stringify(nick).includes('"null"')) as unknown,
          },
          required: ["name", "nick"],
          additionalProperties: false,
        },
        tags: {
          type: "array",
          items: {
            type: "object",
            properties: { key: { type: "string" } },
            required: ["key"],
            additionalProperties: false,
          },
        },
        shape: {
          anyOf: ["circle", "square"].map((kind, index) => ({
            type: "object",
            properties: { kind: { type: "string", const: kind }, [["radius", "side"][index]!]: { type: "number" } },
            required: ["kind", ["radius", "side"][index]],
            additionalProperties: false,
          })),
        },
      },
      required: ["who", "tags", "shape"],
      additionalProperties: false,
    });
  });

  it.each<[string, FunctionSchema, string]>([
    ["a field that may be left out", z.object({ who: z.object({ nick: z.string().optional() }) }), '"who.nick"'],
    ["a field with a default", z3.object({ days: z3.number().default(3) }), '"days"'],
    ["keys without names", z.object({ counts: z.record(z.string(), z.number()) }), '"counts"'],
    ["a loose object", z.object({ bag: z.looseObject({}) }), '"bag"'],
    ["a field of any type", z.object({ value: z.any() }), '"value"'],
    ["a tuple", z.object({ pair: z.tuple([z.number(), z.number()]) }), '"pair"'],
    ["a field that is not required", { title: "f", type: "object", properties: { a: { type: "string" } } }, '"a"'],
    [
      "alternatives that overlap",
      {
        title: "f",
        type: "object",
        required: ["a"],
        properties: { a: { oneOf: [{ type: "number" }, { type: "integer" }] } },
      },
      '"a"',
    ],
    [
      "a keyword that is not supported",
      { title: "f", type: "object", required: ["a"], properties: { a: { not: { type: "string" } } } },
      '"a"',
    ],
  ])("%s is an error that names the field", (_what, schema, field) => {
    expect(thrown(() => convertToOpenAIFunction(schema, { name: "f", strict: true })).message).toContain(field);
  });
});

describe("any JSON Schema", () => {
  const leaf = fc.constantFrom({ type: "string" }, { type: "number" }, { type: "boolean" }, { enum: ["a", "b"] });
  const { schema } = fc.letrec<{ schema: object; object: object }>((tie) => ({
    object: fc
      .dictionary(
        fc.string({ minLength: 1 }).filter((key) => key !== "__proto__"),
        tie("schema"),
        { maxKeys: 4 },
      )
      .map((properties) => ({ type: "object", properties, required: Object.keys(properties) })),
    schema: fc.oneof(
      { depthSize: "small" },
      leaf,
      tie("object"),
      tie("schema").map((items) => ({ type: "array", items })),
    ),
  }));
  const object = fc
    .dictionary(fc.stringMatching(/^[a-z]{1,6}$/), schema, { maxKeys: 5 })
    .map((properties) => ({ type: "object", properties, required: Object.keys(properties) }));

  it("goes through as it is, in every form", () => {
    fc.assert(
      fc.property(object, (input) => {
        const before = JSON.stringify(input);
        for (const form of [
          { title: "f", ...input },
          { name: "f", parameters: input },
          { name: "f", input_schema: input },
          { toolSpec: { name: "f", inputSchema: { json: input } } },
        ]) {
          expect(convertToOpenAIFunction(form as FunctionSchema)).toEqual({ name: "f", parameters: input });
        }
        expect(JSON.stringify(input)).toBe(before);
      }),
    );
  });

  it("is closed everywhere by strict, and strict again changes nothing", () => {
    fc.assert(
      fc.property(object, (input) => {
        const once = convertToOpenAIFunction({ title: "f", ...input }, { strict: true });
        expect(convertToOpenAIFunction(once, { strict: true })).toEqual(once);
        const visit = (value: unknown): void => {
          if (typeof value !== "object" || value === null) return;
          const node = value as Record<string, unknown>;
          if (node["type"] === "object" && typeof node["properties"] === "object") {
            expect(node["additionalProperties"]).toBe(false);
            expect(node["required"]).toEqual(Object.keys(node["properties"] as object));
            Object.values(node["properties"] as object).forEach(visit);
          }
          visit(node["items"]);
        };
        visit(once.parameters);
      }),
    );
  });
});

function thrown(call: () => unknown): InvalidOptionError {
  try {
    call();
  } catch (error) {
    if (InvalidOptionError.isInstance(error)) return error;
    throw error;
  }
  throw new Error("Nothing was thrown.");
}
