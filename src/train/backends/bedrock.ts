import { checkOptions } from "../../internal/options.js";
import type { ModelCustomizationJobSummary } from "@aws-sdk/client-bedrock";
import { InvalidOptionError, ServiceError } from "../../errors.js";
import type { FineTuneBackend, JobReference, JobRequest } from "../backend.js";
import { bedrockClients } from "./bedrock/clients.js";
import { BILLED, endDeployment, startDeployment } from "./bedrock/deployments.js";
import { bedrockKinds } from "./bedrock/options.js";
import type { BedrockOptions } from "./bedrock/options.js";
import { bedrockData, rowFormatOf } from "./bedrock/rules.js";
import { eventsOf, snapshotOf } from "./bedrock/snapshot.js";
import { withServiceErrors } from "../../http/amazon.js";
import { objectKey, uploadToS3 } from "./shared/amazon/s3.js";
import { jobOptions } from "./shared/job-options.js";
import { defined } from "./shared/read.js";

export type { BedrockDeployOptions, BedrockOptions, BedrockRowFormat } from "./bedrock/options.js";

/** Pages of a list that are read; a list has no end that one may trust. */
const MAXIMUM_PAGES = 100;

/**
 * Fine-tunes on Amazon Bedrock: supervised training of Nova, Llama and Claude 3 Haiku, by
 * `@aws-sdk/client-bedrock`, with the dataset in S3 by `@aws-sdk/client-s3`. Both are optional
 * packages: `npm install @aws-sdk/client-bedrock @aws-sdk/client-s3`. Rows with tools or images are
 * refused, because Bedrock's fine-tuning does not take them. `deploy` makes the tuned model callable.
 *
 * Never run against the real service; see `docs/backends/bedrock.md` for how it was tested.
 *
 * @example
 * ```ts
 * import { fineTune, readJsonl } from "langsmith-finetune";
 * import { bedrock } from "langsmith-finetune/backends/bedrock";
 *
 * const tuned = await fineTune({
 *   examples: readJsonl("train.jsonl"),
 *   backend: bedrock({
 *     model: "amazon.nova-lite-v1:0:300k",
 *     region: "us-east-1",
 *     bucket: "my-bucket",
 *     roleArn: "arn:aws:iam::123456789012:role/bedrock-tuning",
 *   }),
 *   epochs: 2,
 * });
 * console.log(tuned.deployment?.billed);
 * ```
 */
export function bedrock(options: BedrockOptions): FineTuneBackend {
  checkOptions<BedrockOptions>("bedrock", options, bedrockKinds);
  const { model, region, pollInterval: interval } = options;
  const clients = bedrockClients(options);
  const { rules, file } = bedrockData(model, options.rowFormat ?? rowFormatOf(model));
  const context = { clients, region, interval };

  const call = async <T>(
    request: string,
    signal: AbortSignal | undefined,
    send: (bedrock: Awaited<ReturnType<typeof clients.bedrock>>) => Promise<T>,
  ): Promise<T> => {
    const client = await clients.bedrock();
    return withServiceErrors("Bedrock", request, () => send(client), clients, signal);
  };

  const get = (id: string, signal: AbortSignal | undefined) =>
    call(`GET ${id}`, signal, ({ client, sdk }) =>
      client.send(new sdk.GetModelCustomizationJobCommand({ jobIdentifier: id }), { abortSignal: signal }),
    );

  /** Every job of this key, the newest first. */
  const list = async (key: string, signal: AbortSignal | undefined) => {
    const found: ModelCustomizationJobSummary[] = [];
    let nextToken: string | undefined;
    for (let page = 0; page < MAXIMUM_PAGES; page += 1) {
      const answer = await call("GET model-customization-jobs", signal, ({ client, sdk }) =>
        client.send(
          new sdk.ListModelCustomizationJobsCommand({
            nameContains: jobName(key),
            sortBy: "CreationTime",
            sortOrder: "Descending",
            nextToken,
          }),
          { abortSignal: signal },
        ),
      );
      found.push(...(answer.modelCustomizationJobSummaries ?? []));
      if (answer.nextToken === undefined || answer.nextToken === nextToken) break;
      nextToken = answer.nextToken;
    }
    return found.filter((job, index) => found.findIndex((other) => other.jobArn === job.jobArn) === index);
  };

  return {
    name: "bedrock",
    model,
    capabilities: {
      methods: ["supervised"],
      validation: "job",
      deployment: "explicit",
      seed: false,
      suffix: true,
      epochs: true,
      validationFile: true,
    },
    rules,
    file,
    options: jobOptions(options, "model", "clientOptions", "s3Options", "pollInterval", "tags"),

    async checkSetup() {
      await clients.bedrock();
      await clients.s3();
    },
    upload: (dataset, callOptions) => uploadToS3(clients, options, dataset, callOptions),

    async start(request, { signal }) {
      // Names are taken for good, also by jobs that failed: each attempt has its number.
      const attempt = (await list(request.key, signal)).length + 1;
      const name = attempt === 1 ? jobName(request.key) : `${jobName(request.key)}-${attempt}`;
      const input = jobInput(options, request, name);
      const { jobArn } = await call("POST model-customization-jobs", signal, ({ client, sdk }) =>
        client.send(new sdk.CreateModelCustomizationJobCommand(input), { abortSignal: signal }),
      );
      return referenceOf(model, request, jobArn, new Date());
    },

    async find(key, { signal }) {
      const job = (await list(key, signal)).find(
        ({ status }) => status !== "Failed" && status !== "Stopped" && status !== "Stopping",
      );
      return job && referenceOf(model, { key, method: "supervised" }, job.jobArn, job.creationTime);
    },

    poll: async (job, { signal }) => snapshotOf(await get(job.id, signal)),

    async events(job, after, { signal }) {
      const events = eventsOf(await get(job.id, signal));
      const seen = new Set(after === undefined ? [] : (JSON.parse(after) as string[]));
      return { events: events.filter(({ id }) => !seen.has(id)), after: JSON.stringify(events.map(({ id }) => id)) };
    },

    async cancel(job, { signal }) {
      await call(`POST ${job.id}/stop`, signal, ({ client, sdk }) =>
        client.send(new sdk.StopModelCustomizationJobCommand({ jobIdentifier: job.id }), { abortSignal: signal }),
      );
    },

    result(job, snapshot) {
      if (snapshot.model === undefined) {
        throw new ServiceError({
          service: "Bedrock",
          code: "invalid-answer",
          message: `Bedrock names no model for the finished job ${job.id}.`,
        });
      }
      return Promise.resolve({ model: snapshot.model, deployment: { status: "required" as const, billed: BILLED } });
    },

    deploy: (tuned, deployOptions) => startDeployment(context, tuned, deployOptions),
    teardown: (tuned, callOptions) => endDeployment(context, tuned, callOptions),
  };
}

/** The job's name holds the key, by which it is found. At most 63 letters, digits and hyphens. */
function jobName(key: string): string {
  return `lf-${key.replace(/[^A-Za-z0-9]+/g, "-").slice(0, 40)}`;
}

function jobInput(options: BedrockOptions, request: JobRequest, name: string) {
  const {
    model,
    roleArn,
    bucket,
    prefix,
    hyperparameters = {},
    extra,
    customModelKmsKeyId,
    vpcConfig,
    tags = {},
  } = options;
  const tagList = Object.entries(tags).map(([key, value]) => ({ key, value }));
  const epochs = request.epochs === undefined ? {} : { epochCount: request.epochs };
  if (request.epochs !== undefined && "epochCount" in hyperparameters) {
    throw new InvalidOptionError({
      option: "epochs",
      value: request.epochs,
      message: "epochs and hyperparameters.epochCount are both given.",
      hint: "Give one.",
    });
  }
  return {
    jobName: name,
    customModelName: modelName(request.suffix, name),
    roleArn,
    baseModelIdentifier: model,
    customizationType: "FINE_TUNING" as const,
    // The same token for the same attempt: Bedrock carries a request that comes twice out once.
    clientRequestToken: name,
    trainingDataConfig: { s3Uri: request.training.id },
    ...(request.validation === undefined
      ? {}
      : { validationDataConfig: { validators: [{ s3Uri: request.validation.id }] } }),
    outputDataConfig: { s3Uri: `s3://${bucket}/${objectKey(prefix, `output/${name}/`)}` },
    hyperParameters: Object.fromEntries(
      Object.entries(
        defined({
          ...epochs,
          learningRate: options.learningRate,
          learningRateMultiplier: options.learningRateMultiplier,
          batchSize: options.batchSize,
          learningRateWarmupSteps: options.warmupSteps,
          ...hyperparameters,
        }),
      ).map(([key, value]) => [key, String(value)]),
    ),
    ...(customModelKmsKeyId === undefined ? {} : { customModelKmsKeyId }),
    ...(vpcConfig === undefined ? {} : { vpcConfig }),
    ...(tagList.length > 0 ? { jobTags: tagList, customModelTags: tagList } : {}),
    ...extra,
  };
}

/** At most 63 letters, digits and single hyphens or underscores; unique, because a model's name is taken for good. */
function modelName(suffix: string | undefined, name: string): string {
  const words = (suffix ?? "tuned")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
  const [, key = "", attempt] = /^lf-(.{1,12})[^-]*(?:-(\d+))?$/.exec(name) ?? [];
  return [words, key.replace(/-+$/g, ""), attempt].filter((part) => part !== undefined && part !== "").join("-");
}

function referenceOf(
  model: string,
  { key, method, training, validation }: Pick<JobRequest, "key" | "method"> & Partial<JobRequest>,
  jobArn: string | undefined,
  createdAt: Date | undefined,
): JobReference {
  if (jobArn === undefined)
    throw new ServiceError({ service: "Bedrock", code: "invalid-answer", message: "Bedrock's answer has no job ARN." });
  return defined({
    backend: "bedrock",
    id: jobArn,
    model,
    method,
    key,
    createdAt: (createdAt ?? new Date()).toISOString(),
    training,
    validation,
  });
}
