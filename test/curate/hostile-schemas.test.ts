import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { createValidator } from "langsmith-finetune";
import { beforeAll, describe, expect, it } from "vitest";

/** Linux counts each thread's nanoseconds here. */
const THREAD = "/proc/thread-self/schedstat";

type Validate = Awaited<ReturnType<typeof createValidator>>;
let validate: Validate;
beforeAll(async () => {
  validate = await createValidator();
  // The engine's own tables are made with the first pattern.
  codes({ type: "object", properties: { v: { type: "string", pattern: "^\\w+$" } } }, { v: "x" });
});

const rowOf = (parameters: object, ...values: object[]) => ({
  messages: [
    { role: "user", content: "?" },
    {
      role: "assistant",
      tool_calls: values.map((value, index) => ({
        id: `call ${index}`,
        type: "function",
        function: { name: "f", arguments: JSON.stringify(value) },
      })),
    },
  ],
  tools: [{ type: "function", function: { name: "f", parameters } }],
});
const timed = (check: Validate, row: object) => {
  const begun = processorTime();
  const found = check(row);
  return { found: found.map(({ code }) => code), findings: found, time: processorTime() - begun };
};
/** Milliseconds that a processor has worked on this thread: other tests and programs are at work beside it. */
const processorTime = (): number => {
  if (existsSync(THREAD)) return Number(readFileSync(THREAD, "utf8").split(" ")[0]) / 1_000_000;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
const codes = (parameters: object, value: object) => timed(validate, rowOf(parameters, value));

/** The least of three times, each with a validator that has seen nothing: what a row costs, without what runs beside it. */
const leastTime = async (row: object) => {
  const times: number[] = [];
  for (let round = 0; round < 3 && !times.some((time) => time < BOUND); round += 1)
    times.push(timed(await createValidator(), row).time);
  return Math.min(...times);
};
const below = (limit: number): number =>
  expect.toSatisfy((time: number) => time < limit, `less than ${limit}`) as number;
const withPattern = (pattern: string): object => ({
  type: "object",
  properties: { v: { type: "string", pattern } },
});

/** Milliseconds of the processor for a row of a megabyte, whatever its patterns. */
const BOUND = 50;
// For what is compiled beside patterns.
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
    "^\\p{L}{1,500}$",
    "(a|b)*a(a|b){20}$",
    "(a|b)*a(a|b){500}$",
    "(.*a){90}",
    "^.*$",
  ];
  // The same on every run, and without a period that an automaton could learn.
  let state = 1;
  const random = (alphabet: string, length: number) =>
    Array.from({ length }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return alphabet[Math.floor((state / 2_147_483_648) * alphabet.length)];
    }).join("");
  const texts = [
    `${"a".repeat(60)}!`,
    "a".repeat(1_000_000),
    random("ab", 900),
    random("ab,= é漢", 4_000),
    random("ab", 1_000_000),
  ];
  it.each(patterns.map((pattern) => [pattern.slice(0, 40), pattern]))(
    `%s takes less than ${BOUND} ms`,
    async (_name, pattern) => {
      for (const text of texts) expect(await leastTime(rowOf(withPattern(pattern), { v: text }))).toBeLessThan(BOUND);
      const list = Array.from({ length: 20_000 }, () => ",".repeat(40));
      const schema = { type: "object", properties: { list: { type: "array", items: { type: "string", pattern } } } };
      expect(await leastTime(rowOf(schema, { list }))).toBeLessThan(BOUND);
    },
  );

  it(`many calls of a row take less than ${BOUND} ms together`, async () => {
    const calls = Array.from({ length: 1_000 }, () => ({ v: random("ab", 900) }));
    expect(await leastTime(rowOf(withPattern("(a|b)*a(a|b){199}$"), ...calls))).toBeLessThan(BOUND);
    const patternProperties = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`^(a|b)*a(a|b){${index}}c$`, { type: "number" }]),
    );
    const keys = Object.fromEntries(Array.from({ length: 20_000 }, () => [random("ab", 14), "x"]));
    expect(await leastTime(rowOf({ type: "object", patternProperties }, keys))).toBeLessThan(BOUND);
  });

  it("tries long texts with the patterns that people write", () => {
    for (const [pattern, length] of [
      ["^[\\s\\S]*$", 20_000],
      ["^.+$", 50_000],
      ["\\S", 100_000],
      ["^[a-z]+$", 50_000],
      ["^[a-z0-9]+(-[a-z0-9]+)*$", 3_000],
      ["^[a-zA-Z0-9_-]{1,64}$", 64],
    ] as const) {
      expect(codes(withPattern(pattern), { v: "a".repeat(length) }).found, pattern).toEqual([]);
    }
    expect(codes(withPattern("^[a-z]+$"), { v: `${"a".repeat(50_000)}!` }).found).toEqual(["arguments-schema"]);
  });

  it.each<[string, string, string, string]>([
    ["look-ahead", "^(?!x).*$", "x", "look-ahead"],
    ["a back reference", "^(a)\\1$", "ab", "back references"],
    ["a pattern of another language", "^[[:bad:]]$", "x", "linear time"],
    ["a pattern that is too large", "[a-z]{900}{9}", "x", "too large"],
    ["a text that is too long", "^(.*),(.*),(.*),(.*)$", "a".repeat(100_000), "100000 characters"],
  ])("says that it does not try %s, and finds no fault", (_name, pattern, text, reason) => {
    const { findings } = codes(withPattern(pattern), { v: text });
    expect(findings).toMatchObject([{ code: "arguments-unchecked", severity: "warning" }]);
    expect(findings[0]?.message).toContain(reason);
    expect(findings[0]?.message.length).toBeLessThan(300);
  });

  it("finds the other faults beside a pattern that it does not try, where they are faults whatever it says", () => {
    const untried = { type: "string", pattern: "^(?!x).*$" };
    const required = { type: "object", properties: { v: untried, n: { type: "number" } }, required: ["n"] };
    expect(codes(required, { v: "x" }).found).toEqual(["arguments-schema"]);
    expect(codes(required, { v: "x", n: 1 }).found).toEqual(["arguments-unchecked"]);
    for (const v of [{ not: untried }, { oneOf: [untried, { type: "string" }] }, { if: untried, then: false }])
      expect(codes({ type: "object", properties: { v } }, { v: "x" }).found).toEqual(["arguments-unchecked"]);
    const names = { type: "object", patternProperties: { "^(?!x).*$": { type: "number" } } };
    expect(codes(names, { x: "1" }).found).toEqual(["arguments-unchecked"]);
  });

  it("has the same findings for a row, whatever came before it", () => {
    const row = rowOf(
      withPattern("(a|b)*a(a|b){199}$"),
      ...Array.from({ length: 9 }, () => ({ v: random("ab", 400) })),
    );
    const first = validate(row);
    for (const text of texts.slice(2, 4)) codes(withPattern("(a|b)*a(a|b){198}$"), { v: text });
    expect(validate(row)).toEqual(first);
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

describe("long lists of values", () => {
  const enumOf = (allowed: unknown[]): object => ({ type: "object", properties: { v: { enum: allowed } } });

  it("are looked up, not compared one by one", () => {
    const texts = enumOf(Array.from({ length: 40_000 }, (_, index) => `value ${index}`));
    expect(codes(texts, { v: "value 39999" })).toMatchObject({ found: [], time: below(LIMIT) });
    expect(codes(texts, { v: "value 40000" })).toMatchObject({ found: ["arguments-schema"], time: below(LIMIT) });
    const objects = Array.from({ length: 3_000 }, (_, index) => ({ a: index, b: [index] }));
    const lists = { type: "object", properties: { v: { type: "array", items: { enum: objects } } } };
    const values = Array.from({ length: 10_000 }, () => ({ b: [2_999], a: 2_999 }));
    expect(codes(lists, { v: values })).toMatchObject({ found: [], time: below(LIMIT) });
    expect(codes(lists, { v: [{ a: 1 }] }).found).toEqual(["arguments-schema"]);
  });

  it("are checked as before", () => {
    expect(codes(enumOf([1, "a", null, true]), { v: 1 }).found).toEqual([]);
    expect(codes(enumOf([1, "a", null, true]), { v: null }).found).toEqual([]);
    expect(codes(enumOf([1, "a"]), { v: "1" }).findings[0]?.message).toContain(
      'v must be equal to one of the allowed values: [1,"a"]',
    );
    expect(codes(enumOf(["a", "b", "a"]), { v: "a" }).found).toEqual(["parameters-schema"]);
    expect(codes(enumOf([]), { v: "a" }).found).toEqual(["parameters-schema"]);
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
