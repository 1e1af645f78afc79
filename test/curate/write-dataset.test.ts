import { createHash } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  curate,
  InvalidOptionError,
  validateJsonl,
  withSource,
  writeDataset,
  type CurateOptions,
  type TrainingExample,
} from "langsmith-finetune";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collect, row, sentence } from "./rows.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dataset-"));
});
afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true });
});

const rows = Array.from({ length: 60 }, (_, index) =>
  row(`q${index} ${sentence(index)}`, `ä${index} \u2028`, {
    runId: `r${index}`,
    threadId: `t${index >> 1}`,
    metadata: { email: "jane@example.com" },
  }),
);
const options: CurateOptions = {
  split: { validation: 0.2, test: 0.2 },
  title: "Sixty",
  tokens: { model: "gpt-4o-mini" },
};
const contents = async (path: string) => {
  const names = (await readdir(path)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(path, name), "utf8")] as const)),
  );
};

describe("writeDataset", () => {
  it("writes each split, its sources, the report and a manifest that is true", async () => {
    const curated = await curate(rows, options);
    const manifest = await writeDataset(folder, curated, {
      query: { projectName: "bot", signal: new AbortController().signal },
      metadata: { by: "me" },
    });
    const files = await contents(folder);
    expect(Object.keys(files)).toEqual([
      "manifest.json",
      "report.html",
      "report.json",
      "test.jsonl",
      "test.sources.jsonl",
      "train.jsonl",
      "train.sources.jsonl",
      "validation.jsonl",
      "validation.sources.jsonl",
    ]);
    expect(JSON.parse(files["manifest.json"] as string)).toEqual(manifest);
    expect(JSON.parse(files["report.json"] as string)).toEqual(curated.report);
    for (const file of [...manifest.splits, ...manifest.splits.map(({ sources }) => sources), ...manifest.reports]) {
      const text = files[file.path] as string;
      expect(file.bytes).toBe(Buffer.byteLength(text));
      expect(file.sha256).toBe(createHash("sha256").update(text).digest("hex"));
    }
    for (const { split, path, rows: count, sources } of manifest.splits) {
      const written = (files[path] as string)
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as TrainingExample);
      const from = (files[sources.path] as string)
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as { runId: string });
      const expected = await collect(curated[split]);
      expect(written).toHaveLength(count);
      expect(
        written.map((example, index) =>
          withSource(example, { ...from[index], metadata: { email: "jane@example.com" } }),
        ),
      ).toEqual(expected);
    }
    expect(files["train.sources.jsonl"]).not.toContain("jane@");
    expect(manifest).toMatchObject({
      query: { projectName: "bot" },
      metadata: { by: "me" },
      rows: { in: 60, kept: 60 },
      title: "Sixty",
    });
    expect(manifest.query).toEqual({ projectName: "bot" });
    expect(await collect(validateJsonl(join(folder, "train.jsonl")))).toEqual([]);
  });

  it("gives the same bytes for the same rows and options", async () => {
    const first = await writeDataset(join(folder, "a"), await curate(rows, { ...options, redact: { salt: "s" } }));
    await writeDataset(join(folder, "b"), await curate(rows, { ...options, redact: { salt: "s" } }));
    expect(await contents(join(folder, "a"))).toEqual(await contents(join(folder, "b")));
    const other = await writeDataset(
      join(folder, "d"),
      await curate(rows, { ...options, split: { validation: 0.2, seed: 1 } }),
    );
    expect(other.sha256).not.toBe(first.sha256);
  });

  it("replaces an older dataset as a whole, and only its own files", async () => {
    await writeDataset(folder, await curate(rows, options));
    await writeFile(join(folder, "notes.txt"), "mine");
    const manifest = await writeDataset(folder, await curate(rows, { ...options, split: false }), { report: false });
    expect(manifest.splits.map(({ split }) => split)).toEqual(["train"]);
    expect(Object.keys(await contents(folder))).toEqual([
      "manifest.json",
      "notes.txt",
      "report.html",
      "report.json",
      "train.jsonl",
      "train.sources.jsonl",
    ]);
  });

  it("leaves what was there when it fails or is aborted", async () => {
    const curated = await curate(rows, options);
    await writeDataset(folder, curated);
    const before = await contents(folder);
    async function* failing() {
      yield* rows.slice(0, 5);
      throw new Error("the source broke");
    }
    await expect(writeDataset(folder, { ...curated, validation: failing() })).rejects.toThrow("the source broke");
    const controller = new AbortController();
    async function* aborting() {
      yield* rows.slice(0, 5);
      controller.abort(new Error("enough"));
      yield* rows.slice(5);
    }
    await expect(writeDataset(folder, { ...curated, test: aborting() }, { signal: controller.signal })).rejects.toThrow(
      "enough",
    );
    expect(await contents(folder)).toEqual(before);
  });

  it("says when a folder cannot be written, and names a wrong option", async () => {
    const curated = await curate(rows, options);
    await writeFile(join(folder, "file"), "");
    await expect(writeDataset(join(folder, "file"), curated)).rejects.toSatisfy(InvalidOptionError.isInstance);
    await expect(writeDataset(folder, curated, { quer: 1 } as never)).rejects.toThrow(/Unknown option quer\b/);
  });
});
