import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDigestIndex, highWord, lowWord } from "../../src/internal/storage/digest-index.js";
import { orderBy } from "../../src/internal/storage/order-by.js";
import { createRecordStore } from "../../src/internal/storage/record-store.js";

describe.each([
  ["in memory", Infinity],
  ["in a file", 0],
])("records %s", (_, memory) => {
  it("come back whole, one by one and all in order, while others are still added", () => {
    const store = createRecordStore(3, memory);
    const recordOf = (index: number) => [index, index * 7, 0xffffffff - index];
    const target = new Uint32Array(5);
    const count = 70_000;
    for (let index = 0; index < count; index += 1) {
      store.push(Uint32Array.from(recordOf(index)));
      if (index % 997 !== 0) continue;
      for (const earlier of [index, index >> 1, 0]) {
        store.read(earlier, target, 2);
        expect([...target.subarray(2)]).toEqual(recordOf(earlier));
      }
    }
    let next = 0;
    let wrong = 0;
    store.each((words, start, index) => {
      const [first, second, third] = recordOf(index);
      if (index !== next || words[start] !== first || words[start + 1] !== second || words[start + 2] !== third)
        wrong += 1;
      next += 1;
    });
    expect([next, wrong, store.length]).toEqual([count, 0, count]);
    store.close();
    expect(store.length).toBe(0);
    store.close();
  });
});

describe("orderBy", () => {
  it("orders by key and then by comparing, as a sort does", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: fc.integer({ min: 0, max: 2 ** 26 - 1 }), second: fc.nat(5) })),
        fc.array(fc.nat(3)),
        (items, few) => {
          const all = [...items, ...few.map((key, second) => ({ key, second }))];
          const at = (number: number) => all[number] as { key: number; second: number };
          const compareEqual = (left: number, right: number) => at(left).second - at(right).second || left - right;
          const numbers = Uint32Array.from(all.keys());
          const expected = [...all.keys()].sort(
            (left, right) => at(left).key - at(right).key || compareEqual(left, right),
          );
          expect([...orderBy(numbers, (number) => at(number).key, compareEqual)]).toEqual(expected);
        },
      ),
    );
  });
});

describe("a digest index", () => {
  it("numbers digests as a Map does", () => {
    const index = createDigestIndex();
    const known = new Map<string, number>();
    for (let step = 0; step < 30_000; step += 1) {
      const digest = createHash("sha256")
        .update(String(step % 20_000))
        .digest("hex")
        .slice(0, 32);
      const expected = known.get(digest) ?? known.size;
      known.set(digest, expected);
      expect(index.add(digest)).toBe(expected);
    }
    expect(index.size).toBe(20_000);
    const digests = [...known.keys()];
    for (const [number, digest] of digests.entries()) {
      expect(index.find(highWord(digest), lowWord(digest))).toBe(number);
      expect(index.text(number)).toBe(digest.slice(0, 16));
    }
    expect(index.find(1, 2)).toBe(-1);
    const order = (left: string, right: string) => (left < right ? -1 : 1);
    expect(Math.sign(index.compare(0, 1))).toBe(order(digests[0] as string, digests[1] as string));
  });
});
