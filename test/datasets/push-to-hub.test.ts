import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  curate,
  EmptyDatasetError,
  InvalidOptionError,
  MissingApiKeyError,
  pushToHub,
  ServiceError,
  type TrainingExample,
  withSource,
  writeDataset,
} from "langsmith-finetune";
import { startFakeHub, type FakeHub } from "../train/fakes/hugging-face.js";

const token = "hf_0123456789abcdefghij";
let hub: FakeHub;
let folder: string;
beforeEach(async () => {
  hub = await startFakeHub(token);
  folder = await mkdtemp(join(tmpdir(), "push-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
  await rm(folder, { recursive: true });
});

const tools = [{ type: "function" as const, function: { name: "f", parameters: { type: "object", maximum: 1 } } }];
const rows = Array.from({ length: 12 }, (_, index) =>
  withSource<TrainingExample>(
    {
      messages: [
        { role: "user", content: index % 2 ? `ä${index}` : [{ type: "text", text: `question ${index * 7919}` }] },
        { role: "assistant", content: `answer ${index}` },
      ],
      ...(index % 3 === 0 && { tools }),
    },
    { runId: `run-${index}`, threadId: `thread-${index}` },
  ),
);
const textOf = async (name: string) => readFile(join(folder, name), "utf8");
const parsed = (columns: readonly Record<string, unknown>[]) =>
  columns.map((row) =>
    Object.fromEntries(
      Object.entries(row).flatMap(([key, value]) => (typeof value === "string" ? [[key, JSON.parse(value)]] : [])),
    ),
  );
const parquetRows = async (bytes: Buffer) => parsed(await parquetReadObjects({ file: new Uint8Array(bytes).buffer }));

describe("writeDataset as Parquet", () => {
  it("writes each split as Parquet too, which holds the same rows, and takes it away again", async () => {
    const curated = await curate(rows, { split: { validation: 0.25 } });
    const manifest = await writeDataset(folder, curated, { parquet: true });
    expect(manifest.parquet?.map(({ path }) => path)).toEqual(["train.parquet", "validation.parquet"]);
    for (const { split } of manifest.splits) {
      const lines = (await textOf(`${split}.jsonl`)).trimEnd().split("\n");
      const read = await parquetRows(await readFile(join(folder, `${split}.parquet`)));
      expect(read).toEqual(lines.map((line) => JSON.parse(line) as unknown));
    }
    expect((await writeDataset(folder, curated, { parquet: true })).parquet).toEqual(manifest.parquet);
    await writeDataset(folder, curated);
    expect(existsSync(join(folder, "train.parquet"))).toBe(false);
  });

  it("writes more rows than a row group holds, with a key that comes late", async () => {
    const many = Array.from({ length: 2500 }, (_, index) => ({
      messages: [
        { role: "user", content: `q${index}` },
        { role: "assistant", content: `a${index}` },
      ],
      ...(index > 2000 && { parallel_tool_calls: false }),
    })) as TrainingExample[];
    await writeDataset(folder, await curate(many, { validate: false, deduplicate: false, join: false }), {
      parquet: true,
      report: false,
    });
    expect(await parquetRows(await readFile(join(folder, "train.parquet")))).toEqual(many);
  });
});

describe("pushToHub", () => {
  it("pushes JSON lines and a card with counts, query and options, and no sources", async () => {
    const curated = await curate([...rows, rows[0] as TrainingExample], {
      split: { validation: 0.25 },
      title: "Support bot",
    });
    const { sha256 } = await writeDataset(folder, curated, { query: { projectName: "bot" } });
    const pushed = await pushToHub(folder, { repo: "team/support", token, hubUrl: hub.url });
    expect(pushed).toMatchObject({
      repo: "team/support",
      url: `${hub.url}/datasets/team/support`,
      commit: "1".repeat(40),
      files: [{ path: "data/train.jsonl" }, { path: "data/validation.jsonl" }],
    });
    expect([...hub.repositories]).toEqual(["datasets/team/support"]);
    expect([...hub.files.keys()].sort()).toEqual(["README.md", "data/train.jsonl", "data/validation.jsonl"]);
    expect(hub.files.get("data/train.jsonl")).toBe(await textOf("train.jsonl"));
    const card = hub.files.get("README.md") ?? "";
    expect(card).toMatch(/^---\npretty_name: "Support bot"\n/);
    expect(card).toContain("  - split: validation\n    path: data/validation.jsonl");
    expect(card).toContain(sha256);
    expect(card).toContain("12 of 13 rows were kept");
    expect(card).toContain('"projectName": "bot"');
    expect(card).toContain("Not set.");
    expect(card).not.toContain("license:");
    expect([...hub.files.values()].join("")).not.toMatch(/run-1|thread-1|hf_0123/);
  });

  it("pushes Parquet of rows that are in no folder, and again where the dataset is there", async () => {
    vi.stubEnv("HF_TOKEN", token);
    const split = { train: rows, validation: [], test: [] };
    for (const licence of [undefined, "cc-by-4.0"]) {
      const options = {
        repo: "team/support",
        format: "parquet",
        hubUrl: hub.url,
        ...(licence && { licence }),
      } as const;
      expect((await pushToHub(split, options)).files).toEqual([
        { split: "train", path: "data/train.parquet", rows: 12 },
      ]);
    }
    expect(await parquetRows(hub.bytes.get("data/train.parquet") ?? Buffer.alloc(0))).toEqual(
      rows.map((row) => JSON.parse(JSON.stringify(row)) as unknown),
    );
    expect(hub.files.get("README.md")).toMatch(/^---\nlicense: "cc-by-4.0"\n/);
    // By the way of large files, and once for the same content.
    expect(hub.objects.size).toBe(1);
    expect(hub.requests.filter(({ method }) => method === "PUT")).toHaveLength(1);
  });

  it("pushes a large file again whose upload failed", async () => {
    const split = { train: rows, validation: [], test: [] };
    const options = { repo: "team/support", token, hubUrl: hub.url, format: "parquet" } as const;
    hub.fault({ method: "PUT", path: /objects/, status: 500, times: 20 });
    const failed = await pushToHub(split, options).catch((error: unknown) => error);
    expect(ServiceError.isInstance(failed), String(failed)).toBe(true);
    expect(hub.bytes.size).toBe(0);
    await hub.close();
    hub = await startFakeHub(token);
    await pushToHub(split, { ...options, hubUrl: hub.url });
    expect(hub.bytes.has("data/train.parquet")).toBe(true);
  });

  it("says what is wrong: no rows, no token, a refused one, a name that is none", async () => {
    const split = { train: rows, validation: [], test: [] };
    const options = { repo: "team/support", token, hubUrl: hub.url };
    await expect(pushToHub({ train: [], validation: [], test: [] }, options)).rejects.toThrow(EmptyDatasetError);
    const refused = await pushToHub(split, { ...options, token: "hf_wrong0123456789" }).catch(
      (error: unknown) => error,
    );
    expect(ServiceError.isInstance(refused) && [refused.code, refused.message]).toEqual([
      "unauthorized",
      expect.stringContaining("Check that HF_TOKEN may write"),
    ]);
    expect(String(refused)).not.toContain("hf_wrong0123456789");
    vi.stubEnv("HF_TOKEN", "");
    await expect(pushToHub(split, { repo: "team/support" })).rejects.toThrow(MissingApiKeyError);
    await expect(pushToHub(split, { repo: "support" })).rejects.toThrow(InvalidOptionError);
    const aborted = AbortSignal.abort(new Error("stop"));
    await expect(pushToHub(split, { ...options, signal: aborted })).rejects.toThrow("stop");
  });
});
