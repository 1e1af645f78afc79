import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRuns, type Run, type Skip } from "langsmith-finetune";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "read-runs-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}
const write = async (name: string, content: string | Uint8Array) => {
  const path = join(directory, name);
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, content);
  return path;
};
const v1 = (id: string) => ({
  id,
  run_type: "llm",
  status: "success",
  session_id: "p",
  inputs: { messages: [] },
  outputs: {},
});
const v2 = (id: string) => ({
  id,
  run_type: "LLM",
  status: "SUCCESS",
  project_id: "p",
  metadata: { a: 1 },
  inputs: { messages: [] },
});

describe("readRuns, from JSON lines", () => {
  it("reads runs of v1, of v2 and of a bulk export as the same kind of run", async () => {
    const exported = { ...v1("3"), inputs: '{"messages":[]}', outputs: "{}", extra: '{"metadata":{"a":1}}' };
    const path = await write("mixed.jsonl", [v1("1"), v2("2"), exported].map((run) => JSON.stringify(run)).join("\n"));
    const runs = await collect(readRuns(path));
    expect(
      runs.map(({ id, run_type, status, session_id, inputs }) => ({ id, run_type, status, session_id, inputs })),
    ).toEqual(
      ["1", "2", "3"].map((id) => ({
        id,
        run_type: "llm",
        status: "success",
        session_id: "p",
        inputs: { messages: [] },
      })),
    );
    expect(runs.map(({ extra }) => extra).slice(1)).toEqual([{ metadata: { a: 1 } }, { metadata: { a: 1 } }]);
  });

  it("reports what is not a run with its line, and goes on", async () => {
    const lines = [JSON.stringify(v1("1")), "", "{broken", "[1]", '{"name":"no id"}', JSON.stringify(v1("2"))];
    const bytes = Buffer.concat([Buffer.from("\ufeff" + lines.join("\r\n") + "\r\n"), Buffer.from([0xff, 0xfe, 10])]);
    const skips: Skip[] = [];
    const runs = await collect(readRuns(await write("bad.jsonl", bytes), { onSkip: (skip) => skips.push(skip) }));
    expect(runs.map(({ id }) => id)).toEqual(["1", "2"]);
    expect(skips.map(({ code, path }) => [code, path])).toEqual([
      ["invalid-json", "line 3"],
      ["not-a-run", "line 4"],
      ["not-a-run", "line 5"],
      ["invalid-utf8", "line 7"],
    ]);
    await expect(collect(readRuns(join(directory, "bad.jsonl"), { strict: true }))).rejects.toMatchObject({
      name: "SkippedError",
    });
  });

  it("reads gzip, a directory in the order of its paths, and a type of runs only", async () => {
    await write("tree/day=02/b.jsonl.gz", gzipSync(JSON.stringify(v1("2"))));
    await write(
      "tree/day=01/a.jsonl",
      `${JSON.stringify(v1("1"))}\n${JSON.stringify({ ...v1("chain"), run_type: "chain" })}\n`,
    );
    await write("tree/_SUCCESS", "");
    await write("tree/.hidden.jsonl", JSON.stringify(v1("hidden")));
    expect((await collect(readRuns(join(directory, "tree"), { runType: "LLM" }))).map(({ id }) => id)).toEqual([
      "1",
      "2",
    ]);
    expect(await collect(readRuns([join(directory, "tree/day=02"), join(directory, "tree/day=01")]))).toHaveLength(3);
  });

  it("reads a run's children, and a trace with its runs", async () => {
    const tree = { ...v1("root"), run_type: "chain", child_runs: [{ ...v1("a"), child_runs: [v1("b")] }, v1("c")] };
    const trace = { trace_id: "t", run_count: 2, runs: [v1("d"), v1("e")] };
    const path = await write("trees.jsonl", `${JSON.stringify(tree)}\n${JSON.stringify(trace)}\n`);
    expect((await collect(readRuns(path, { runType: "llm" }))).map(({ id }) => id)).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("can be iterated again, closes its file on early exit, and stops at an abort", async () => {
    const path = await write(
      "many.jsonl",
      Array.from({ length: 5000 }, (_, index) => JSON.stringify(v1(String(index)))).join("\n"),
    );
    const runs = readRuns(path);
    for await (const run of runs) if (run.id === "10") break;
    expect(await collect(runs)).toHaveLength(5000);
    const controller = new AbortController();
    const read: Run[] = [];
    await expect(
      (async () => {
        for await (const run of readRuns(path, { signal: controller.signal })) {
          read.push(run);
          controller.abort(new Error("enough"));
        }
      })(),
    ).rejects.toThrow("enough");
    expect(read.length).toBeGreaterThan(0);
  });

  it("says what cannot be read: nothing there, nothing of the kind, a broken archive", async () => {
    await write("empty/readme.txt", "nothing");
    await write("broken.jsonl.gz", gzipSync("x".repeat(1000)).subarray(0, 20));
    for (const name of ["missing.jsonl", "empty", "broken.jsonl.gz"]) {
      await expect(collect(readRuns(join(directory, name)))).rejects.toMatchObject({
        name: "InvalidOptionError",
        option: "path",
        message: expect.stringContaining(name) as string,
      });
    }
  });
});

/** A Zstandard frame of one raw block (RFC 8878, 3.1.1): Node 20 has no encoder. */
function zstandard(bytes: Uint8Array): Uint8Array {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(0xfd2fb528, 0);
  head.writeUInt8(0xa0, 4);
  head.writeUInt32LE(bytes.length, 5);
  head.writeUIntLE((bytes.length << 3) | 1, 9, 3);
  return Buffer.concat([head, bytes]);
}

describe("readRuns, from JSON", () => {
  it.each<[string, unknown, string[]]>([
    ["a run", v1("1"), ["1"]],
    ["a list of runs", [v1("1"), v2("2")], ["1", "2"]],
    ["a trace of the command line tool", { trace_id: "t", run_count: 2, runs: [v1("1"), v1("2")] }, ["1", "2"]],
    [
      "several traces",
      [
        { trace_id: "t", runs: [v1("1")] },
        { trace_id: "u", runs: [v1("2")] },
      ],
      ["1", "2"],
    ],
    [
      "an export with its traces",
      { export_metadata: { total: 1 }, traces: [{ ...v1("1"), child_runs: [v1("2")] }] },
      ["1", "2"],
    ],
    ["a saved page of v2", { items: [v2("1"), v2("2")], next_cursor: "abc" }, ["1", "2"]],
    ["a saved page of v1", { runs: [v1("1")], cursors: { next: null } }, ["1"]],
    ["a list under data", { data: [v1("1"), v1("2")] }, ["1", "2"]],
    ["nothing", [], []],
  ])("reads %s, plain, compressed, and as a line", async (name, value, ids) => {
    const pretty = JSON.stringify(value, undefined, 2);
    const paths = [
      await write(`json/${name}.json`, pretty),
      await write(`json/${name}.json.gz`, gzipSync(pretty)),
      await write(`json/${name}.jsonl`, JSON.stringify(value)),
    ];
    for (const path of paths)
      expect(
        (await collect(readRuns(path))).map(({ id }) => id),
        path,
      ).toEqual(ids);
  });

  it("reads what Python writes for numbers that JSON has not as nothing, and leaves texts alone", async () => {
    const text = `{"id":"1","outputs":{"a":NaN,"b":[-Infinity,Infinity,1],"c":"NaN, \\"Infinity\\" {"}}`;
    for (const path of [await write("python/a.jsonl", `${text}\n`), await write("python/a.json", text)]) {
      const [run] = await collect(readRuns(path));
      expect(run?.outputs).toEqual({ a: null, b: [null, null, 1], c: 'NaN, "Infinity" {' });
    }
    const skips: Skip[] = [];
    const broken = await write("python/broken.jsonl", '{"id":"1","a":NaN\n');
    expect(await collect(readRuns(broken, { onSkip: (skip) => void skips.push(skip) }))).toEqual([]);
    expect(skips.map(({ code }) => code)).toEqual(["invalid-json"]);
  });

  it("reads JSON lines of the same ending, and a directory without the position of an export", async () => {
    await write("both/a.json", `${JSON.stringify(v1("1"))}\n${JSON.stringify(v1("2"))}\n`);
    await write("both/b.json", JSON.stringify([v1("3")]));
    await write("both/runs.jsonl.position.json", JSON.stringify({ version: 1 }));
    expect((await collect(readRuns(join(directory, "both"), { strict: true }))).map(({ id }) => id)).toEqual([
      "1",
      "2",
      "3",
    ]);
  });

  it("reports once what is not JSON, and each record that is not a run", async () => {
    const skips: Skip[] = [];
    const onSkip = (skip: Skip) => skips.push(skip);
    const cut = JSON.stringify([v1("1"), v1("2")], undefined, 2).slice(0, -20);
    expect(await collect(readRuns(await write("cut.json", cut), { onSkip }))).toEqual([]);
    expect(await collect(readRuns(await write("latin.json", Buffer.from([0x7b, 0xff, 0x7d])), { onSkip }))).toEqual([]);
    const messages = [{ role: "user", content: "hi" }, v1("1"), 3];
    expect(await collect(readRuns(await write("messages.json", JSON.stringify(messages)), { onSkip }))).toHaveLength(1);
    expect(await collect(readRuns(await write("empty.json", ""), { onSkip }))).toEqual([]);
    expect(skips.map(({ code, path }) => [code, path])).toEqual([
      ["invalid-json", "line 1"],
      ["invalid-utf8", "line 1"],
      ["not-a-run", "record 1"],
      ["not-a-run", "record 3"],
    ]);
  });

  it("survives lists in lists without end", async () => {
    const path = await write("deep.json", "[".repeat(5000) + "]".repeat(5000));
    expect(await collect(readRuns(path))).toEqual([]);
  });
});

describe("readRuns, from Parquet", () => {
  const columns = (ids: string[]) => [
    { name: "id", data: ids, type: "STRING" as const },
    { name: "run_type", data: ids.map(() => "llm"), type: "STRING" as const },
    { name: "status", data: ids.map(() => "success"), type: "STRING" as const },
    { name: "session_id", data: ids.map(() => "p"), type: "STRING" as const },
    {
      name: "start_time",
      data: ids.map((_, index) => new Date(Date.UTC(2026, 10, 1, 0, 0, index))),
      type: "TIMESTAMP" as const,
    },
    {
      name: "inputs",
      data: ids.map((id) => JSON.stringify({ messages: [{ role: "user", content: `Frage ${id}: wie spät?` }] })),
      type: "STRING" as const,
    },
    { name: "outputs", data: ids.map(() => '{"role":"assistant","content":"Elf."}'), type: "STRING" as const },
    { name: "extra", data: ids.map(() => '{"metadata":{"ls_model_name":"m"}}'), type: "STRING" as const },
    { name: "feedback_stats", data: ids.map(() => '{"user_score":{"n":1,"avg":1}}'), type: "STRING" as const },
    { name: "tags", data: ids.map(() => '["a","b"]'), type: "STRING" as const },
    { name: "total_tokens", data: ids.map((_, index) => BigInt(index)), type: "INT64" as const },
    { name: "events", data: ids.map(() => "[]"), type: "STRING" as const },
  ];

  it("reads the partitions of a bulk export, row group by row group, with JSON out of its text columns", async () => {
    const days = ["01", "02"];
    for (const day of days) {
      const ids = Array.from({ length: 250 }, (_, index) => `${day}-${String(index).padStart(3, "0")}`);
      const buffer = parquetWriteBuffer({ columnData: columns(ids), rowGroupSize: 100 });
      await write(
        `export/export_id=e/tenant_id=t/session_id=p/runs/year=2026/month=11/day=${day}/data_0.parquet`,
        new Uint8Array(buffer),
      );
    }
    const runs = await collect(readRuns(join(directory, "export")));
    expect(runs).toHaveLength(500);
    expect(runs[0]).toMatchObject({
      id: "01-000",
      run_type: "llm",
      session_id: "p",
      start_time: "2026-11-01T00:00:00.000Z",
      inputs: { messages: [{ role: "user", content: "Frage 01-000: wie spät?" }] },
      outputs: { role: "assistant", content: "Elf." },
      extra: { metadata: { ls_model_name: "m" } },
      feedback_stats: { user_score: { n: 1, avg: 1 } },
      tags: ["a", "b"],
      total_tokens: 0,
    });
    expect(runs.at(-1)).toMatchObject({ id: "02-249", total_tokens: 249 });
    expect(runs[0]).not.toHaveProperty("events");
  });

  it("reads Zstandard and gzip, as an export writes them", async () => {
    const compressors = { ZSTD: zstandard, GZIP: (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes)) };
    for (const codec of ["ZSTD", "GZIP"] as const) {
      const buffer = parquetWriteBuffer({ columnData: columns(["1", "2"]), codec, compressors });
      const path = await write(`${codec}.parquet`, new Uint8Array(buffer));
      expect((await collect(readRuns(path))).map(({ id, outputs }) => [id, outputs])).toEqual([
        ["1", { role: "assistant", content: "Elf." }],
        ["2", { role: "assistant", content: "Elf." }],
      ]);
    }
  });

  it("says which file is not a Parquet file", async () => {
    const path = await write("torn.parquet", (await readFile(new URL(import.meta.url))).subarray(0, 100));
    await expect(collect(readRuns(path))).rejects.toMatchObject({
      name: "InvalidOptionError",
      message: expect.stringContaining("torn.parquet") as string,
    });
  });
});
