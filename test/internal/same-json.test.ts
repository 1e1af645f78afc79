import { expect, it } from "vitest";
import { parseExact } from "../../src/internal/exact-json.js";
import { sameJson, sameJsonInOrder } from "../../src/internal/same-json.js";

it("compares JSON whatever the order of its keys, or by it", () => {
  const [left, right] = [
    { a: [1, { b: null }], c: "x" },
    { c: "x", a: [1, { b: null }] },
  ];
  expect([sameJson(left, right), sameJsonInOrder(left, right)]).toEqual([true, false]);
  expect([sameJson(left, structuredClone(left)), sameJsonInOrder(left, structuredClone(left))]).toEqual([true, true]);
  for (const other of [{ a: [1], c: "x" }, { a: [1, { b: 0 }], c: "x" }, { a: [1, { b: null }], d: "x" }, [], null])
    expect([sameJson(left, other), sameJsonInOrder(left, other)]).toEqual([false, false]);
});

it("tells numbers apart that one double stands for, and compares them with doubles", () => {
  const [one, other] = [parseExact("[1234567890123456789]"), parseExact("[1234567890123456788]")];
  expect(sameJson(one, other)).toBe(false);
  expect(sameJson(one, parseExact("[1234567890123456789.0]"))).toBe(true);
  expect(sameJson(one, JSON.parse("[1234567890123456789]"))).toBe(true);
  expect(sameJson(parseExact("[1e400]"), [Infinity])).toBe(true);
});

it("lets numbers differ by a share of the larger one", () => {
  expect(sameJson({ n: 100 }, { n: 101 }, 0.01)).toBe(true);
  expect(sameJson({ n: 100 }, { n: 102 }, 0.01)).toBe(false);
});
