import { describe, expect, it } from "vitest";
import { sourceOf, withSource } from "langsmith-finetune";
import { createSpool, range } from "../../src/internal/storage/spool.js";

const rowAt = (index: number) =>
  withSource(
    { text: `row ${index}\nof "two" lines, in UTF-8: ä ${"x".repeat(index)}` },
    { runId: `run-${index}`, line: index + 1 },
  );

describe.each([
  ["of rows that are held", true],
  ["of rows that are written down", false],
])("a spool %s", (_, held) => {
  it("gives rows with their sources, and the source of any row, while others are still added", async () => {
    const spool = createSpool<{ text: string }>({ held });
    for (let index = 0; index < 100; index += 1) {
      spool.add(rowAt(index));
      expect(spool.source(index >> 1)).toEqual({ runId: `run-${index >> 1}`, line: (index >> 1) + 1 });
    }
    const read: { text: string }[] = [];
    for await (const chunk of spool.read(range(spool.size))) read.push(...chunk);
    expect(read).toEqual(Array.from({ length: 100 }, (_row, index) => rowAt(index)));
    expect(read.map((row) => sourceOf(row).line)).toEqual(Array.from({ length: 100 }, (_row, index) => index + 1));
  });

  it("gives back what was read from memory when it has gone to the disk since", async () => {
    const spool = createSpool<{ text: string }>({ held });
    for (let index = 0; index < 600; index += 1) spool.add(rowAt(index));
    const read: { text: string }[] = [];
    for await (const chunk of spool.read(range(600))) {
      read.push(...chunk);
      // More than the buffer holds.
      for (let index = 0; index < 200; index += 1) spool.add({ text: "x".repeat(2000) });
    }
    expect(read).toEqual(Array.from({ length: 600 }, (_row, index) => rowAt(index)));
    expect(spool.source(5)).toEqual({ runId: "run-5", line: 6 });
  });

  it("reads rows larger than its buffers, and serves two readers at once", async () => {
    const spool = createSpool<{ text: string }>({ held });
    const sizes = [10, 3_000_000, 20, 400_000];
    for (const size of sizes) spool.add({ text: "é".repeat(size) });
    const lengths = async () => {
      const found: number[] = [];
      for await (const lines of spool.readLines(range(spool.size)))
        for (const { json } of lines) found.push((JSON.parse(json) as { text: string }).text.length);
      return found;
    };
    expect(await Promise.all([lengths(), lengths()])).toEqual([sizes, sizes]);
  });
});
