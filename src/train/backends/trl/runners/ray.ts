import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import ky, { HTTPError, type KyInstance } from "ky";
import { FinetuneError, ServiceError } from "../../../../errors.js";
import { redactCredentials } from "../../../../internal/redact-credentials.js";
import type { JsonObject } from "../../../../types.js";
import type { Runner, RunnerStatus, TrainingWork } from "../runner.js";
import { shellQuote } from "../scripts.js";

/** Options of {@link ray}. */
export interface RayOptions {
  /** The address of the cluster's dashboard: `http://head-node:8265`. */
  address: string;
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
  resources?: { entrypoint_num_cpus?: number; entrypoint_num_gpus?: number; entrypoint_memory?: number; entrypoint_resources?: Record<string, number> };
  /** Sent with each request, for a cluster behind a proxy that wants them. */
  headers?: Record<string, string>;
  fetch?: typeof fetch;
}

const STATES: Record<string, RunnerStatus["state"]> = { PENDING: "pending", RUNNING: "running", SUCCEEDED: "succeeded", FAILED: "failed", STOPPED: "stopped" };

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
export function ray({ address, storage, python = "python", pip, resources = {}, headers, fetch }: RayOptions): Runner {
  const http = ky.create({ prefixUrl: `${address.replace(/\/+$/, "")}/api`, headers, ...(fetch ? { fetch } : {}), timeout: 120_000, retry: { limit: 4, methods: ["get", "put"], jitter: true } });

  return {
    name: "ray",
    local: false,

    async start(work, { signal }) {
      const shared = work.directory.startsWith(join(storage, "/"));
      const folder = join(storage, work.id);
      const workingDirectory = shared ? undefined : await uploadPackage(http, work, signal);
      const train = `export PYTHON=${shellQuote(python)} && sh ${shellQuote(work.script)}`;
      const entrypoint = shared
        ? `cd ${shellQuote(work.directory)} && ${train}`
        : `mkdir -p ${shellQuote(folder)} && cp -R . ${shellQuote(folder)} && cd ${shellQuote(folder)} && ${train}`;
      // Ray takes an id once: a job that was killed is submitted again under a new one.
      const submission = `${work.id}-${Date.now().toString(36)}`;
      const environment = { PYTHONUNBUFFERED: "1", ...work.environment };
      const body = {
        entrypoint,
        submission_id: submission,
        runtime_env: { env_vars: environment, ...(workingDirectory ? { working_dir: workingDirectory } : {}), ...(pip ? { pip: [...pip] } : {}) },
        metadata: { "langsmith-finetune": work.id },
        ...resources,
      };
      await call(http, () => http.post("jobs/", { json: body, signal }).json());
      return { submission, output: join(shared ? work.directory : folder, "output") };
    },

    async status(handle, { signal }) {
      const job = await call(http, () => http.get(`jobs/${submissionOf(handle)}`, { signal }).json<{ status: string; message?: string }>());
      return { state: STATES[job.status] ?? "pending", rawStatus: job.status, message: job.message };
    },

    async log(handle, offset, { signal }) {
      const { logs } = await call(http, () => http.get(`jobs/${submissionOf(handle)}/logs`, { signal }).json<{ logs: string }>());
      const bytes = Buffer.from(logs);
      return { text: bytes.subarray(offset).toString(), next: bytes.length };
    },

    async stop(handle, { signal }) {
      await call(http, () => http.post(`jobs/${submissionOf(handle)}/stop`, { signal }).json());
    },

    async result(handle) {
      submissionOf(handle);
      return String(handle.output);
    },
  };
}

/** The job's files as a zip under a name of their content, which is how Ray itself ships a working directory. */
async function uploadPackage(http: KyInstance, work: TrainingWork, signal: AbortSignal | undefined): Promise<string> {
  const { zipSync } = await import("fflate");
  const entries = await Promise.all(work.files.map(async (name) => [name, await readFile(join(work.directory, name))] as const));
  // Without a fixed time, the same files would give another name each time.
  const zip = zipSync(Object.fromEntries(entries), { mtime: new Date("2000-01-01T00:00:00Z"), level: 6 });
  const name = `_ray_pkg_${createHash("sha256").update(zip).digest("hex").slice(0, 16)}.zip`;
  await call(http, () => http.put(`packages/gcs/${name}`, { body: new Uint8Array(zip), signal }).text());
  return `gcs://${name}`;
}

async function call<T>(http: KyInstance, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (cause) {
    if (cause instanceof HTTPError) {
      const { status, url } = cause.response;
      const text = redactCredentials((await cause.response.text()).slice(0, 2000));
      throw new ServiceError({ service: "Ray", code: status === 404 ? "not-found" : status >= 500 ? "server-error" : "invalid-request", status, request: `${cause.request.method} ${url}`, message: `Ray answered ${status}: ${text}` });
    }
    if (cause instanceof TypeError || (cause as Error).name === "TimeoutError") {
      throw new ServiceError({ service: "Ray", code: "unreachable", message: `The Ray cluster cannot be reached: ${redactCredentials((cause as Error).message)}.`, hint: "Pass the address of its dashboard, http://head-node:8265 for instance.", cause });
    }
    throw cause;
  }
}

function submissionOf(handle: JsonObject): string {
  if (typeof handle.submission !== "string") throw new FinetuneError({ message: "This is no reference to a Ray job.", hint: "Pass the reference as it was stored." });
  return encodeURIComponent(handle.submission);
}
