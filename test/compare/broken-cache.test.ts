import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { cacheKey, openCache } from "../../src/internal/storage/paid-cache.js";

it("loses the answer of a broken line and no other", async () => {
  const directory = await mkdtemp(join(tmpdir(), "cache-"));
  try {
    const path = join(directory, "answers.jsonl");
    const [a, b, c] = ["a", "b", "c"].map((name) => cacheKey(name)) as [string, string, string];
    const line = (key: string, value: string) => JSON.stringify({ key, value });
    const torn = `{"key":"${b}","value":`;
    await writeFile(path, [line(a, "A"), torn, "\u0000\u0000", "null", "[]", line(c, "C"), torn].join("\n"));
    const cache = await openCache(path);
    expect([cache.get(a), cache.get(b), cache.get(c)]).toEqual(["A", undefined, "C"]);
    await cache.set(b, "B");
    const again = await openCache(path);
    expect([again.get(a), again.get(b), again.get(c)]).toEqual(["A", "B", "C"]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
