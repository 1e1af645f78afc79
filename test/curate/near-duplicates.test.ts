import fc from "fast-check";
import { deduplicate, splitExamples, type TrainingExample } from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { exactSimilarity } from "../../src/curate/duplicates/exact-similarity.js";
import { bandsFor, createSignature, similarity } from "../../src/curate/duplicates/min-hash.js";
import { createNearIndex } from "../../src/curate/duplicates/near-duplicates.js";
import { collect, row, sentence, shuffled } from "./rows.js";

/** The three-word shingles of a conversation of lower case words, by which rows are compared. */
const known = new WeakMap<TrainingExample, Set<string>>();
function shinglesOf(example: TrainingExample): Set<string> {
  const shingles = known.get(example) ?? findShingles(example);
  known.set(example, shingles);
  return shingles;
}

function findShingles({ messages }: TrainingExample): Set<string> {
  const words = messages
    .filter(({ role }) => role !== "system")
    .flatMap(({ role, content }) => [role, ...String(content).split(" ")]);
  return new Set(words.slice(2).map((word, index) => `${words[index]} ${words[index + 1]} ${word}`));
}

/** The similarity itself, of which signatures give an estimate. */
function jaccard(left: TrainingExample, right: TrainingExample): number {
  const [first, second] = [shinglesOf(left), shinglesOf(right)];
  const shared = [...first].filter((shingle) => second.has(shingle)).length;
  return shared / (first.size + second.size - shared);
}

/** A text, and the same with some of its words changed. */
function alike(seed: number, changes: number, words = 120): [TrainingExample, TrainingExample] {
  const text = sentence(seed, words).split(" ");
  const changed = text.map((word, index) => (index % Math.ceil(words / changes) === seed % 5 ? `${word}x` : word));
  return [row(text.join(" "), "yes"), row(changed.join(" "), "yes")];
}

const rangeOf = (size: number) => Uint32Array.from({ length: size }, (_, index) => index);

/** Which rows are connected, each named by the text of the first in a set order: the same in every order of the rows. */
function clusters(rows: readonly TrainingExample[], threshold: number): string[] {
  const near = createNearIndex((number) => rows[number]);
  for (const example of rows) near.add(example);
  const parent = rows.map((_, index) => index);
  const root = (index: number): number => (parent[index] === index ? index : root(parent[index] as number));
  near.pairs(threshold, rangeOf(rows.length), (left, right) => (parent[root(left)] = root(right)));
  near.close();
  const sets = new Map<number, string[]>();
  for (const [index, example] of rows.entries())
    sets.set(root(index), [...(sets.get(root(index)) ?? []), JSON.stringify(example.messages)]);
  return [...sets.values()].map((set) => set.sort().join()).sort();
}

describe("signatures", () => {
  it("give the Jaccard similarity to the error that is promised", () => {
    const signatureOf = createSignature();
    const errors: number[] = [];
    for (let seed = 0; seed < 300; seed += 1) {
      const [left, right] = alike(seed, 1 + (seed % 30));
      const first = signatureOf(left).slice();
      errors.push(similarity(first, 0, signatureOf(right), 0) - jaccard(left, right));
    }
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
    expect(deviation).toBeLessThan(0.05);
    expect(Math.abs(errors.reduce((sum, error) => sum + error, 0) / errors.length)).toBeLessThan(0.01);
  });

  it("count places that differ, whichever bits do", () => {
    const bytes = fc.uint8Array({ minLength: 128, maxLength: 128 });
    fc.assert(
      fc.property(bytes, fc.array(fc.tuple(fc.nat(127), fc.integer({ min: 1, max: 255 }))), (left, changes) => {
        const right = left.slice();
        for (const [place, bits] of changes) right[place] = (left[place] as number) ^ bits;
        const equal = left.filter((byte, place) => byte === right[place]).length / 128;
        const words = (array: Uint8Array) => new Uint32Array(Uint8Array.from(array).buffer);
        expect(similarity(words(left), 0, words(right), 0)).toBeCloseTo(
          Math.max(0, (equal - 1 / 256) / (255 / 256)),
          12,
        );
      }),
    );
  });
});

describe("near duplicates", () => {
  it.each([0.7, 0.8, 0.9])("are those of %f and more, and hardly one is missed", (threshold) => {
    const pairs = Array.from({ length: 400 }, (_, seed) => alike(seed, 1 + (seed % 25)));
    const rows = pairs.flat();
    const near = createNearIndex((number) => rows[number]);
    for (const example of rows) near.add(example);
    const found = new Set<number>();
    near.pairs(threshold, rangeOf(800), (left, right) => {
      expect(left >> 1).toBe(right >> 1);
      found.add(left >> 1);
    });
    near.close();
    const similarities = pairs.map(([left, right]) => jaccard(left, right));
    const above = [...similarities.keys()].filter((pair) => (similarities[pair] as number) >= threshold);
    expect(above.length).toBeGreaterThan(20);
    expect(above.filter((pair) => found.has(pair)).length / above.length).toBeGreaterThanOrEqual(0.99);
    expect([...found].filter((pair) => (similarities[pair] as number) < threshold)).toEqual([]);
  });

  it("form the same clusters in any order, chains of neighbours included", () => {
    const text = sentence(3, 60).split(" ");
    // Each is near to the next and not to the last.
    const chain = Array.from({ length: 40 }, (_, step) =>
      row(text.map((word, index) => (index < step ? `${word}y` : word)).join(" "), "yes"),
    );
    // Others enough, so that the chain is not what most rows share, which would not count.
    const others = Array.from({ length: 60 }, (_, index) => row(sentence(1_000 + index, 60), "no"));
    const rows = [...chain, ...chain.slice(0, 5), ...others];
    const expected = clusters(rows, 0.8);
    expect(expected.length - others.length).toBeLessThan(20);
    for (let seed = 0; seed < 20; seed += 1) expect(clusters(shuffled(rows, seed), 0.8)).toEqual(expected);
  });

  it("share a band with a probability of 0.999 at the threshold", () => {
    for (const threshold of [0.3, 0.5, 0.7, 0.8, 0.9, 1]) {
      const { bands, width } = bandsFor(threshold);
      expect(bands * width).toBeLessThanOrEqual(128);
      expect(1 - (1 - threshold ** width) ** bands).toBeGreaterThanOrEqual(0.999);
    }
  });
});

describe("rows that deduplicate removes", () => {
  /** Texts with some of the words of a few others, in the same places. */
  const rows = fc.array(fc.tuple(fc.nat(5), fc.nat(30), fc.nat(3)), { minLength: 2, maxLength: 40 }).map((items) =>
    items.map(([seed, changes, answer]) => {
      const text = sentence(seed, 60).split(" ");
      return row(
        text.map((word, index) => (index < changes ? `${word}${changes % 7}` : word)).join(" "),
        sentence(900 + answer, 12),
      );
    }),
  );

  it("have a true twin among those that stay", async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom(0.6, 0.75, 0.85, 0.95), async (all, threshold) => {
        const kept = await collect(deduplicate(all, { exact: false, near: { threshold }, onSkip() {} }));
        for (const gone of all.filter((one) => !kept.includes(one)))
          expect(Math.max(...kept.map((stays) => jaccard(gone, stays)))).toBeGreaterThanOrEqual(threshold);
      }),
      { numRuns: 100 },
    );
  });

  it("are those that an exact comparison of all rows removes", async () => {
    let expected = 0;
    let missed = 0;
    for (let set = 0; set < 12; set += 1) {
      const all = Array.from({ length: 60 }, (_, index) => {
        const text = sentence(set * 100 + (index % 20), 90).split(" ");
        const changes = Math.floor(index / 20) * (1 + (index % 9));
        return row(text.map((word, at) => (at % 11 < 1 && at < changes * 11 ? `${word}q` : word)).join(" "), "done");
      });
      const staying: TrainingExample[] = [];
      for (const one of all) if (!staying.some((other) => jaccard(one, other) >= 0.8)) staying.push(one);
      const kept = await collect(deduplicate(all, { exact: false, near: { threshold: 0.8 }, onSkip() {} }));
      expected += all.length - staying.length;
      missed += kept.filter((one) => !staying.includes(one)).length;
      expect(staying.filter((one) => !kept.includes(one))).toEqual([]);
    }
    expect(expected).toBeGreaterThan(100);
    expect(missed / expected).toBeLessThanOrEqual(0.01);
  });

  it("are compared by the words that are documented", () => {
    fc.assert(
      fc.property(rows, ([first, second]) => {
        if (first && second) expect(exactSimilarity(first, second)).toBeCloseTo(jaccard(first, second), 12);
      }),
    );
  });
});

describe("what most rows share", () => {
  const template = sentence(7, 80);
  const templated = (rest: string, label: string) => row(`${template} ${rest}`, label);
  const distinct = Array.from({ length: 120 }, (_, index) =>
    templated(`w${index}a w${index}b w${index}c`, index % 3 === 0 ? "happy" : "unhappy"),
  );

  it("does not count: a prompt template makes no duplicates", async () => {
    expect(await collect(deduplicate(distinct, { near: { threshold: 0.85 }, onSkip() {} }))).toHaveLength(120);
    const { train, validation } = splitExamples(distinct, { validation: 0.25 });
    const held = (await collect(validation)).length;
    expect(held).toBeGreaterThan(24);
    expect(held).toBeLessThan(36);
    expect((await collect(train)).length).toBe(120 - held);
  });

  it("and rows that are alike beside it are still found, in any order", async () => {
    const rest = (index: number) => sentence(500 + index, 30);
    const rows = Array.from({ length: 40 }, (_, index) => templated(rest(index), "yes"));
    const twins = Array.from({ length: 5 }, (_, index) => templated(`${rest(index)} indeed`, "yes"));
    for (let seed = 0; seed < 5; seed += 1)
      expect(
        await collect(deduplicate(shuffled([...rows, ...twins], seed), { near: { threshold: 0.8 }, onSkip() {} })),
      ).toHaveLength(40);
  });

  it("rows whose answers differ are not duplicates", async () => {
    const text = sentence(3, 200);
    const rows = ["yes", "no", "maybe"].map((label, index) => row(`${text} ${index}`, label));
    expect(await collect(deduplicate(rows, { near: { threshold: 0.85 }, onSkip() {} }))).toHaveLength(3);
    const same = ["yes", "Yes.", "yes"].map((label, index) => row(`${text} ${index}`, label));
    expect(await collect(deduplicate(same, { near: { threshold: 0.85 }, onSkip() {} }))).toHaveLength(1);
  });
});
