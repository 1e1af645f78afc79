import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { createValidator } from "langsmith-finetune";
import { beforeAll, describe, expect, it } from "vitest";

type Validate = Awaited<ReturnType<typeof createValidator>>;
let validate: Validate;
beforeAll(async () => {
  validate = await createValidator();
  // The engine's own tables are made with the first pattern.
  codes({ type: "object", properties: { v: { type: "string", pattern: "^\\w+$" } } }, { v: "x" });
});

const codes = (parameters: object, value: object) => {
  const row = {
    messages: [
      { role: "user", content: "?" },
      {
        role: "assistant",
        tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: JSON.stringify(value) } }],
      },
    ],
    tools: [{ type: "function", function: { name: "f", parameters } }],
  };
  // The time of the processor: others may be at work on the machine.
  const begun = process.cpuUsage();
  const found = validate(row).map(({ code }) => code);
  const { user, system } = process.cpuUsage(begun);
  return { found, time: (user + system) / 1_000 };
};
const withPattern = (pattern: string): object => ({
  type: "object",
  properties: { v: { type: "string", pattern } },
});

// 50 ms are promised for a megabyte on a machine of its own; tests share theirs.
const LIMIT = 500;

describe("patterns of schemas", () => {
  const patterns = [
    "^(.*),(.*),(.*),(.*)$",
    "^(aa?){40}$",
    "^([a)]+)+$",
    ".*.*.*=",
    "^(a+)+$",
    "(a|a)*$",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "((a{0,100}){0,100}){0,100}",
    "(".repeat(5_000),
    "[a-z]".repeat(20_000),
    "(?=(a+))b",
    "(a)\\1+$",
    "^\\p{L}{1,1000}$",
  ];
  it.each(patterns.map((pattern) => [pattern.slice(0, 40), pattern]))("%s takes no time", (_name, pattern) => {
    for (const text of [
      "a".repeat(800),
      ",".repeat(800),
      `${"a".repeat(60)}!`,
      "a".repeat(1_000_000),
      "=".repeat(100_000),
    ])
      expect(codes(withPattern(pattern), { v: text }).time).toBeLessThan(LIMIT);
    const many = { v: "x", list: Array.from({ length: 20_000 }, () => ",".repeat(40)) };
    const schema = { type: "object", properties: { list: { type: "array", items: { type: "string", pattern } } } };
    expect(codes(schema, many).time).toBeLessThan(LIMIT);
  });

  it("say what JavaScript's own engine says, where it is safe to ask it", () => {
    const simple = fc
      .array(fc.constantFrom("a", "b", "[a-c]", "\\d", "\\w", ".", "(?:ab)", "a?", "b{1,3}", "\\u0041", "x|y"), {
        minLength: 1,
        maxLength: 5,
      })
      .map((parts) => `^(?:${parts.join("")})$`);
    fc.assert(
      fc.property(simple, fc.stringMatching(/^[abcxyA1-]{0,6}$/), (pattern, text) => {
        const expected = new RegExp(pattern, "u").test(text) ? [] : ["arguments-schema"];
        expect(codes(withPattern(pattern), { v: text }).found).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe("large and twisted schemas", () => {
  const chain = (length: number): object => ({
    type: "object",
    properties: { v: { $ref: "#/$defs/d0" } },
    $defs: Object.fromEntries(
      Array.from({ length }, (_, index) => [
        `d${index}`,
        index + 1 === length ? { type: "string" } : { $ref: `#/$defs/d${index + 1}` },
      ]),
    ),
  });
  const doubling: object = {
    type: "object",
    properties: { v: { $ref: "#/$defs/d0" } },
    $defs: Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [
        `d${index}`,
        index === 39
          ? { type: "number" }
          : { anyOf: [{ $ref: `#/$defs/d${index + 1}` }, { $ref: `#/$defs/d${index + 1}` }] },
      ]),
    ),
  };
  const recursive: object = {
    type: "object",
    properties: { v: { $ref: "#/$defs/node" } },
    $defs: {
      node: {
        anyOf: [1, 2, 3].map((kind) => ({
          type: "object",
          properties: { child: { $ref: "#/$defs/node" }, kind: { const: kind } },
          required: ["kind"],
        })),
      },
    },
  };
  const nested = (depth: number): object => (depth === 0 ? { kind: 9 } : { kind: 9, child: nested(depth - 1) });

  it("checks hundreds of alternatives, grouped, and still finds what fits none", () => {
    for (const keyword of ["anyOf", "oneOf"]) {
      const alternatives = Array.from({ length: 150 }, (_, index) => ({ const: `kind ${index}` }));
      const schema = { type: "object", properties: { v: { type: "string", [keyword]: alternatives } } };
      expect(codes(schema, { v: "kind 149" }).found).toEqual([]);
      expect(codes(schema, { v: "kind 150" }).found).toEqual(["arguments-schema"]);
      expect(codes(schema, { v: 3 }).found).toEqual(["arguments-schema"]);
      // A reference into the list finds what it found before.
      const pointed = { ...schema, properties: { ...schema.properties, w: { $ref: `#/properties/v/${keyword}/7` } } };
      expect(codes(pointed, { w: "kind 7" }).found).toEqual([]);
      expect(codes(pointed, { w: "kind 8" }).found).toEqual(["arguments-schema"]);
    }
  });

  it.each<[string, object, object]>([
    [
      "thousands of alternatives",
      {
        type: "object",
        properties: {
          v: {
            oneOf: Array.from({ length: 5_000 }, (_, index) => ({
              type: "object",
              properties: { k: { const: index } },
              required: ["k"],
            })),
          },
        },
      },
      { v: { k: 4_999 } },
    ],
    ["a chain of references", chain(5_000), { v: "x" }],
    ["references that double", doubling, { v: "x" }],
    ["references back", recursive, { v: nested(60) }],
    [
      "unique items",
      { type: "object", properties: { v: { type: "array", uniqueItems: true } } },
      { v: Array.from({ length: 30_000 }, (_, k) => ({ k })) },
    ],
  ])("%s are found unchecked in no time", (_name, parameters, value) => {
    const { found, time } = codes(parameters, value);
    expect(found.filter((code) => code !== "parameters-array-items")).toEqual(["arguments-unchecked"]);
    expect(time).toBeLessThan(LIMIT);
  });

  it("are checked while they are small", () => {
    expect(codes(recursive, { v: { kind: 1, child: { kind: 2 } } }).found).toEqual([]);
    expect(codes(recursive, { v: { kind: 1, child: { kind: 9 } } }).found).toEqual(["arguments-schema"]);
    expect(codes(chain(20), { v: 1 }).found).toEqual(["arguments-schema"]);
  });
});

it("no row is lost where code generation is forbidden", () => {
  const script = `
    import { createValidator } from ${JSON.stringify(new URL("../../src/curate/validate/create-validator.ts", import.meta.url).href)};
    const validate = await createValidator();
    const row = { messages: [{ role: "user", content: "?" }, { role: "assistant", tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: '{"v":1}' } }] }], tools: [{ type: "function", function: { name: "f", parameters: { type: "object", properties: { v: { type: "string" } } } } }] };
    console.log(JSON.stringify(validate(row).map(({ code, severity }) => [code, severity])));
  `;
  const output = execFileSync(
    process.execPath,
    ["--disallow-code-generation-from-strings", "--import", "tsx", "--input-type=module", "-e", script],
    { encoding: "utf8", cwd: new URL("../..", import.meta.url) },
  );
  expect(JSON.parse(output.trim())).toEqual([["arguments-unchecked", "warning"]]);
});
