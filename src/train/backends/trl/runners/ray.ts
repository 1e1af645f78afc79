import { checkOptions } from "../../../../internal/options.js";
import { callback, list, number, object, record, required, string, text } from "../../../../internal/kinds.js";
import { loadPackage } from "../../../../internal/load-package.js";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FinetuneError } from "../../../../errors.js";
import type { JsonObject } from "../../../../types.js";
import { createRayJobs, type RayCluster, type RayJobs } from "../../../../http/ray-jobs.js";
import type { Runner, RunnerStatus, TrainingWork } from "../runner.js";
import { shellQuote } from "../scripts.js";

/** Options of {@link ray}. */
export interface RayOptions extends RayCluster {
  /**
   * A folder that every node of the cluster sees. The result stays there, below the job's name. When the
   * backend's `directory` lies in it, this machine sees it too: nothing is uploaded and checkpoints are listed.
   */
  storage: string;
  /**
   * The cluster's Python.
   * @default "python"
   */
  python?: string;
  /** Packages that Ray installs for the job, `["trl>=1.13,<2", "peft"]` for instance, where the cluster's image lacks them. */
  pip?: readonly string[];
  /** What the job's driver takes of the cluster: `{ entrypoint_num_gpus: 1 }`. */
  resources?: {
    entrypoint_num_cpus?: number;
    entrypoint_num_gpus?: number;
    entrypoint_memory?: number;
    entrypoint_resources?: Record<string, number>;
  };
}

const STATES: Record<string, RunnerStatus["state"]> = {
  PENDING: "pending",
  RUNNING: "running",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  STOPPED: "stopped",
};

/**
 * Runs the training on a Ray cluster, through the Ray Jobs REST API (Ray 2.x, "Ray Jobs REST API").
 * The job's folder goes to the cluster as a package, or lies on storage that both see.
 *
 * @example
 * ```ts
 * import { ray, trl } from "langsmith-finetune/backends/trl";
 *
 * const runner = ray({ address: "http://head-node:8265", storage: "/mnt/shared/fine-tunes" });
 * const backend = trl({ model: "Qwen/Qwen3-8B", runner, accelerate: { num_processes: 4 } });
 * ```
 */
export function ray(options: RayOptions): Runner {
  const amount = number({ min: 0 });
  checkOptions<RayOptions>("ray", options, {
    address: required(text),
    storage: required(text),
    python: text,
    pip: list(text),
    resources: object<NonNullable<RayOptions["resources"]>>({
      entrypoint_num_cpus: amount,
      entrypoint_num_gpus: amount,
      entrypoint_memory: amount,
      entrypoint_resources: record(amount),
    }),
    headers: record(string),
    fetch: callback,
  });
  const { storage, python = "python", pip, resources = {}, ...cluster } = options;
  const jobs = createRayJobs(cluster);
  const isShared = ({ directory }: TrainingWork) => directory.startsWith(join(storage, "/"));
  const folderOf = (work: TrainingWork) => (isShared(work) ? work.directory : join(storage, work.id));

  return {
    name: "ray",
    local: false,

    // Ray takes a submission id once: a job that was killed is submitted again under a new one.
    plan: (work) => ({ submission: `${work.id}-${Date.now().toString(36)}`, output: join(folderOf(work), "output") }),

    async start(work, plan, { signal }) {
      const folder = shellQuote(folderOf(work));
      const workingDirectory = isShared(work) ? undefined : await uploadPackage(jobs, work, signal);
      const bring = isShared(work) ? "" : `mkdir -p ${folder} && cp -R . ${folder} && `;
      const job: JsonObject = {
        entrypoint: `${bring}cd ${folder} && PYTHON=${shellQuote(python)} sh ${shellQuote(work.script)}`,
        runtime_env: {
          env_vars: { PYTHONUNBUFFERED: "1", ...work.environment },
          ...(workingDirectory ? { working_dir: workingDirectory } : {}),
          ...(pip ? { pip: [...pip] } : {}),
        },
        metadata: { "langsmith-finetune": work.id },
        ...resources,
      };
      await jobs.submit(submissionOf(plan), job, signal);
      return plan;
    },

    async status(handle, { signal }) {
      const { status, message } = await jobs.status(submissionOf(handle), signal);
      return { state: STATES[status] ?? "pending", rawStatus: status, message };
    },

    async log(handle, offset, { signal }) {
      const bytes = Buffer.from(await jobs.log(submissionOf(handle), signal));
      return { text: bytes.subarray(offset).toString(), next: bytes.length };
    },

    async stop(handle, { signal }) {
      await jobs.stop(submissionOf(handle), signal);
    },

    async result(handle) {
      submissionOf(handle);
      return String(handle.output);
    },
  };
}

/** The job's files as a zip under a name of their content, which is how Ray itself ships a working directory. */
async function uploadPackage(jobs: RayJobs, work: TrainingWork, signal: AbortSignal | undefined): Promise<string> {
  const { zipSync } = await loadPackage("fflate", "Sending a folder to Ray", () => import("fflate"));
  const entries = await Promise.all(
    work.files.map(async (name) => [name, await readFile(join(work.directory, name))] as const),
  );
  // Without a fixed time, the same files would give another name each time.
  const zip = zipSync(Object.fromEntries(entries), { mtime: new Date("2000-01-01T00:00:00Z"), level: 6 });
  const name = `_ray_pkg_${createHash("sha256").update(zip).digest("hex").slice(0, 16)}.zip`;
  return jobs.upload(name, new Uint8Array(zip), signal);
}

function submissionOf(handle: JsonObject): string {
  if (typeof handle.submission !== "string")
    throw new FinetuneError({
      message: "This is not a reference to a Ray job.",
      hint: "Pass the reference as it was stored.",
    });
  return handle.submission;
}
