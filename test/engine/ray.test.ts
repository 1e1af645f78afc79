import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildDataset, FinetuneError, InvalidOptionError } from "langsmith-finetune";
import { ray, type RayEngineOptions } from "langsmith-finetune/engines/ray";
import type { Part } from "../../src/engine/part.js";
import type { Request as WorkerRequest } from "../../src/engine/worker/protocol.js";
import { serve } from "../../src/engine/worker/serve.js";
import { contentOf, filesOf, line } from "./datasets.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ray-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Plan {
  arguments: string[];
  parts: Part[];
  answers: string;
}

/**
 * A stand-in for the Jobs API of a cluster, whose driver works in this process. What a real Ray does is looked at by
 * `npm run test:ray`.
 *
 * @param answered How many parts the driver does before the job ends.
 */
function cluster(answered = Infinity) {
  const submitted: string[] = [];
  const stopped: string[] = [];
  let status = "PENDING";
  const drive = async (entrypoint: string): Promise<void> => {
    const [, path = ""] = /'([^']+plan\.json)'/.exec(entrypoint) ?? [];
    const plan = JSON.parse(await readFile(path, "utf8")) as Plan;
    const answers: string[] = [];
    const take = serve((answer) => void answers.push(`${JSON.stringify(answer)}\n`));
    const job = plan.arguments.at(-1) ?? "";
    await take(JSON.parse(await readFile(job, "utf8")) as WorkerRequest);
    for (const part of plan.parts.slice(0, answered)) await take({ part });
    await appendFile(plan.answers, answers.join(""));
  };
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { method, url } = new Request(input, init);
    const body = typeof init?.body === "string" ? init.body : "";
    if (url.endsWith("/stop")) {
      stopped.push(url);
      status = "STOPPED";
      return Response.json({ stopped: true });
    }
    if (method === "POST") {
      submitted.push(body);
      await drive((JSON.parse(body) as { entrypoint: string }).entrypoint);
      status = answered === Infinity ? "RUNNING" : "FAILED";
      return Response.json({ submission_id: "x" });
    }
    if (url.endsWith("/logs")) return Response.json({ logs: "Traceback\nImportError: no ray\n" });
    return Response.json({ status, message: "Job entrypoint command failed" });
  };
  return { submitted, stopped, fetch };
}

const engineOf = ({ fetch }: ReturnType<typeof cluster>, options: Partial<RayEngineOptions> = {}) =>
  ray({ address: "http://head-node:8265", workers: 2, storage: join(folder, "storage"), fetch, ...options });
const lines = [...Array(12).keys()].map((number) => line(number, number % 3 === 0 ? `n${number}@example.org` : ""));
const curate = { redact: { salt: "a-secret-salt" } };

describe("ray", () => {
  it("gives the bytes of inline, through a storage of which nothing stays", async () => {
    const from = await filesOf(folder, lines, 3);
    await buildDataset({ from, to: join(folder, "one"), curate });
    const nodes = cluster();
    await buildDataset({ from, to: join(folder, "two"), curate, engine: engineOf(nodes) });
    expect(await contentOf(join(folder, "two"))).toEqual(await contentOf(join(folder, "one")));
    expect(await readdir(join(folder, "storage"))).toEqual([]);
    // The job has no end of its own here, so it is ended with the build.
    expect(nodes.stopped).toHaveLength(1);
  });

  it("leaves results where they are if the dataset lies in the storage too", async () => {
    const from = await filesOf(folder, lines, 3);
    const to = join(folder, "storage", "set");
    await mkdir(join(folder, "storage"));
    await buildDataset({ from, to, curate, engine: engineOf(cluster()) });
    expect(await readdir(join(folder, "storage"))).toEqual(["set"]);
    expect(Object.keys(await contentOf(to))).toContain("manifest.json");
  });

  it("names no option in the job's description", async () => {
    const from = await filesOf(folder, lines, 3);
    const nodes = cluster();
    await buildDataset({ from, to: join(folder, "set"), curate, engine: engineOf(nodes, { pip: ["x"] }) });
    const [description = ""] = nodes.submitted;
    expect(description).not.toContain("a-secret-salt");
    expect(JSON.parse(description)).toMatchObject({ runtime_env: { pip: ["x"] } });
  });

  it("says how the job ended, and goes on where it was", async () => {
    const from = await filesOf(folder, lines, 3);
    const to = join(folder, "set");
    const error = await buildDataset({ from, to, curate, engine: engineOf(cluster(2)) }).catch(
      (caught: unknown) => caught,
    );
    expect(FinetuneError.isInstance(error) && error.message).toContain("(FAILED) with 2 parts missing");
    expect(String(error)).toContain("ImportError: no ray");
    expect((await readdir(to)).filter((name) => name !== ".build")).toEqual([]);
    const nodes = cluster();
    await buildDataset({ from, to, curate, engine: engineOf(nodes) });
    await buildDataset({ from, to: join(folder, "other"), curate });
    expect(await contentOf(to)).toEqual(await contentOf(join(folder, "other")));
  });

  it("stops the job with the signal", async () => {
    const from = await filesOf(folder, lines, 3);
    const nodes = cluster();
    const stop = new AbortController();
    const fetch: typeof nodes.fetch = async (input, init) => {
      const answer = await nodes.fetch(input, init);
      if (init?.method === "POST") stop.abort(new Error("enough"));
      return answer;
    };
    const building = buildDataset({
      from,
      to: join(folder, "set"),
      engine: engineOf({ ...nodes, fetch }),
      signal: stop.signal,
    });
    await expect(building).rejects.toThrow("enough");
    expect(nodes.stopped).toHaveLength(1);
    expect(await readdir(join(folder, "storage"))).toEqual([]);
  });

  it("refuses what cannot be used", async () => {
    const right = { address: "http://head-node:8265", workers: 1, storage: folder };
    const wrong: unknown[] = [{}, { ...right, workers: 0 }, { ...right, node: 22 }, { ...right, worker: 1 }];
    for (const options of wrong)
      expect(() => ray(options as RayEngineOptions), JSON.stringify(options)).toThrow(
        expect.toSatisfy(InvalidOptionError.isInstance),
      );
    await writeFile(join(folder, "file"), "");
    const from = await filesOf(folder, lines, 3);
    const engine = engineOf(cluster(), { storage: join(folder, "file") });
    await expect(buildDataset({ from, to: join(folder, "set"), engine })).rejects.toMatchObject({ option: "storage" });
  });
});
