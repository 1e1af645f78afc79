import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  buildDataset,
  curate,
  EmptyDatasetError,
  InvalidExamplesError,
  InvalidOptionError,
  readJsonl,
  writeDataset,
  type CurateOptions,
  type Engine,
  type Skip,
} from "langsmith-finetune";
import { inline } from "langsmith-finetune/engines/inline";
import { threads } from "langsmith-finetune/engines/threads";
import { contentOf, filesOf as filesIn, line } from "./datasets.js";
import { itLong } from "../long.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "build-"));
});
afterEach(async () => {
  delete process.env.TEST_STEPS_DIE_ONCE;
  delete process.env.TEST_STEPS_THROW_AT;
  await rm(folder, { recursive: true, force: true });
});

const steps = new URL("./steps.mjs", import.meta.url);
const filesOf = (lines: readonly string[], size: number) => filesIn(folder, lines, size);

/** Does the parts in another order than they come, in this thread. */
function shuffled(seed: number): Engine {
  return {
    name: "shuffled",
    inThread: true,
    async run({ parts, folder, createMapper, done }) {
      const mappers = [await createMapper(), await createMapper()];
      const order = [...parts].sort((left, right) => ((left.index * 7 + seed) % 5) - ((right.index * 7 + seed) % 5));
      for (const [place, part] of order.entries()) {
        await mappers[place % 2]?.map(part, folder);
        done(part);
      }
    },
  };
}

const everything: CurateOptions = {
  split: { validation: 0.2, test: 0.2 },
  deduplicate: { near: { threshold: 0.8 }, perPrompt: 3 },
  sample: { fraction: 0.9 },
  redact: { salt: "test", detectors: ["email"] },
  scan: "all",
};

describe("buildDataset", () => {
  it("writes what curate and writeDataset write", async () => {
    const lines = [...Array(30).keys()].map((number) => line(number % 25));
    const from = join(folder, "rows.jsonl");
    await writeFile(from, `${lines.join("\n")}\n{broken\n\n{"messages":[]}\n`);
    const skips: Skip[] = [];
    const options: CurateOptions = { split: { validation: 0.2 }, scan: "all", onSkip: (skip) => skips.push(skip) };
    const report = await buildDataset({ from, to: join(folder, "built"), curate: options });
    const built = skips.splice(0);
    await writeDataset(join(folder, "curated"), await curate(from, options));
    expect(built).toEqual(skips);
    expect(built.map(({ code, line: at }) => `${code} ${at}`)).toContain("read: invalid-json 31");
    expect(report.rows).toMatchObject({ in: 32, kept: 25 });
    expect(await contentOf(join(folder, "built"))).toEqual(await contentOf(join(folder, "curated")));
  });

  itLong("gives the same bytes in whatever order the parts are done", async () => {
    const rows = fc.array(fc.record({ number: fc.integer({ min: 0, max: 12 }), mail: fc.boolean() }), {
      minLength: 3,
      maxLength: 24,
    });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 6 }), fc.nat(20), async (items, size, seed) => {
        const lines = items.map(({ number, mail }) => line(number, mail ? `mail n${number}@example.org` : ""));
        const from = await filesOf(lines, size);
        await buildDataset({ from, to: join(from, "..", "one"), curate: everything, engine: inline() });
        await buildDataset({ from, to: join(from, "..", "two"), curate: everything, engine: shuffled(seed) });
        expect(await contentOf(join(folder, "two"))).toEqual(await contentOf(join(folder, "one")));
      }),
      { numRuns: 15 },
    );
  });

  it("gives the same bytes on threads, of which one dies on the way", async () => {
    const lines = [...Array(40).keys()].map((number) =>
      line(number, number === 17 ? "die" : number % 9 === 8 ? "unwanted" : ""),
    );
    const from = await filesOf(lines, 4);
    await buildDataset({ from, to: join(folder, "one"), steps, curate: everything });
    process.env.TEST_STEPS_DIE_ONCE = join(folder, "died");
    await buildDataset({ from, to: join(folder, "two"), steps, curate: everything, engine: threads({ count: 2 }) });
    expect((await stat(join(folder, "died"))).isFile()).toBe(true);
    expect(await contentOf(join(folder, "two"))).toEqual(await contentOf(join(folder, "one")));
    expect((await contentOf(join(folder, "one")))["train.jsonl"]).not.toContain("unwanted");
  });

  it("reports a range that fails three times with its file and lines, and goes on", async () => {
    const from = await filesOf(
      [...Array(12).keys()].map((number) => line(number, number === 5 ? "trap" : "")),
      4,
    );
    process.env.TEST_STEPS_THROW_AT = "trap";
    const report = await buildDataset({ from, to: join(folder, "set"), steps });
    expect(report.rows).toMatchObject({ in: 12, kept: 8 });
    const group = report.findings.byCode.find(({ code }) => code === "range-failed");
    expect(group?.examples[0]?.message).toContain("lines 1 to 4 of");
    expect(group?.examples[0]?.message).toContain("rows-0004.jsonl");
    expect(group?.examples[0]?.message).toContain("The condition cannot read this row.");
    const strict = buildDataset({ from, to: join(folder, "none"), steps, curate: { strict: true } });
    await expect(strict).rejects.toSatisfy(InvalidExamplesError.isInstance);
    expect(await contentOf(join(folder, "set"))).toHaveProperty(["manifest.json"]);
    expect((await readdir(join(folder, "none"))).filter((name) => name !== ".build")).toEqual([]);
  });

  it("goes on where it was interrupted", async () => {
    const from = await filesOf(
      [...Array(20).keys()].map((number) => line(number)),
      4,
    );
    const done: number[][] = [];
    const counting = (most: number): Engine => ({
      name: "counting",
      inThread: true,
      async run({ parts, folder, createMapper, done: tell }) {
        const mapper = await createMapper();
        done.push(parts.map(({ index }) => index));
        for (const part of parts.slice(0, most)) {
          await mapper.map(part, folder);
          tell(part);
        }
        if (parts.length > most) throw new Error("The power went off.");
      },
    });
    const to = join(folder, "set");
    await expect(buildDataset({ from, to, engine: counting(3) })).rejects.toThrow("The power went off.");
    expect((await readdir(to)).filter((name) => name !== ".build")).toEqual([]);
    await buildDataset({ from, to, engine: counting(9) });
    expect(done).toEqual([
      [0, 1, 2, 3, 4],
      [3, 4],
    ]);
    await buildDataset({ from, to: join(folder, "other") });
    expect(await contentOf(to)).toEqual(await contentOf(join(folder, "other")));
    // With other options, what was done before is of no use.
    await expect(buildDataset({ from, to, engine: counting(3) })).rejects.toThrow();
    await buildDataset({ from, to, curate: { split: true }, engine: counting(9) });
    expect(done.at(-1)).toHaveLength(5);
  });

  it("ends with the signal's reason, and leaves no dataset", async () => {
    const from = await filesOf(
      [...Array(20).keys()].map((number) => line(number)),
      2,
    );
    for (const engine of [inline(), threads({ count: 2 })]) {
      const stop = new AbortController();
      const to = join(folder, engine.name);
      const onFinding = () => stop.abort(new Error("enough"));
      const building = buildDataset({ from, to, engine, curate: { onFinding }, signal: stop.signal });
      setImmediate(() => stop.abort(new Error("enough")));
      await expect(building).rejects.toThrow("enough");
      expect((await readdir(to)).filter((name) => name !== ".build")).toEqual([]);
    }
  });

  it("reads gzip, JSON and runs, and names the line of what is none", async () => {
    const directory = join(folder, "mixed");
    await mkdir(directory);
    await writeFile(join(directory, "a.jsonl.gz"), gzipSync(`${line(1)}\nnull\n`));
    await writeFile(join(directory, "b.json"), JSON.stringify([JSON.parse(line(2)), JSON.parse(line(3))], null, 2));
    const run = {
      id: "0d4e0000-0000-4000-8000-000000000001",
      run_type: "llm",
      inputs: { messages: [{ role: "user", content: "How many?" }] },
      outputs: { choices: [{ message: { role: "assistant", content: "Four." }, finish_reason: "stop" }] },
      extra: { metadata: { ls_provider: "openai", ls_model_name: "gpt-4o" } },
      trace_id: "0d4e0000-0000-4000-8000-000000000001",
    };
    await writeFile(
      join(directory, "c.jsonl"),
      `${JSON.stringify(run)}\n${JSON.stringify({ ...run, run_type: "chain" })}\n`,
    );
    const skips: Skip[] = [];
    const report = await buildDataset({
      from: directory,
      to: join(folder, "set"),
      curate: { onSkip: (skip) => skips.push(skip) },
    });
    expect(report.rows.kept, JSON.stringify(skips)).toBe(4);
    expect(skips.map(({ code, line: at }) => [code, at])).toEqual([["validate: row-type", 2]]);
  });

  it("says of a run whose stored response is in another part that its history is missing", async () => {
    const run = (number: number, previous?: string) => ({
      id: `0d4e0000-0000-4000-8000-00000000000${number}`,
      run_type: "llm",
      inputs: { model: "m", input: `question ${number}`, ...(previous && { previous_response_id: previous }) },
      outputs: {
        id: `resp_${number}`,
        object: "response",
        status: "completed",
        output: [{ type: "message", role: "assistant", content: [{ type: "output_text", text: `Answer ${number}.` }] }],
      },
      extra: { metadata: { ls_provider: "openai" } },
    });
    const from = await filesOf([JSON.stringify(run(1)), JSON.stringify(run(2, "resp_1"))], 1);
    const skips: Skip[] = [];
    const report = await buildDataset({
      from,
      to: join(folder, "set"),
      curate: { onSkip: (skip) => skips.push(skip) },
    });
    expect(report.rows).toMatchObject({ in: 2, kept: 1 });
    expect(skips).toMatchObject([{ code: "load: missing-history", runId: run(2).id }]);
  });

  it("says which function an engine cannot send, and where to put it", async () => {
    const from = await filesOf([line(1)], 1);
    const where = () => true;
    const building = buildDataset({ from, to: join(folder, "set"), curate: { filter: { where } }, engine: threads() });
    const error = await building.catch((caught: unknown) => caught);
    expect(InvalidOptionError.isInstance(error) && error.option).toBe("curate.filter.where");
    expect(String(error)).toContain("steps: new URL(");
    await buildDataset({ from, to: join(folder, "set"), curate: { filter: { where } }, engine: inline() });
  });

  it("refuses what cannot be used", async () => {
    const from = await filesOf([line(1)], 1);
    const to = join(folder, "set");
    const wrong: unknown[] = [
      { to },
      { from },
      { from, to, engine: "threads" },
      { from, to, form: "x" },
      { from, to, curate: { splitt: true } },
      { from: join(folder, "nothing.jsonl"), to },
    ];
    for (const options of wrong)
      await expect(buildDataset(options as Parameters<typeof buildDataset>[0])).rejects.toSatisfy(
        InvalidOptionError.isInstance,
      );
    expect(() => threads({ count: 0 })).toThrow("count");
    await writeFile(join(folder, "empty.jsonl"), "");
    await expect(buildDataset({ from: join(folder, "empty.jsonl"), to })).rejects.toSatisfy(
      EmptyDatasetError.isInstance,
    );
  });

  it("passes lines on as they are, unless a key stands in them twice", async () => {
    const from = join(folder, "rows.jsonl");
    const spaced = line(1).replace('{"messages":', '{ "messages":').replaceAll('"role": ', '"role":');
    const twice = line(2).replace('"messages":', '"messages":[],"messages":');
    await writeFile(from, `${spaced}\r\n${twice}\n`);
    await buildDataset({ from, to: join(folder, "set") });
    expect((await contentOf(join(folder, "set")))["train.jsonl"]).toBe(`${spaced}\n${line(2)}\n`);
    const rows = [];
    for await (const row of readJsonl(join(folder, "set", "train.jsonl"))) rows.push(row);
    expect(rows).toHaveLength(2);
  });
});
