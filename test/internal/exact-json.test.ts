import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalNumber, ExactNumber, isHeld, parseExact, stringifyExact } from "../../src/internal/exact-json.js";
import { stableStringify } from "../../src/internal/stable-stringify.js";

/** Texts of JSON numbers: whole ones of any length, fractions, exponents. */
const numberTexts = fc
  .tuple(
    fc.boolean(),
    fc.oneof(
      fc.bigInt({ min: 0n, max: 10n ** 30n }).map(String),
      fc.constantFrom("9007199254740991", "9007199254740993", "1234567890123456789", "0"),
    ),
    fc.option(fc.stringMatching(/^\d{1,25}$/), { nil: undefined }),
    fc.option(fc.integer({ min: -420, max: 420 }), { nil: undefined }),
  )
  .map(
    ([negative, whole, fraction, exponent]) =>
      `${negative ? "-" : ""}${whole}${fraction === undefined ? "" : `.${fraction}`}${exponent === undefined ? "" : `e${exponent}`}`,
  );

/** JSON text with such numbers in it, and texts that look like them. */
const documents = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    numberTexts,
    fc
      .oneof(fc.string(), numberTexts, fc.constantFrom('"', "\\", '\\"12345678901234567890'))
      .map((text) => JSON.stringify(text)),
    fc.constantFrom("true", "null"),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
    fc
      .uniqueArray(fc.tuple(fc.oneof(fc.string(), numberTexts, fc.constant("__proto__")), tie("value")), {
        maxLength: 4,
        selector: ([key]) => key,
      })
      .map((fields) => `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`),
  ),
})).value;

/** The numbers of JSON text, outside of its strings. */
const numbersOf = (text: string) =>
  [...text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').matchAll(/-?\d[\d.eE+-]*/g)].map(([number]) => number);

const doubles = (value: unknown): unknown => {
  if (value instanceof ExactNumber) return Number(value);
  if (Array.isArray(value)) return value.map(doubles);
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.create(null) as Record<string, unknown>;
  for (const [key, item] of Object.entries(value)) copy[key] = doubles(item);
  return copy;
};

describe("exact JSON", () => {
  it("keeps the value of every number, and is JSON.parse for all else", () => {
    fc.assert(
      fc.property(documents, (text) => {
        const value = parseExact(text);
        const written = stringifyExact(value) ?? "";
        const order = (numbers: string[]) => numbers.map(canonicalNumber).sort();
        expect(order(numbersOf(written))).toEqual(order(numbersOf(text)));
        // The same structure and texts as plain JSON has: only the digits differ.
        expect(doubles(value)).toEqual(doubles(JSON.parse(text)));
        expect(stringifyExact(parseExact(written))).toBe(written);
      }),
      { numRuns: 500 },
    );
  });

  it("leaves plain values as they are, byte for byte", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(stringifyExact(value)).toBe(text);
        expect(parseExact(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("says which texts a double holds", () => {
    for (const held of [
      "0",
      "-0",
      "1.50",
      "0.1",
      "1e21",
      "100000000000000000000",
      "9007199254740992",
      "1E5",
      "-2.5e-7",
    ])
      expect([held, isHeld(held)]).toEqual([held, true]);
    for (const lost of ["9007199254740993", "0.12345678901234567", "1e400", "1e-400", "123456789012345678901"])
      expect([lost, isHeld(lost)]).toEqual([lost, false]);
  });

  it("tells numbers apart that a double does not, in the canonical form too", () => {
    const canonical = (text: string) => stableStringify(parseExact(text));
    expect(canonical('{"id":1234567890123456789}')).not.toBe(canonical('{"id":1234567890123456790}'));
    expect(canonical('{"id":1234567890123456789}')).toBe(canonical('{ "id": 1234567890123456789.0 }'));
    expect(canonical('{"id":1234567890123456789}')).not.toBe(canonical('{"id":"1234567890123456789"}'));
  });

  it("throws as JSON.parse does", () => {
    expect(() => parseExact('{"id":12345678901234567890')).toThrow(SyntaxError);
    expect(() => parseExact("01234567890123456789")).toThrow(SyntaxError);
  });

  it("stays quick on a megabyte of any kind", () => {
    for (const text of [
      JSON.stringify("9".repeat(1_000_000)),
      JSON.stringify('\\"'.repeat(300_000)),
      `[${"12345678901234567,".repeat(5_000)}0]`,
      "9".repeat(1_000_000),
    ]) {
      const begun = performance.now();
      stringifyExact(parseExact(text));
      expect(performance.now() - begun).toBeLessThan(2_000);
    }
  });
});
