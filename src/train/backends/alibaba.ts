import { hasList, hasTexts, isObject } from "../../http/answer-check.js";
import { createHttpClient } from "../../http/http-client.js";
import { checkApiKey, loadApiKey } from "../../http/load-api-key.js";
import { checkOptions } from "../../internal/options.js";
import type { FineTuneBackend, JobReference, JobRequest } from "../backend.js";
import { inOutput, invalidAnswer } from "./alibaba/answers.js";
import { BILLED, endDeployment, startDeployment } from "./alibaba/deployments.js";
import { uploadFile } from "./alibaba/files.js";
import { DEFAULTS, isJobOf, jobBody, jobName, logPage, snapshotOf } from "./alibaba/jobs.js";
import { numberedPages } from "./alibaba/numbered-pages.js";
import { alibabaKinds, type AlibabaOptions } from "./alibaba/options.js";
import { alibabaPrices } from "./alibaba/prices.js";
import { alibabaFile, alibabaRules } from "./alibaba/rows.js";
import { jobOptions } from "./shared/job-options.js";
import { defined, objectOf, stringOf } from "./shared/read.js";

export type { AlibabaDeployOptions, AlibabaLora, AlibabaOptions } from "./alibaba/options.js";

/** Pages of jobs that are read; a list has no end that one may trust. */
const MAXIMUM_PAGES = 50;
/** Lines of a log that are read at once: the API's own limit. */
const LOG_LINES = 1_000;

/**
 * Fine-tunes Qwen models on Alibaba Cloud Model Studio: supervised training, LoRA or all weights, by its REST API. The
 * tuned model runs on a deployment, which `deploy` starts and `teardown` ends.
 *
 * Never run against the real service; see `docs/backends/alibaba.md` for how it was tested.
 *
 * @example
 * ```ts
 * import { fineTune, readJsonl } from "langsmith-finetune";
 * import { alibaba } from "langsmith-finetune/backends/alibaba";
 *
 * const tuned = await fineTune({
 *   examples: readJsonl("train.jsonl"),
 *   validation: readJsonl("validation.jsonl"),
 *   backend: alibaba({ model: "qwen3-14b", lora: { rank: 64 } }),
 *   epochs: 3,
 * });
 * console.log(tuned.deployment?.billed);
 * ```
 */
export function alibaba(options: AlibabaOptions): FineTuneBackend {
  checkOptions<AlibabaOptions>("alibaba", options, alibabaKinds);
  const { model, baseURL = "https://dashscope-intl.aliyuncs.com/api/v1", headers, fetch, pollInterval } = options;
  const { inferenceBaseURL = new URL("/compatible-mode/v1", baseURL).href } = options;
  const client = createHttpClient({
    service: "Alibaba",
    baseURL,
    fetch,
    headers: async () => ({
      ...headers,
      authorization: `Bearer ${await loadApiKey("Alibaba", options.apiKey, "DASHSCOPE_API_KEY")}`,
    }),
  });
  const pathOf = ({ id }: { id: string }) => `/fine-tunes/${encodeURIComponent(id)}`;
  const get = async (job: { id: string }, signal: AbortSignal | undefined) =>
    objectOf(
      objectOf(await client.json({ path: pathOf(job), signal, check: inOutput(hasTexts("job_id", "status")) }))[
        "output"
      ],
    );
  const referenceOf = (
    { key, method, training, validation }: Pick<JobRequest, "key" | "method"> & Partial<JobRequest>,
    job: Record<string, unknown>,
  ): JobReference => {
    const id = stringOf(job["job_id"]);
    if (id === undefined) throw invalidAnswer("Alibaba's answer has no job id.");
    // The service's own times name no zone.
    const createdAt = new Date().toISOString();
    return defined({ backend: "alibaba", id, model, method, key, createdAt, training, validation });
  };

  /** The newest job that fits and has neither failed nor been cancelled. */
  async function findJob(fits: (job: Record<string, unknown>) => boolean, signal: AbortSignal | undefined) {
    const list = {
      path: "/fine-tunes",
      check: inOutput(isObject),
      listIn: (answer: unknown) => objectOf(objectOf(answer)["output"])["jobs"],
      id: "job_id",
      maximumPages: MAXIMUM_PAGES,
      signal,
    };
    for await (const jobs of numberedPages(client, list)) {
      const found = jobs.filter(fits).find((job) => {
        const { status } = snapshotOf(job);
        return status !== "failed" && status !== "cancelled";
      });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  return {
    name: "alibaba",
    model,
    capabilities: {
      methods: ["supervised"],
      validation: "job",
      deployment: "explicit",
      seed: false,
      suffix: true,
      epochs: true,
      validationFile: true,
      from: ["supervised"],
      evaluateEvery: true,
    },
    rules: alibabaRules(options),
    file: alibabaFile,
    options: jobOptions(
      { baseURL, ...options },
      "model",
      "apiKey",
      "fetch",
      "headers",
      "pollInterval",
      "inferenceBaseURL",
    ),
    prices: alibabaPrices(options),
    schedule: { epochs: DEFAULTS.epochs, batchSize: options.batchSize ?? DEFAULTS.batchSize },

    redact: client.redact,
    checkSetup: () => checkApiKey("Alibaba", options.apiKey, "DASHSCOPE_API_KEY"),

    upload: (file, call) => uploadFile(client, file, call),

    async start(request, { signal }) {
      const body = jobBody(options, request);
      // What an earlier call made whose answer was lost, where the list does not keep the name.
      const existing = request.fresh ? undefined : await findJob((job) => isJobOf(job, body), signal);
      if (existing !== undefined) return referenceOf(request, existing);
      const answer = await client.json({
        method: "POST",
        path: "/fine-tunes",
        json: body,
        signal,
        check: inOutput(hasTexts("job_id")),
      });
      return referenceOf(request, objectOf(objectOf(answer)["output"]));
    },

    async find(key, { signal }) {
      const job = await findJob((one) => one["job_name"] === jobName(key), signal);
      return job && referenceOf({ key, method: "supervised" }, job);
    },

    poll: async (job, { signal }) => snapshotOf(await get(job, signal)),

    async events(job, after, { signal }) {
      const query = { offset: after ?? "0", line: LOG_LINES };
      const answer = await client.json({
        path: `${pathOf(job)}/logs`,
        query,
        signal,
        check: inOutput(hasList("logs")),
      });
      return logPage(objectOf(answer)["output"], after);
    },

    async cancel(job, { signal }) {
      await client.json({ method: "POST", path: `${pathOf(job)}/cancel`, signal, idempotent: true });
    },

    result(job, snapshot) {
      if (snapshot.model === undefined) throw invalidAnswer(`Alibaba names no model for the finished job ${job.id}.`);
      return Promise.resolve(
        defined({
          model: snapshot.model,
          trainedTokens: snapshot.trainedTokens,
          deployment: { status: "required" as const, billed: BILLED },
        }),
      );
    },

    deploy: (tuned, deployOptions) =>
      startDeployment({ client, inferenceBaseURL, interval: pollInterval }, tuned, deployOptions),
    teardown: (tuned, call) => endDeployment(client, tuned, call),
  };
}
