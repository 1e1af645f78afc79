import { asRunnable } from "langsmith-finetune";
import { describe, expect, it } from "vitest";

async function* records() {
  for (const id of [1, 2, 3]) yield { id };
}
const keep = (source: AsyncIterable<{ id: number }>) =>
  (async function* () {
    for await (const record of source) if (record.id !== 2) yield record;
  })();
async function collect(source: AsyncIterable<{ id: number }>) {
  const items: { id: number }[] = [];
  for await (const item of source) items.push(item);
  return items;
}

const pipeline = () =>
  asRunnable(() => records(), { name: "load" })
    .pipe(asRunnable(keep))
    .pipe(asRunnable(collect));

describe("asRunnable", () => {
  it("passes iterables through a chain untouched", async () => {
    expect(await pipeline().invoke(undefined)).toEqual([{ id: 1 }, { id: 3 }]);
  });

  it("gives all records through .stream and .batch", async () => {
    const chunks: unknown[] = [];
    for await (const chunk of await pipeline().stream(undefined)) chunks.push(chunk);
    expect(chunks).toEqual([[{ id: 1 }, { id: 3 }]]);
    expect(await pipeline().batch([undefined, undefined])).toEqual([
      [{ id: 1 }, { id: 3 }],
      [{ id: 1 }, { id: 3 }],
    ]);
  });

  it("shows each step to callbacks, by name", async () => {
    const starts: string[] = [];
    let ends = 0;
    await pipeline().invoke(undefined, {
      callbacks: [
        {
          handleChainStart: (_chain, _inputs, _runId, _parent, _tags, _metadata, _type, name) =>
            void starts.push(name ?? "?"),
          handleChainEnd: () => void (ends += 1),
        },
      ],
    });
    expect(starts).toEqual(["?", "load", "keep", "collect"]);
    expect(ends).toBe(4);
  });

  it("pulls nothing before somebody iterates", async () => {
    let pulled = 0;
    const source = (async function* () {
      pulled += 1;
      yield { id: 1 };
    })();
    const kept = await asRunnable(keep).invoke(source);
    expect(pulled).toBe(0);
    expect(await collect(kept)).toEqual([{ id: 1 }]);
  });

  it("retries, and passes the caller's signal on", async () => {
    let tries = 0;
    const flaky = asRunnable(() => {
      tries += 1;
      if (tries < 2) throw new Error("not yet");
      return tries;
    }).withRetry({ stopAfterAttempt: 2 });
    expect(await flaky.invoke(undefined)).toBe(2);

    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    await asRunnable((_: undefined, { signal }) => void (seen = signal)).invoke(undefined, {
      signal: controller.signal,
    });
    expect(seen?.aborted).toBe(false);
    controller.abort();
    expect(seen?.aborted).toBe(true);
  });
});
