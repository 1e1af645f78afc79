import type { JsonObject } from "../types.js";
import { isObject } from "./answer-check.js";
import { createHttpClient } from "./http-client.js";
import { plainFetch } from "./plain-fetch.js";

/** How a Ray cluster is reached. */
export interface RayCluster {
  /** The address of the cluster's dashboard: `http://head-node:8265`. */
  address: string;
  /** Sent with each request, for a cluster behind a proxy that wants them. */
  headers?: Record<string, string>;
  /** @default one over `node:http`: Ray refuses Node's own as that of a browser */
  fetch?: typeof fetch;
}

/** A job as Ray describes it. `PENDING`, `RUNNING`, `SUCCEEDED`, `FAILED` or `STOPPED`. */
export interface RayJobStatus {
  readonly status: string;
  readonly message: string | undefined;
}

/** The Ray Jobs REST API (Ray 2.x). */
export interface RayJobs {
  /** `job` has an `entrypoint` and whatever else Ray takes; everybody who sees the dashboard reads it. */
  submit(submission: string, job: JsonObject, signal?: AbortSignal): Promise<void>;
  status(submission: string, signal?: AbortSignal): Promise<RayJobStatus>;
  log(submission: string, signal?: AbortSignal): Promise<string>;
  stop(submission: string, signal?: AbortSignal): Promise<void>;
  /** Sends a zip under a name of its content, where the cluster does not have it. Gives the address for `working_dir`. */
  upload(name: string, zip: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<string>;
}

export function createRayJobs({ address, headers, fetch = plainFetch }: RayCluster): RayJobs {
  const http = createHttpClient({
    service: "Ray",
    baseURL: `${address.replace(/\/+$/, "")}/api`,
    headers: () => headers ?? {},
    fetch,
  });
  const pathOf = (submission: string) => `jobs/${encodeURIComponent(submission)}`;
  const get = (path: string, signal?: AbortSignal) =>
    http.json({ path, signal, check: isObject }) as Promise<Record<string, string | undefined>>;
  return {
    async submit(submission, job, signal) {
      await http.json({ method: "POST", path: "jobs/", signal, json: { ...job, submission_id: submission } });
    },
    async status(submission, signal) {
      const { status = "", message } = await get(pathOf(submission), signal);
      return { status, message };
    },
    async log(submission, signal) {
      const { logs = "" } = await get(`${pathOf(submission)}/logs`, signal);
      return logs;
    },
    async stop(submission, signal) {
      await http.json({ method: "POST", path: `${pathOf(submission)}/stop`, signal });
    },
    async upload(name, zip, signal) {
      await http.text({ method: "PUT", path: `packages/gcs/${name}`, body: () => zip, signal });
      return `gcs://${name}`;
    },
  };
}
