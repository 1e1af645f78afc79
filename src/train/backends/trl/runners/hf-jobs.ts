import { checkOptions } from "../../../../internal/options.js";
import { callback, list, milliseconds, positiveInteger, required, text } from "../../../../internal/kinds.js";
import { keyKind } from "../../shared/kinds.js";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FinetuneError, ServiceError } from "../../../../errors.js";
import { checkApiKey, loadApiKey, type ApiKey } from "../../../../http/load-api-key.js";
import { loadPackage } from "../../../../internal/load-package.js";
import type { JsonObject } from "../../../../types.js";
import { KnownSecrets, secretsOfEnvironment } from "../../../../http/secrets.js";
import { unreadable } from "../../../../http/answer-check.js";
import { serviceError, toClientError } from "../../../../http/service-error.js";
import type { ServiceFailure } from "../../../../http/service-failure.js";
import type { Runner, RunnerStatus } from "../runner.js";

/** Options of {@link hfJobs}. */
export interface HfJobsOptions {
  /** The user or organisation that pays, and owns the data and the model. */
  namespace: string;
  /** The machine: `a10g-small`, `l4x1`, … See the hub's list with prices. */
  flavor: string;
  /** The token, or a function that gets one. @default the environment variable HF_TOKEN */
  accessToken?: ApiKey;
  /** @default "pytorch/pytorch:2.9.1-cuda12.8-cudnn9-runtime" */
  dockerImage?: string;
  /** What is installed in the container first. @default ["trl>=1.13,<2", "peft", "huggingface_hub"] */
  pip?: readonly string[];
  /** The hub ends the job after so many seconds; its own default is half an hour. @default 21600 */
  timeoutSeconds?: number;
  /** @default "https://huggingface.co" */
  hubUrl?: string;
  fetch?: typeof fetch;
  /** Milliseconds of silence after which the log is taken to be read to its end. @default 2000 */
  logPause?: number;
}

// The type of the hub's client lacks COMPLETED, CANCELED and QUEUED, which its command line shows.
const STAGES: Record<string, RunnerStatus["state"]> = {
  QUEUED: "pending",
  SCHEDULING: "pending",
  UPDATING: "pending",
  RUNNING: "running",
  COMPLETED: "succeeded",
  ERROR: "failed",
  CANCELED: "stopped",
  CANCELLED: "stopped",
  STOPPED: "stopped",
  DELETING: "stopped",
  DELETED: "stopped",
};

/**
 * Runs the training on Hugging Face Jobs, with `@huggingface/hub` (an optional peer). The rows go into
 * a private dataset repository and the result into a private model repository, both named after the
 * job. The disk of a job is gone when it ends, so a killed job starts over.
 *
 * @example
 * ```ts
 * import { hfJobs, trl } from "langsmith-finetune/backends/trl";
 *
 * const backend = trl({ model: "Qwen/Qwen3-8B", runner: hfJobs({ namespace: "my-team", flavor: "a10g-large" }) });
 * ```
 */
export function hfJobs(options: HfJobsOptions): Runner {
  checkOptions<HfJobsOptions>("hfJobs", options, {
    namespace: required(text),
    flavor: required(text),
    accessToken: keyKind,
    dockerImage: text,
    pip: list(text),
    timeoutSeconds: positiveInteger,
    hubUrl: text,
    fetch: callback,
    logPause: milliseconds,
  });
  const { namespace, flavor, hubUrl, fetch = globalThis.fetch, logPause = 2000, timeoutSeconds = 21_600 } = options;
  const {
    dockerImage = "pytorch/pytorch:2.9.1-cuda12.8-cudnn9-runtime",
    pip = ["trl>=1.13,<2", "peft", "huggingface_hub"],
  } = options;
  const hub = () => loadPackage("@huggingface/hub", "Running on Hugging Face Jobs", () => import("@huggingface/hub"));
  const token = async () => {
    const given = await loadApiKey("Hugging Face", options.accessToken, "HF_TOKEN");
    secrets.add(given);
    return given;
  };
  // The token, and what goes along to the job: the hub may repeat either.
  const secrets = new KnownSecrets();
  const call = <T>(request: () => Promise<T>) => withServiceErrors(request, secrets);
  // The hub's client takes no signal, but its fetch can be one that has it.
  const common = async (signal?: AbortSignal) => ({
    hubUrl,
    accessToken: await token(),
    fetch: ((input, init) => fetch(input, signal ? { ...init, signal } : init)) satisfies typeof globalThis.fetch,
  });

  const jobOf = async ({ job, label }: JsonObject, signal?: AbortSignal): Promise<string> => {
    if (typeof job === "string") return job;
    if (typeof label !== "string")
      throw new FinetuneError({
        message: "This is not a reference to a job on Hugging Face.",
        hint: "Pass the reference as it was stored.",
      });
    const { listJobs } = await hub();
    const jobs = await call(async () => listJobs({ namespace, ...(await common(signal)) }));
    const found = jobs.find(({ labels }) => labels?.["langsmith-finetune"] === label);
    if (found) return found.id;
    throw new ServiceError({
      service: "Hugging Face",
      code: "not-found",
      status: 404,
      message: `There is no job ${label} in ${namespace}.`,
    });
  };

  return {
    name: "hf-jobs",
    local: false,
    async checkSetup() {
      checkApiKey("Hugging Face", options.accessToken, "HF_TOKEN");
      await hub();
    },

    // The hub gives a job its id; until it is heard, the label finds it.
    plan: (work) => ({ label: work.id, model: `${namespace}/${work.id}` }),

    async start(work, plan, { signal }) {
      const { createRepo, runJob, uploadFiles } = await hub();
      secrets.add(...secretsOfEnvironment(work.environment));
      const name = `${namespace}/${work.id}`;
      const dataset = { type: "dataset" as const, name };
      for (const repo of [dataset, { type: "model" as const, name }]) {
        await call(async () => createRepo({ repo, private: true, ...(await common(signal)) })).catch(ignoreExisting);
      }
      const files = await Promise.all(
        work.files.map(async (path) => ({
          path,
          content: new Blob([new Uint8Array(await readFile(join(work.directory, path)))]),
        })),
      );
      await call(async () =>
        uploadFiles({ repo: dataset, files, commitTitle: "Training rows and config", ...(await common(signal)) }),
      );
      const command = [
        "mkdir -p /tmp/job && cp -RL /data/. /tmp/job && cd /tmp/job",
        `python -m pip install --quiet ${pip.map((item) => `'${item}'`).join(" ")}`,
        `PYTHON=python sh ${work.script}`,
        `hf upload ${name} output . --private`,
      ].join(" && ");
      const job = await call(async () =>
        runJob({
          namespace,
          dockerImage,
          flavor: flavor as Parameters<typeof runJob>[0]["flavor"],
          command: ["sh", "-c", command],
          environment: { PYTHONUNBUFFERED: "1" },
          // The environment may hold credentials, so all of it goes in encrypted.
          secrets: { ...work.environment, HF_TOKEN: await token() },
          volumes: [{ source: dataset, mountPath: "/data", readOnly: true }],
          timeoutSeconds,
          labels: { "langsmith-finetune": work.id },
          ...(await common(signal)),
        }),
      );
      return { ...plan, job: job.id };
    },

    async status(handle, { signal }) {
      const { getJob } = await hub();
      const jobId = await jobOf(handle, signal);
      const { status } = await call(async () => getJob({ namespace, jobId, ...(await common(signal)) }));
      return {
        state: STAGES[status.stage] ?? "pending",
        rawStatus: status.stage,
        message: status.message ?? undefined,
      };
    },

    async log(handle, offset, { signal }) {
      const { streamJobLogs } = await hub();
      const jobId = await jobOf(handle, signal);
      const text = await call(async () =>
        readUntilQuiet(streamJobLogs({ namespace, jobId, ...(await common(signal)) }), logPause),
      );
      const bytes = Buffer.from(text);
      return { text: bytes.subarray(offset).toString(), next: bytes.length };
    },

    async stop(handle, { signal }) {
      const { cancelJob } = await hub();
      const jobId = await jobOf(handle, signal);
      await call(async () => cancelJob({ namespace, jobId, ...(await common(signal)) }));
    },

    async result(handle) {
      return String(handle.model);
    },
  };
}

// The stream of a running job has no end: what has come when it falls silent is the log so far.
async function readUntilQuiet(
  lines: AsyncGenerator<{ message: string }, void, unknown>,
  pause: number,
): Promise<string> {
  let text = "";
  for (;;) {
    const next = lines.next();
    let timer: NodeJS.Timeout | undefined;
    const quiet = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), pause);
    });
    const result = await Promise.race([next, quiet]);
    clearTimeout(timer);
    if (result === undefined) {
      // The reader is closed without waiting: its pending read settles when the connection does.
      next.catch(() => undefined);
      void lines.return().catch(() => undefined);
      return text;
    }
    if (result.done) return text;
    text += `${result.value.message}\n`;
  }
}

async function withServiceErrors<T>(request: () => Promise<T>, { values: secrets }: KnownSecrets): Promise<T> {
  try {
    const answer = await request();
    // The client passes on whatever came.
    if (answer === null)
      throw serviceError(unreadable(undefined, "it is null"), { service: "Hugging Face", hint: adviseOn });
    return answer;
  } catch (cause) {
    const { statusCode, message, url } = cause as { statusCode?: number; message: string; url?: string };
    const context = { service: "Hugging Face", request: url, cause, secrets, hint: adviseOn };
    throw statusCode === undefined
      ? toClientError(cause, context)
      : serviceError({ status: statusCode, message }, context);
  }
}

function adviseOn({ status }: ServiceFailure): string | undefined {
  return status === 401 || status === 403
    ? "Check that HF_TOKEN may write to the namespace and start jobs."
    : undefined;
}

function ignoreExisting(error: unknown): void {
  if (!(ServiceError.isInstance(error) && error.status === 409)) throw error;
}
