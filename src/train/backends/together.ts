import { checkOptions } from "../../internal/options.js";
import { ServiceError } from "../../errors.js";
import { hasList, hasTexts, isObject } from "../../http/answer-check.js";
import { checkApiKey, loadApiKey } from "../../http/load-api-key.js";
import type { Checkpoint, FineTuneBackend, JobReference, JobRequest } from "../backend.js";
import { createHttpClient, type HttpClient } from "../../http/http-client.js";
import { readChatTemplate } from "../../templates/chat-template.js";
import { withTemplate } from "./shared/template.js";
import { jobOptions } from "./shared/job-options.js";
import { defined, hasStatus, listOf, numberOf, objectOf, stringOf } from "./shared/read.js";
import { BILLED, endEndpoint, startEndpoint } from "./together/endpoints.js";
import { eventPage } from "./together/events.js";
import { jobBody, suffixMark } from "./together/job-body.js";
import { togetherKinds, type TogetherOptions } from "./together/options.js";
import { togetherPrices } from "./together/prices.js";
import { togetherFile, togetherRules } from "./together/rules.js";
import { snapshotOf } from "./together/snapshot.js";
import { uploadFile } from "./together/upload.js";

export type { TogetherDeployOptions, TogetherDpo, TogetherLora, TogetherOptions } from "./together/options.js";

const ENDED: ReadonlySet<string> = new Set(["error", "cancelled", "cancel_requested"]);

/**
 * Fine-tunes on Together AI: supervised and preference training, LoRA or all weights, by its REST
 * API. The tuned model runs on a dedicated endpoint, which `deploy` starts and `teardown` ends.
 *
 * Never run against the real service; see `docs/backends/together.md` for how it was tested.
 *
 * @example
 * ```ts
 * import { fineTune, readJsonl } from "langsmith-finetune";
 * import { together } from "langsmith-finetune/backends/together";
 *
 * const tuned = await fineTune({
 *   examples: readJsonl("train.jsonl"),
 *   backend: together({
 *     model: "meta-llama/Meta-Llama-3.1-8B-Instruct-Reference",
 *     lora: { rank: 16 },
 *   }),
 *   epochs: 3,
 *   suffix: "support",
 * });
 * console.log(tuned.deployment?.billed);
 * ```
 */
export function together(options: TogetherOptions): FineTuneBackend {
  checkOptions<TogetherOptions>("together", options, togetherKinds);
  const { model, baseURL = "https://api.together.ai/v1", headers, fetch, pollInterval } = options;
  const client: HttpClient = createHttpClient({
    service: "Together",
    baseURL,
    fetch,
    headers: async () => ({
      ...headers,
      authorization: `Bearer ${await loadApiKey("Together", options.apiKey, "TOGETHER_API_KEY")}`,
    }),
  });
  const pathOf = ({ id }: { id: string }) => `/fine-tunes/${encodeURIComponent(id)}`;

  return {
    name: "together",
    model,
    capabilities: {
      methods: ["supervised", "preference"],
      validation: "upload",
      deployment: "explicit",
      seed: true,
      suffix: true,
      epochs: true,
      validationFile: true,
      from: ["supervised", "preference"],
      evaluateEvery: true,
    },
    rules: withTemplate(togetherRules, options.template === undefined ? undefined : readChatTemplate(options.template)),
    file: togetherFile,
    options: jobOptions({ baseURL, ...options }, "model", "apiKey", "fetch", "headers", "pollInterval", "template"),

    prices: togetherPrices(options),
    // One epoch is the default of POST /fine-tunes (OpenAPI document of 2026-04-28).
    schedule: defined({ epochs: 1, batchSize: options.batchSize === "max" ? undefined : options.batchSize }),

    redact: client.redact,
    checkSetup: () => checkApiKey("Together", options.apiKey, "TOGETHER_API_KEY"),

    upload: (dataset, call) => uploadFile(client, dataset, togetherFile, call, pollInterval),

    async start(request, { signal }) {
      const answer = await client.json({
        method: "POST",
        path: "/fine-tunes",
        json: jobBody(options, request),
        signal,
        check: hasTexts("id"),
      });
      return referenceOf(options, request, objectOf(answer));
    },

    async find(key, { signal }) {
      const jobs = listOf(objectOf(await client.json({ path: "/fine-tunes", signal, check: hasList("data") }))["data"]);
      const mark = suffixMark(key);
      // A job that failed or was cancelled is not a reason not to try again.
      const job = jobs
        .filter(({ suffix, status }) => stringOf(suffix)?.endsWith(mark) && !ENDED.has(String(status)))
        .sort((a, b) => String(b["created_at"]).localeCompare(String(a["created_at"])))[0];
      if (job === undefined) return undefined;
      const method = objectOf(job["training_method"])["method"] === "dpo" ? "preference" : "supervised";
      return referenceOf(options, { key, method }, job);
    },

    async poll(job, { signal }) {
      const answer = await client.json({ path: pathOf(job), signal, check: hasTexts("id", "status") });
      const snapshot = snapshotOf(answer);
      if (snapshot.status !== "failed" || listOf(objectOf(answer)["events"]).length > 0) return snapshot;
      // The reason of a failure is in the events, which the job itself does not always carry.
      const events = await client.json({ path: `${pathOf(job)}/events`, signal, check: hasList("data") });
      return { ...snapshotOf({ ...objectOf(answer), events: objectOf(events)["data"] }), raw: answer };
    },

    async events(job, after, { signal }) {
      const events = await client.json({ path: `${pathOf(job)}/events`, signal, check: hasList("data") });
      return eventPage(events, await metricsOf(client, pathOf(job), signal), after);
    },

    async cancel(job, { signal }) {
      await client.json({ method: "POST", path: `${pathOf(job)}/cancel`, signal, idempotent: true });
    },

    async checkpoints(job, { signal }) {
      const answer = await client.json({ path: `${pathOf(job)}/checkpoints`, signal, check: hasList("data") });
      return listOf(objectOf(answer)["data"]).map((one): Checkpoint => {
        const step = numberOf(one["step"]);
        // What a job goes on from.
        return defined({ id: step === undefined ? job.id : `${job.id}:${step}`, step });
      });
    },

    result(job, snapshot) {
      if (snapshot.model === undefined) {
        throw new ServiceError({
          service: "Together",
          code: "invalid-answer",
          message: `Together names no output model for the finished job ${job.id}.`,
        });
      }
      return Promise.resolve({
        model: snapshot.model,
        ...(snapshot.trainedTokens === undefined ? {} : { trainedTokens: snapshot.trainedTokens }),
        deployment: { status: "required" as const, billed: BILLED },
      });
    },

    deploy: (tuned, deployOptions) => startEndpoint(client, tuned, deployOptions, { baseURL, interval: pollInterval }),
    teardown: (tuned, call) => endEndpoint(client, tuned, call),
  };
}

/** Measurements of a job. A job that has none yet may be answered with 404, which is not a failure. */
async function metricsOf(client: HttpClient, path: string, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    return await client.json({ path: `${path}/metrics`, signal, check: isObject });
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}

function referenceOf(
  { model }: TogetherOptions,
  { key, method, training, validation }: Pick<JobRequest, "key" | "method"> & Partial<JobRequest>,
  job: Record<string, unknown>,
): JobReference {
  const id = stringOf(job["id"]);
  if (id === undefined)
    throw new ServiceError({
      service: "Together",
      code: "invalid-answer",
      message: "Together's answer has no job id.",
    });
  const createdAt = stringOf(job["created_at"]) ?? new Date().toISOString();
  return defined({ backend: "together", id, model, method, key, createdAt, training, validation });
}
