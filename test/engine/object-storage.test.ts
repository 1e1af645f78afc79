import { mkdtemp, readFile, rm, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  buildDataset,
  InvalidOptionError,
  ServiceError,
  type BuildDatasetOptions,
  type Engine,
} from "langsmith-finetune";
import { inline } from "langsmith-finetune/engines/inline";
import { parquetWriteBuffer } from "hyparquet-writer";
import { serve } from "../../src/engine/worker/serve.js";
import { AMAZON_KEY, AMAZON_SECRET } from "../train/fakes/amazon-account.js";
import { contentOf, line } from "./datasets.js";
import { startFakeBucket, type FakeBucket } from "./fake-s3.js";

let bucket: FakeBucket;
let folder = "";
beforeAll(async () => {
  bucket = await startFakeBucket();
});
afterAll(() => bucket.server.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "s3-"));
  // As a process on a cluster has them: nothing of it is an option.
  vi.stubEnv("AWS_ACCESS_KEY_ID", AMAZON_KEY);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", AMAZON_SECRET);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  bucket.objects.clear();
  await rm(folder, { recursive: true, force: true });
});

const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `${line(from + index)}\n`).join("");

function build(options: Partial<BuildDatasetOptions>) {
  return buildDataset({
    from: "s3://tuning/exports",
    to: join(folder, "built"),
    curate: { scan: "all" },
    s3: { endpoint: bucket.server.url, region: "us-east-1", forcePathStyle: true },
    ...options,
  });
}

/** The same files under the same names on the disk, and in the bucket. */
async function store(files: Record<string, string | Buffer>): Promise<void> {
  await mkdir(join(folder, "exports"));
  for (const [name, content] of Object.entries(files)) {
    bucket.objects.set(`exports/${name}`, Buffer.from(content));
    await writeFile(join(folder, "exports", name), content);
  }
}

const withoutPlaces = ({ "train.jsonl": train, "report.json": report }: Record<string, string>) => {
  const { rows, removed } = JSON.parse(report as string) as {
    rows: unknown;
    removed: { code: string; count: number }[];
  };
  return { train, rows, removed: removed.map(({ code, count }) => `${code} ${count}`) };
};

/** A worker that has the job as the text that workers elsewhere get. */
const elsewhere: Engine = {
  name: "elsewhere",
  inThread: false,
  async run({ parts, folder: results, job, done, signal }) {
    signal.throwIfAborted();
    const answers: unknown[] = [];
    const ask = serve((answer) => answers.push(answer));
    await ask({ job: JSON.parse(JSON.stringify(job)) as typeof job, folder: results });
    for (const part of parts) {
      await ask({ part });
      expect(answers.at(-1)).toEqual({ part: part.index });
      done(part);
    }
  },
};

describe("files on object storage", () => {
  it("give the rows that the same files give on the disk, in this process and in a worker", async () => {
    await store({
      "a.jsonl": rows(0, 5),
      "b.jsonl.gz": gzipSync(rows(5, 5)),
      "c d.json": JSON.stringify([JSON.parse(line(10)), JSON.parse(line(11))]),
      "e.ndjson": rows(8, 6),
      _SUCCESS: "",
      ".hidden.jsonl": "{}",
      "f.parquet": Buffer.from(
        parquetWriteBuffer({
          columnData: [
            { name: "id", data: ["run-1", "run-2"], type: "STRING" },
            { name: "run_type", data: ["llm", "llm"], type: "STRING" },
          ],
        }),
      ),
      "notes.txt": "nothing",
    });
    await build({ from: join(folder, "exports"), to: join(folder, "local") });
    await build({});
    await build({ to: join(folder, "elsewhere"), engine: elsewhere });
    const [local, remote, far] = await Promise.all(
      ["local", "built", "elsewhere"].map((name) => contentOf(join(folder, name))),
    );
    expect(withoutPlaces(remote!)).toEqual(withoutPlaces(local!));
    expect(withoutPlaces(local!).removed.join()).toContain(" 2");
    expect(far).toEqual(remote);
    expect(remote!["train.sources.jsonl"]).toContain('"file":"s3://tuning/exports/b.jsonl.gz","line":1');
  });

  it("are read by ranges, one file of many parts too, and no more than once", async () => {
    const lines = Array.from({ length: 9 }, (_, index) => line(index, "x".repeat(600_000)));
    const text = lines.map((each) => `${each}\n`).join("");
    bucket.objects.set("exports/huge.jsonl", Buffer.from(text));
    const before = bucket.server.requests.length;
    const parts: string[] = [];
    const counting: Engine = {
      ...inline(),
      run: (assignment) => {
        parts.push(...assignment.parts.map(({ range }) => JSON.stringify(range)));
        return inline().run(assignment);
      },
    };
    const report = await build({ from: "s3://tuning/exports/huge.jsonl", engine: counting });
    expect(parts).toHaveLength(3);
    expect(report.rows).toMatchObject({ in: 9, kept: 9 });
    const read = bucket.server.requests
      .slice(before)
      .map(({ headers }) => /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? ""))
      .reduce((sum, range) => sum + (range ? Number(range[2]) + 1 - Number(range[1]) : 0), 0);
    // Beside the rows only what is searched for the ends of lines.
    expect(read).toBeLessThan(text.length * 1.5);
    expect(read).toBeGreaterThanOrEqual(text.length);
  });

  it("send no credential anywhere: not into the job, the folder of the build, the dataset or an error", async () => {
    bucket.objects.set("exports/a.jsonl", Buffer.from(rows(0, 3)));
    const seen: string[] = [];
    const watching: Engine = {
      ...inline(),
      inThread: false,
      async run(assignment) {
        seen.push(JSON.stringify(assignment.job), JSON.stringify(assignment.parts));
        seen.push(await readFile(join(folder, "built/.build/build.json"), "utf8"));
        expect(assignment.job).toMatchObject({ options: { s3: { region: "us-east-1" } } });
        await inline().run(assignment);
      },
    };
    await build({ engine: watching });
    seen.push(...Object.values(await contentOf(join(folder, "built"))));
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAANOTHERKEYOFATEST");
    const refused: unknown = await build({ to: join(folder, "other") }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ServiceError);
    expect(refused).toMatchObject({ status: 403, hint: expect.stringContaining("list the bucket") as string });
    seen.push(JSON.stringify(refused), String((refused as Error).stack));
    for (const text of seen) expect(text).not.toMatch(/AKIA|very-secret-access-key/);
    // A credential among the options is no option.
    const given = { accessKeyId: AMAZON_KEY, secretAccessKey: AMAZON_SECRET };
    await expect(build({ s3: { credentials: given } as never })).rejects.toThrow(InvalidOptionError);
  });

  it("are tried again where the storage did not answer, and refused where they were replaced on the way", async () => {
    bucket.objects.set("exports/a.jsonl", Buffer.from(rows(0, 3)));
    bucket.server.fault({ method: "GET", path: /a\.jsonl/, status: 503, times: 2 });
    expect((await build({})).rows.kept).toBe(3);
    const replacing: Engine = {
      ...inline(),
      run(assignment) {
        bucket.objects.set("exports/a.jsonl", Buffer.from(rows(7, 3)));
        return inline().run(assignment);
      },
    };
    await expect(build({ to: join(folder, "other"), engine: replacing })).rejects.toMatchObject({
      status: 412,
      hint: expect.stringContaining("replaced") as string,
    });
  });

  it("say what is wrong with an address", async () => {
    await expect(build({ from: "s3://tuning/nothing" })).rejects.toThrow(/holds no file of rows or runs/);
    await expect(build({ from: "s3://" })).rejects.toThrow(/s3:\/\/bucket\/path/);
    await expect(build({ to: "s3://tuning/dataset" })).rejects.toThrow(/to must be a folder of this machine/);
  });
});
