import { checkOptions } from "../../internal/options.js";
import { ServiceError } from "../../errors.js";
import { isObject } from "../../http/answer-check.js";
import { checkApiKey, loadApiKey } from "../../http/load-api-key.js";
import type { FineTuneBackend, JobReference, JobRequest, TrainingMethod } from "../backend.js";
import { createHttpClient } from "../../http/http-client.js";
import { fireworksAccount, idOf, NAMED } from "./fireworks/account.js";
import { BILLED, endDeployment, startDeployment } from "./fireworks/deployments.js";
import { jobBody, jobId, jobKind, JOB_KINDS } from "./fireworks/jobs.js";
import { metricsPage } from "./fireworks/metrics.js";
import { fireworksKinds, type FireworksOptions } from "./fireworks/options.js";
import { fireworksPrices } from "./fireworks/prices.js";
import { fireworksFile, fireworksRules } from "./fireworks/rules.js";
import { outputModel, snapshotOf } from "./fireworks/snapshot.js";
import { uploadDataset } from "./fireworks/upload.js";
import { readChatTemplate } from "../../templates/chat-template.js";
import { withTemplate } from "./shared/template.js";
import { jobOptions } from "./shared/job-options.js";
import { defined, hasStatus, stringOf } from "./shared/read.js";

export type { FireworksDeployOptions, FireworksLora, FireworksOptions, FireworksRollout } from "./fireworks/options.js";

/** So many failed attempts at the same job, and something else is wrong. */
const MAXIMUM_ATTEMPTS = 50;

/**
 * Fine-tunes on Fireworks: supervised, preference (DPO, ORPO) and reinforcement training, by its REST API. The
 * tuned model runs on a dedicated deployment, which `deploy` starts and `teardown` ends.
 *
 * Never run against the real service; see `docs/backends/fireworks.md` for how it was tested.
 *
 * @example
 * ```ts
 * import { fineTune, readJsonl } from "langsmith-finetune";
 * import { fireworks } from "langsmith-finetune/backends/fireworks";
 *
 * const tuned = await fineTune({
 *   examples: readJsonl("train.jsonl"),
 *   backend: fireworks({ model: "llama-v3p1-8b-instruct", accountId: "my-account", lora: { rank: 16 } }),
 *   epochs: 2,
 * });
 * console.log(tuned.deployment?.billed);
 * ```
 */
export function fireworks(options: FireworksOptions): FineTuneBackend {
  checkOptions<FireworksOptions>("fireworks", options, fireworksKinds);
  const {
    model,
    baseURL = "https://api.fireworks.ai",
    inferenceBaseURL = "https://api.fireworks.ai/inference/v1",
    headers,
    fetch,
    pollInterval: interval,
  } = options;
  const client = createHttpClient({
    service: "Fireworks",
    baseURL,
    fetch,
    headers: async () => ({
      ...headers,
      authorization: `Bearer ${await loadApiKey("Fireworks", options.apiKey, "FIREWORKS_API_KEY")}`,
    }),
  });
  const given = options.template ?? options.jinjaTemplate;
  const template = given === undefined ? undefined : readChatTemplate(given);
  const account = fireworksAccount(client, options.accountId);
  const pathOf = ({ id, method }: Pick<JobReference, "id" | "method">) =>
    `${jobKind(method).path}/${encodeURIComponent(idOf(id))}`;

  const referenceOf = (
    request: Pick<JobRequest, "key" | "method"> & Partial<JobRequest>,
    id: string,
    job: Record<string, unknown>,
  ): JobReference =>
    defined({
      backend: "fireworks",
      id,
      model,
      method: request.method,
      key: request.key,
      createdAt: stringOf(job["createTime"]) ?? new Date().toISOString(),
      training: request.training,
      validation: request.validation,
    });

  return {
    name: "fireworks",
    model,
    capabilities: {
      methods: ["supervised", "preference", ...(options.evaluator === undefined ? [] : (["reinforcement"] as const))],
      validation: "upload",
      deployment: "explicit",
      seed: false,
      suffix: true,
      epochs: true,
      validationFile: true,
      from: ["supervised", "preference", "reinforcement"],
      earlyStopping: "fixed",
      earlyStoppingBy: ["supervised"],
    },
    rules: withTemplate(fireworksRules, template),
    file: fireworksFile,
    options: jobOptions(
      { baseURL, ...options },
      "model",
      "apiKey",
      "fetch",
      "headers",
      "pollInterval",
      "inferenceBaseURL",
      "template",
    ),

    prices: fireworksPrices(options),
    schedule: defined({ batchSize: options.batchSize }),

    redact: client.redact,
    checkSetup: () => checkApiKey("Fireworks", options.apiKey, "FIREWORKS_API_KEY"),

    upload: (file, call) => uploadDataset({ client, account, format: fireworksFile, interval }, file, call),

    async start(request, { signal }) {
      const { path, idField } = jobKind(request.method);
      for (let attempt = 1; attempt <= MAXIMUM_ATTEMPTS; attempt += 1) {
        const id = jobId(request.key, attempt);
        try {
          const json = jobBody(options, request, id);
          // Sent again without harm after a lost answer: the id is taken then.
          const job = await account.request({
            method: "POST",
            path,
            query: { [idField]: id },
            json,
            signal,
            // A second one that is to be started must not be taken for the first.
            idempotent: !request.fresh,
            check: NAMED,
          });
          return referenceOf(request, id, job);
        } catch (error) {
          if (!hasStatus(error, 409)) throw error;
          if (request.fresh) continue;
          const job = await account.request({ path: `${path}/${id}`, signal, check: NAMED });
          // The job of a crash or a lost answer is ours; one that ended without a model is in the way.
          if (!isSpent(job)) return referenceOf(request, id, job);
        }
      }
      throw new ServiceError({
        service: "Fireworks",
        code: "conflict",
        message: `Fireworks has ${MAXIMUM_ATTEMPTS} failed jobs for the same data and options.`,
        hint: "Look at what they say, or delete them.",
      });
    },

    async find(key, { signal }) {
      for (const method of Object.keys(JOB_KINDS) as TrainingMethod[]) {
        // The last is the newest.
        let found: JobReference | undefined;
        for (let attempt = 1; attempt <= MAXIMUM_ATTEMPTS; attempt += 1) {
          const id = jobId(key, attempt);
          const job = await account.lookUp({ path: `${jobKind(method).path}/${id}`, signal });
          if (job === undefined) break;
          if (!isSpent(job)) found = referenceOf({ key, method }, id, job);
        }
        if (found !== undefined) return found;
      }
      return undefined;
    },

    poll: async (job, { signal }) => snapshotOf(await account.request({ path: pathOf(job), signal, check: NAMED })),

    async events(job, after, { signal }) {
      const url =
        job.method === "preference"
          ? (await account.lookUp({ path: `${pathOf(job)}:getMetricsFileEndpoint`, signal, check: isObject }))?.[
              "signedUrl"
            ]
          : (await account.request({ path: pathOf(job), signal, check: NAMED }))["metricsFileSignedUrl"];
      const path = stringOf(url);
      if (path === undefined) return defined({ events: [], after });
      return metricsPage(await client.text({ path, signal, headers: { accept: "*/*" } }), after);
    },

    async cancel(job, { signal }) {
      await account.request({ method: "POST", path: `${pathOf(job)}:cancel`, json: {}, signal, idempotent: true });
    },

    result(job, snapshot) {
      const tuned = snapshot.model ?? outputModel({ name: account.name(jobKind(job.method).path.slice(1), job.id) });
      return Promise.resolve({
        model: tuned ?? job.id,
        deployment: { status: "required" as const, billed: BILLED },
      });
    },

    deploy: (tuned, deployOptions) => startDeployment(account, tuned, deployOptions, { inferenceBaseURL, interval }),
    teardown: (tuned, call) => endDeployment(account, tuned, call),
  };
}

/** True for a job that ended without a model. */
function isSpent(job: Record<string, unknown>): boolean {
  const { status } = snapshotOf(job);
  return status === "failed" || status === "cancelled";
}
