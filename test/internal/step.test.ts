import { describe, expect, it } from "vitest";
import { chunksOf, step } from "../../src/internal/step.js";

const double = () => ({ item: (value: number, output: number[]) => void output.push(value * 2) });

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe("step", () => {
  it("pulls nothing before it is iterated, and one item at a time", async () => {
    let pulled = 0;
    function* numbers() {
      for (;;) yield ++pulled;
    }
    const doubled = step(numbers(), double);
    expect(pulled).toBe(0);
    for await (const value of doubled) if (value >= 6) break;
    expect(pulled).toBe(3);
  });

  it("opens a re-iterable source anew on each pass, with fresh state", async () => {
    const numbered = step(["a", "b"], () => {
      let count = 0;
      return { item: (value: string, output: string[]) => void output.push(`${++count}${value}`) };
    });
    expect(await collect(numbered)).toEqual(["1a", "2b"]);
    expect(await collect(numbered)).toEqual(["1a", "2b"]);
  });

  it("closes the source and itself on early exit, also through several steps", async () => {
    let closed = 0;
    async function* source() {
      try {
        yield 1;
        yield 2;
      } finally {
        closed += 1;
      }
    }
    const steps = step(
      step(source(), () => ({ ...double(), close: () => void (closed += 10) })),
      double,
    );
    for await (const value of steps) if (value > 0) break;
    expect(closed).toBe(11);
  });

  it("hands on what came before the item that throws", async () => {
    const failing = step([1, 2, 3], () => ({
      item(value: number, output: number[]) {
        if (value === 3) throw new Error("three");
        output.push(value);
      },
    }));
    const seen: number[] = [];
    const pass = (async () => {
      for await (const chunk of chunksOf(failing, 64)) seen.push(...chunk);
    })();
    await expect(pass).rejects.toThrow("three");
    expect(seen).toEqual([1, 2]);
  });

  it("gives a sink whole chunks through the chain", async () => {
    const sizes: number[] = [];
    for await (const chunk of chunksOf(step(step([1, 2, 3, 4, 5], double), double), 2)) sizes.push(chunk.length);
    expect(sizes).toEqual([2, 2, 1]);
  });

  it("stops with the signal's reason", async () => {
    const controller = new AbortController();
    const pass = (async () => {
      for await (const value of step([1, 2, 3], double, { signal: controller.signal }))
        if (value === 4) controller.abort(new Error("enough"));
    })();
    await expect(pass).rejects.toThrow("enough");
  });
});
