import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import {
  buildDataset,
  curate,
  deduplicate,
  InvalidOptionError,
  markClusters,
  sampleExamples,
  sourceOf,
  writeJsonl,
  type PreferenceExample,
  type Skip,
  type TrainingExample,
} from "langsmith-finetune";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createExactSearch } from "../../src/curate/semantic/exact-search.js";
import { createIndexSearch } from "../../src/curate/semantic/index-search.js";
import type { NeighbourSearch } from "../../src/curate/semantic/neighbour-search.js";
import { piecesOf } from "../../src/curate/semantic/pieces.js";
import { normalise } from "../../src/curate/semantic/vector-store.js";
import { bundleScript } from "../bundle-script.js";
import { collect, conversation, example, row, sentence, shuffled, system } from "./rows.js";
import { WordEmbeddings } from "./stand-in-embeddings.js";

const THRESHOLD = 0.9;
const ANSWER = "It left our warehouse this morning and comes tomorrow before noon.";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "semantic-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const where = row("Where is the parcel that I ordered last week from you?", ANSWER);
const whereAgain = row("Where is the shipment that I ordered last week from you?", ANSWER);
const refund = row("How do I get my money back for these shoes?", "Send them back in the box within thirty days.");

async function keptBy(rows: readonly TrainingExample[], options: Parameters<typeof deduplicate>[1]) {
  const skips: Skip[] = [];
  const kept = await collect(deduplicate(rows, { ...options, onSkip: (skip) => skips.push(skip) }));
  return { kept, skips };
}

describe("deduplicate by meaning", () => {
  it("leaves out a row that says in other words what one before it does", async () => {
    const { kept, skips } = await keptBy([where, refund, whereAgain], {
      near: true,
      semantic: { embeddings: new WordEmbeddings(), threshold: THRESHOLD },
    });
    expect(kept).toEqual([where, refund]);
    expect(skips).toMatchObject([
      {
        code: "semantic-duplicate",
        line: 3,
        duplicateOf: { line: 1 },
        message: expect.stringMatching(/similarity is 1\.000/),
      },
    ]);
  });

  it("keeps rows whose answers differ, unless that is asked for", async () => {
    const label = (question: string, answer: string) => row(question, answer);
    const rows = [
      label("Is the parcel that I ordered last week from you here?", "yes"),
      label("Is the shipment that I ordered last week from you here?", "no"),
    ];
    const semantic = { embeddings: new WordEmbeddings(), threshold: THRESHOLD, text: "prompt" as const };
    expect((await keptBy(rows, { semantic })).kept).toEqual(rows);
    expect((await keptBy(rows, { semantic: { ...semantic, answers: "any" } })).kept).toEqual([rows[0]]);
  });

  it("keeps rows whose pictures differ, and pairs that prefer something else", async () => {
    const seen = (url: string) =>
      example(
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url } },
          ],
        },
        { role: "assistant", content: "A tree." },
      );
    const pair = (preferred: string, rejected: string): PreferenceExample => ({
      input: { messages: [{ role: "user" as const, content: "Which?" }] },
      preferred_output: [{ role: "assistant" as const, content: preferred }],
      non_preferred_output: [{ role: "assistant" as const, content: rejected }],
    });
    const semantic = { embeddings: new WordEmbeddings(), threshold: 0.5, answers: "any" as const };
    const pictures = [seen("https://a.test/1.png"), seen("https://a.test/2.png"), seen("https://a.test/1.png")];
    expect(await collect(deduplicate(pictures, { exact: false, semantic }))).toEqual(pictures.slice(0, 2));
    const pairs = [pair("this one", "that one"), pair("that one", "this one")];
    expect(await collect(deduplicate(pairs, { semantic }))).toEqual(pairs);
  });

  it("embeds each text once, without system messages, and compares no row without text", async () => {
    const embeddings = new WordEmbeddings();
    const silent = example({ role: "user", content: "" }, { role: "assistant", content: null, tool_calls: [] });
    const rows = [where, example(system("Be short."), ...where.messages), silent, { ...silent }];
    const { kept } = await keptBy(rows, { exact: false, semantic: { embeddings, threshold: THRESHOLD } });
    expect(embeddings.asked).toEqual([`user: ${String(where.messages[0]?.content)}\nassistant: ${ANSWER}`]);
    expect(kept).toHaveLength(3);
  });

  it("takes the prompt, the answer, calls, or a text of the caller", async () => {
    const called = example(
      { role: "user", content: "Weather?" },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "1", type: "function", function: { name: "weather", arguments: '{"city":"Rome"}' } }],
      },
      { role: "tool", tool_call_id: "1", content: "Sun" },
      { role: "assistant", content: "It is sunny." },
    );
    const askedFor = async (text: "conversation" | "prompt" | "answer" | (() => string)) => {
      const embeddings = new WordEmbeddings();
      await keptBy([called], { semantic: { embeddings, threshold: 1, text } });
      return embeddings.asked;
    };
    const prompt = 'user: Weather?\nassistant: weather({"city":"Rome"})\ntool: Sun';
    expect(await askedFor("prompt")).toEqual([prompt]);
    expect(await askedFor("answer")).toEqual(["It is sunny."]);
    expect(await askedFor("conversation")).toEqual([`${prompt}\nassistant: It is sunny.`]);
    expect(await askedFor(() => "mine")).toEqual(["mine"]);
  });

  it("embeds long texts in pieces, of which nothing is lost and no character is cut", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), fc.integer({ min: 2, max: 40 }), (text, most) => {
        const pieces = piecesOf(text, most);
        expect(pieces.join("")).toBe(text);
        for (const piece of pieces) {
          expect(piece.length).toBeGreaterThan(0);
          expect(piece.length).toBeLessThanOrEqual(most);
          if (text.isWellFormed()) expect(piece.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  it("weighs the pieces of a long text by their lengths", async () => {
    const embeddings = new WordEmbeddings();
    const long = row(`${sentence(1, 40)} ${sentence(2, 40)}`, "yes");
    const same = row(`${sentence(1, 40)}  ${sentence(2, 40)}`, "yes");
    const semantic = { embeddings, threshold: 0.99, text: "prompt" as const, maxCharacters: 100 };
    const { kept } = await keptBy([long, same, row(sentence(3, 80), "yes")], { semantic });
    expect(embeddings.asked.every((text) => text.length <= 100)).toBe(true);
    expect(kept).toHaveLength(2);
  });

  it("is a step of curate, which reports it and writes no key into the report", async () => {
    const words = new WordEmbeddings();
    const embedDocuments = (texts: string[]) => words.embedDocuments(texts);
    const embedQuery = (text: string) => words.embedQuery(text);
    const embeddings = { model: "stand-in", apiKey: "sk-secret-of-embeddings", embedDocuments, embedQuery };
    const { train, report } = await curate([where, refund, whereAgain], {
      deduplicate: { semantic: { embeddings, threshold: THRESHOLD } },
    });
    expect(await collect(train)).toEqual([where, refund]);
    expect(report.removed).toMatchObject([{ step: "deduplicate", code: "semantic-duplicate", count: 1 }]);
    expect(report.options).toMatchObject({ deduplicate: { semantic: { embeddings: "(stand-in)" } } });
    expect(JSON.stringify(report)).not.toContain("sk-secret");
  });

  it("asks nothing about rows that go as exact duplicates", async () => {
    const embeddings = new WordEmbeddings();
    const semantic = { embeddings, threshold: THRESHOLD };
    await curate([where, { ...where }, refund], { deduplicate: { semantic } });
    expect(embeddings.asked).toHaveLength(2);
  });

  it("gives the same rows in every order where there is a split", async () => {
    const rows = Array.from({ length: 30 }, (_, index) =>
      conversation(
        [
          ["user", `The ${index % 2 ? "parcel" : "shipment"} of ${sentence(index % 10, 4)}`],
          ["assistant", ANSWER],
        ],
        { threadId: `thread-${index}` },
      ),
    );
    const options = {
      deduplicate: { semantic: { embeddings: new WordEmbeddings(), threshold: 0.99 } },
      split: true,
    };
    const threads = async (given: readonly TrainingExample[]) => {
      const { train, validation } = await curate(given, options);
      return [...(await collect(train)), ...(await collect(validation))].map((one) => sourceOf(one).threadId).sort();
    };
    const first = await threads(rows);
    expect(first).toHaveLength(10);
    expect(await threads(shuffled(rows, 3))).toEqual(first);
  });
});

describe("embeddings", () => {
  const rows = Array.from({ length: 10 }, (_, index) => row(`Question ${sentence(index, 6)}`, "yes"));
  const semantic = { threshold: 0.99, batchSize: 3, concurrency: 2 };

  it("are asked in batches, and paid for once", async () => {
    const embeddings = new WordEmbeddings();
    const options = { semantic: { ...semantic, embeddings, cache: folder } };
    const { kept } = await keptBy(rows, options);
    expect(embeddings.calls.map((call) => call.length)).toEqual([3, 3, 3, 1]);
    const again = new WordEmbeddings();
    expect((await keptBy(rows, { semantic: { ...semantic, embeddings: again, cache: folder } })).kept).toEqual(kept);
    expect(again.calls).toEqual([]);
    // Another model, or another size of its vectors, is another question.
    const other = new WordEmbeddings(16);
    await keptBy(rows, { semantic: { ...semantic, embeddings: other, cache: folder } });
    await keptBy(rows, { semantic: { ...semantic, embeddings: again, cache: folder, model: "another" } });
    expect([other.asked.length, again.asked.length]).toEqual([10, 10]);
  });

  it("are tried again after a transient failure, and keep what was paid for after one that stays", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"], shouldAdvanceTime: true, advanceTimeDelta: 1000 });
    try {
      const embeddings = new WordEmbeddings();
      let calls = 0;
      const embedDocuments = vi.spyOn(embeddings, "embedDocuments");
      const given = embedDocuments.getMockImplementation() ?? WordEmbeddings.prototype.embedDocuments.bind(embeddings);
      embedDocuments.mockImplementation(async (texts) => {
        calls += 1;
        if (calls === 1) throw Object.assign(new Error("Slow down, key sk-abcdefghijklmnop1234"), { status: 429 });
        if (calls >= 4) throw Object.assign(new Error("No such model sk-abcdefghijklmnop1234"), { status: 404 });
        return given(texts);
      });
      const options = { semantic: { ...semantic, concurrency: 1, embeddings, cache: folder } };
      const failure = await keptBy(rows, options).catch((error: unknown) => error as Error);
      expect(failure).toMatchObject({ name: "ServiceError", message: expect.stringMatching(/Embedding rows failed/) });
      expect(String(failure)).not.toContain("sk-abcdefghijklmnop1234");
      const again = new WordEmbeddings();
      await keptBy(rows, { semantic: { ...semantic, embeddings: again, cache: folder } });
      expect(again.asked).toHaveLength(4);
    } finally {
      vi.useRealTimers();
    }
  });

  it("stop with the signal, and report how far they are", async () => {
    const embeddings = new WordEmbeddings();
    const controller = new AbortController();
    vi.spyOn(embeddings, "embedDocuments").mockImplementation(() => {
      controller.abort(new Error("Enough."));
      return new Promise(() => undefined);
    });
    await expect(keptBy(rows, { semantic: { ...semantic, embeddings }, signal: controller.signal })).rejects.toThrow(
      "Enough.",
    );
    const seen: unknown[] = [];
    await keptBy(rows, {
      semantic: { ...semantic, embeddings: new WordEmbeddings(), onProgress: (progress) => seen.push(progress) },
    });
    expect(seen.at(-1)).toMatchObject({ step: "embed", unit: "text", done: 10, finished: true });
  });

  it.each([
    ["too few vectors", () => [[1, 2]], /answered 10 texts with 1 vectors/],
    ["no numbers", (texts: string[]) => texts.map(() => [Number.NaN]), /something else than numbers/],
    ["nothing but zeros", (texts: string[]) => texts.map(() => [0, 0]), /nothing but zeros/],
    [
      "two lengths",
      (texts: string[]) => texts.map((_, index) => [1, ...(index > 4 ? [1] : [])]),
      /of 1 and of 2 numbers/,
    ],
  ])("that give %s are an error", async (_, answer, message) => {
    const embeddings = new WordEmbeddings();
    vi.spyOn(embeddings, "embedDocuments").mockImplementation(async (texts) => answer(texts));
    await expect(keptBy(rows, { semantic: { threshold: 0.9, embeddings } })).rejects.toThrow(message);
  });

  it("that were killed go on where they were", async () => {
    const log = join(folder, "asked.txt");
    const script = await bundleScript(fileURLToPath(new URL("embed-and-die.ts", import.meta.url)));
    const run = (word: string) =>
      new Promise<string | null>((resolve) => {
        const child = spawn(process.execPath, [script, folder, log, word], { stdio: ["ignore", "ignore", "inherit"] });
        child.on("exit", (code, signal) => resolve(signal ?? String(code)));
      });
    expect(await run("die")).toBe("SIGKILL");
    expect(await run("live")).toBe("0");
    const asked = (await readFile(log, "utf8")).trim().split("\n");
    expect([...asked].sort()).toEqual(Array.from({ length: 8 }, (_, index) => `user: q${index}`));
  });
});

describe("neighbour search", () => {
  const dimensions = 96;
  /** Unit vectors around some centres; every sixth is one before it, changed a little. */
  function vectorsOf(count: number): Float32Array[] {
    let state = 7;
    const random = () => {
      state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
      return (state >>> 0) / 2 ** 32 - 0.5;
    };
    const vectors: Float32Array[] = [];
    for (let index = 0; index < count; index += 1) {
      const other = index % 6 === 5 ? vectors[Math.floor((random() + 0.5) * index)] : undefined;
      const vector = Float32Array.from({ length: dimensions }, (_, place) =>
        other ? (other[place] as number) + 0.06 * random() : random() + 0.4 * Math.sin(place * ((index % 20) + 1)),
      );
      normalise(vector);
      vectors.push(vector);
    }
    return vectors;
  }

  function pairsOf(search: NeighbourSearch, vectors: readonly Float32Array[]): Set<string> {
    const pairs = new Set<string>();
    for (const [number, vector] of vectors.entries()) {
      for (const near of search.near(vector, 1)[0] ?? []) pairs.add(`${near.number}-${number}`);
      search.add(number, vector);
    }
    search.close();
    return pairs;
  }

  it("by comparing everything finds what a plain comparison does", () => {
    const vectors = vectorsOf(200);
    const expected = new Set<string>();
    for (const [number, vector] of vectors.entries())
      for (let other = 0; other < number; other += 1)
        if (
          (vectors[other] as Float32Array).reduce((sum, value, place) => sum + value * (vector[place] as number), 0) >=
          0.97
        )
          expected.add(`${other}-${number}`);
    expect(expected.size).toBeGreaterThan(30);
    expect(pairsOf(createExactSearch(dimensions, 0.97), vectors)).toEqual(expected);
  });

  it("by an index names nothing that is not near, and misses little, also of what went to the disk", async () => {
    const vectors = vectorsOf(600);
    const expected = pairsOf(createExactSearch(dimensions, 0.97), vectors);
    expect(expected.size).toBeGreaterThan(80);
    const small = await createIndexSearch(dimensions, 0.97, 250 * (dimensions + 256));
    for (const search of [await createIndexSearch(dimensions, 0.97), small]) {
      const found = pairsOf(search, vectors);
      const right = [...found].filter((pair) => expected.has(pair));
      expect(right).toHaveLength(found.size);
      expect(right.length / expected.size).toBeGreaterThan(0.99);
    }
  });

  it("by an index gives the same rows as comparing everything", async () => {
    const rows = Array.from({ length: 120 }, (_, index) =>
      row(`The ${index % 3 ? "parcel" : "shipment"} of ${sentence(index % 50, 5)}`, ANSWER),
    );
    const embeddings = new WordEmbeddings();
    const [exact, index] = await Promise.all(
      (["exact", "hnsw"] as const).map((kind) =>
        keptBy(rows, { semantic: { embeddings, threshold: 0.99, index: kind } }),
      ),
    );
    expect(exact?.kept.length).toBe(50);
    expect(index).toEqual(exact);
  });
});

describe("clusters and diversity", () => {
  const topics = ["parcel late tracking courier", "refund money card bank", "password login account reset"];
  const rows = Array.from({ length: 90 }, (_, index) => {
    // Nine of ten are about the first.
    const topic = index % 10 === 8 ? 1 : index % 10 === 9 ? 2 : 0;
    return row(`${topics[topic]} ${topics[topic]} ${sentence(index, 1)}`, "yes", { tags: [`topic-${topic}`] });
  });
  const topicOf = (one: TrainingExample) => sourceOf(one).tags?.[0] ?? "";
  const settings = { embeddings: new WordEmbeddings(), text: "prompt" as const };

  it("put rows of like meaning together, the same in every order", async () => {
    const clusters = async (given: readonly TrainingExample[]) => {
      const marked = await collect(markClusters(given, { ...settings, clusters: 3 }));
      expect(marked.map((one) => one.messages)).toEqual(given.map((one) => one.messages));
      return new Map(marked.map((one) => [String(one.messages[0]?.content), sourceOf(one).cluster]));
    };
    const found = await clusters(rows);
    const byTopic = new Map<string, Set<number | undefined>>();
    for (const one of rows) {
      const own = byTopic.get(topicOf(one)) ?? new Set();
      byTopic.set(topicOf(one), own.add(found.get(String(one.messages[0]?.content))));
    }
    expect([...byTopic.values()].map((own) => own.size)).toEqual([1, 1, 1]);
    expect(new Set(found.values()).size).toBe(3);
    expect(await clusters(shuffled(rows, 5))).toEqual(found);
  });

  it("choose from all over what rows mean", async () => {
    const count = (chosen: readonly TrainingExample[]) =>
      ["topic-0", "topic-1", "topic-2"].map((topic) => chosen.filter((one) => topicOf(one) === topic).length);
    const options = { size: 12, diverse: { ...settings, clusters: 3 } };
    const chosen = await collect(sampleExamples(rows, options));
    expect(count(chosen)).toEqual([4, 4, 4]);
    expect(count(await collect(sampleExamples(rows, { size: 12 })))[0]).toBeGreaterThan(6);
    expect(new Set(await collect(sampleExamples(shuffled(rows, 9), options)))).toEqual(new Set(chosen));
    const shares = await collect(sampleExamples(rows, { ...options, method: "stratified", size: 20 }));
    expect(count(shares)).toEqual([16, 2, 2]);
    const { train } = await curate(rows, { sample: options });
    expect(await collect(train)).toEqual(chosen);
  });

  it("refuse a group beside them, and a text that is none", async () => {
    expect(() => sampleExamples(rows, { size: 2, by: "tags", diverse: settings })).toThrow(InvalidOptionError);
    const options = { ...settings, clusters: 2, text: () => 1 as unknown as string };
    await expect(collect(markClusters(rows, options))).rejects.toThrow(/options\.text must return a text/);
  });
});

it("works with engines whose workers are elsewhere: rows are compared where they come together", async () => {
  const { threads } = await import("langsmith-finetune/engines/threads");
  const from = join(folder, "rows.jsonl");
  await writeJsonl(from, [where, refund, whereAgain]);
  const options = {
    from,
    curate: {
      deduplicate: { semantic: { embeddings: new WordEmbeddings(), threshold: THRESHOLD } },
      sample: { size: 1, diverse: { embeddings: new WordEmbeddings() } },
    },
  };
  const inThread = await buildDataset({ ...options, to: join(folder, "inline") });
  expect(inThread.removed.map(({ code, count }) => [code, count])).toEqual([
    ["semantic-duplicate", 1],
    ["not-chosen", 1],
  ]);
  // The workers are the build's; what is sent to them is looked at here.
  const { encodeJob } = await import("../../src/engine/worker/job.js");
  const { withoutMeaning } = await import("../../src/curate/curate-options.js");
  const work = { runs: false, load: {}, convert: {}, curate: withoutMeaning(options.curate) };
  expect(JSON.stringify(encodeJob(work, undefined, threads().name).options)).not.toContain("embeddings");
});
