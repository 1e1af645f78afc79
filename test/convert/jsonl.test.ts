import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  InvalidExamplesError,
  InvalidOptionError,
  readJsonl,
  sourceOf,
  withSource,
  writeJsonl,
  type Skip,
  type TrainingExample,
} from "langsmith-finetune";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "jsonl-"))));
afterEach(() => rm(folder, { recursive: true }));

const row = (number: number): TrainingExample => ({
  messages: [
    { role: "user", content: `ünïcode ${number} \u2028 😀` },
    { role: "assistant", content: "a".repeat(number % 500) || "a" },
  ],
});
async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("writeJsonl", () => {
  it("does not put a file in the place of a device or a folder", async () => {
    for (const path of ["/dev/null", tmpdir()]) {
      await expect(writeJsonl(path, [])).rejects.toMatchObject({ name: "InvalidOptionError", option: "path" });
    }
  });

  it("writes every row once, says what it wrote, and reads back the same", async () => {
    const path = join(folder, "rows.jsonl");
    const rows = Array.from({ length: 3000 }, (_, index) => withSource(row(index), { runId: String(index) }));
    const written = await writeJsonl(path, rows);
    const data = await readFile(path);
    expect(written).toEqual({
      path,
      rows: 3000,
      bytes: data.length,
      sha256: createHash("sha256").update(data).digest("hex"),
    });
    const back = await collect(readJsonl(path));
    expect(back.map((each) => JSON.stringify(each))).toEqual(rows.map((each) => JSON.stringify(each)));
    expect(sourceOf(back[41]!)).toEqual({ file: path, line: 42 });
    expect(data.toString("utf8")).not.toContain("runId");
  });

  it("leaves what stood there when the source fails, and nothing beside it", async () => {
    const path = join(folder, "rows.jsonl");
    await writeFile(path, "before\n");
    async function* failing() {
      for (let number = 0; number < 5000; number++) yield row(number);
      throw new Error("source broke");
    }
    await expect(writeJsonl(path, failing())).rejects.toThrow("source broke");
    expect(await readdir(folder)).toEqual(["rows.jsonl"]);
    expect(await readFile(path, "utf8")).toBe("before\n");
  });

  it("leaves nothing after an abort, and closes the source", async () => {
    const controller = new AbortController();
    let closed = false;
    async function* source() {
      try {
        for (let number = 0; ; number++) {
          if (number === 1000) controller.abort(new Error("enough"));
          yield row(number);
        }
      } finally {
        closed = true;
      }
    }
    await expect(writeJsonl(join(folder, "rows.jsonl"), source(), { signal: controller.signal })).rejects.toThrow(
      "enough",
    );
    expect(await readdir(folder)).toEqual([]);
    expect(closed).toBe(true);
  });

  it("refuses a row that is not JSON, by its number and its run", async () => {
    const circular: Record<string, unknown> = { messages: [] };
    circular.self = circular;
    for (const bad of [circular, { messages: 1n }, [], "row", undefined]) {
      const rows = [row(1), typeof bad === "object" ? withSource(bad, { runId: "r2" }) : bad] as object[];
      const error = await writeJsonl(join(folder, "rows.jsonl"), rows).catch((caught: unknown) => caught);
      expect(InvalidExamplesError.isInstance(error) && error.findings).toMatchObject([{ line: 2, code: "unwritable" }]);
      expect((error as Error).message).toMatch(/^Row 2/);
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it("says where it cannot write", async () => {
    const path = join(folder, "missing", "rows.jsonl");
    const error = await writeJsonl(path, [row(1)]).catch((caught: unknown) => caught);
    expect(InvalidOptionError.isInstance(error) && [error.option, error.value]).toEqual(["path", path]);
    expect((error as Error).message).toContain("ENOENT");
  });

  it("writes an empty file of nothing", async () => {
    expect(await writeJsonl(join(folder, "rows.jsonl"), [])).toMatchObject({ rows: 0, bytes: 0 });
    expect(await readFile(join(folder, "rows.jsonl"), "utf8")).toBe("");
  });
});

describe("readJsonl", () => {
  const path = () => join(folder, "rows.jsonl");
  const line = '{"messages":[{"role":"user","content":"ä"}]}';

  it("takes a byte order mark, Windows line ends, blank lines and a last line without an end", async () => {
    await writeFile(path(), `\ufeff${line}\r\n\r\n  \n${line}\r\n\n${line}`);
    expect((await collect(readJsonl(path()))).map((each) => sourceOf(each).line)).toEqual([1, 4, 6]);
  });

  it("reads a file of any length, also lines longer than what is read at once, and can be read again", async () => {
    const long = JSON.stringify({ messages: [{ role: "user", content: "é".repeat(400_000) }] });
    await writeFile(path(), `${long}\n${line}\n${long}`);
    const rows = readJsonl(path());
    expect((await collect(rows)).map((each) => JSON.stringify(each))).toEqual([long, line, long]);
    expect(await collect(rows)).toHaveLength(3);
  });

  it.each([
    ["{broken", "invalid-json"],
    ["[1]", "not-a-row"],
    ["null", "not-a-row"],
    ['{"messages":"none"}', "not-a-row"],
  ])("names file and line of %s", async (bad, code) => {
    await writeFile(path(), `${line}\n\n${bad}\n${line}\n`);
    const seen: TrainingExample[] = [];
    const reading = async () => {
      for await (const each of readJsonl(path())) seen.push(each);
    };
    const error = await reading().catch((caught: unknown) => caught);
    expect(InvalidExamplesError.isInstance(error) && error.findings).toMatchObject([
      { line: 3, code, source: { file: path(), line: 3 } },
    ]);
    expect((error as Error).message).toContain(`${path()}, line 3`);
    expect(seen).toHaveLength(1);

    const skips: Skip[] = [];
    expect(await collect(readJsonl(path(), { onSkip: (skip) => skips.push(skip) }))).toHaveLength(2);
    expect(skips).toMatchObject([{ code, path: "line 3" }]);
  });

  it("finds bytes that are not UTF-8", async () => {
    await writeFile(
      path(),
      Buffer.concat([Buffer.from(`${line}\n{"messages":["`), Buffer.from([0xff, 0xfe]), Buffer.from('"]}\n')]),
    );
    await expect(collect(readJsonl(path()))).rejects.toThrow("line 2: The line is not UTF-8");
  });

  it("closes the file when nobody reads on, and stops on an abort", async () => {
    await writeFile(path(), `${line}\n`.repeat(100_000));
    for await (const each of readJsonl(path())) {
      expect(each.messages).toHaveLength(1);
      break;
    }
    await expect(collect(readJsonl(path(), { signal: AbortSignal.abort(new Error("enough")) }))).rejects.toThrow(
      "enough",
    );
  });

  it("says which file is not there", async () => {
    await expect(collect(readJsonl(path()))).rejects.toSatisfy(
      (error) => InvalidOptionError.isInstance(error) && error.value === path(),
    );
  });
});
