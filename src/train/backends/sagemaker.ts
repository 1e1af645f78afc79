import { ServiceError } from "../../errors.js";
import { checkOptions } from "../../internal/options.js";
import type { FineTuneBackend, JobReference, JobRequest } from "../backend.js";
import { sageMakerClients } from "./sagemaker/clients.js";
import { BILLED, deleteImport, importModel } from "./sagemaker/import-model.js";
import { jobInput, jobName } from "./sagemaker/job.js";
import { sageMakerKinds, type SageMakerOptions } from "./sagemaker/options.js";
import { sageMakerData } from "./sagemaker/rows.js";
import { eventsOf, snapshotOf } from "./sagemaker/snapshot.js";
import { withServiceErrors } from "../../http/amazon.js";
import { uploadToS3 } from "./shared/amazon/s3.js";
import { jobOptions } from "./shared/job-options.js";
import { defined, hasStatus } from "./shared/read.js";

export type {
  SageMakerDeployOptions,
  SageMakerEvaluator,
  SageMakerOptions,
  SageMakerSequenceLength,
} from "./sagemaker/options.js";

/** So many failed attempts at the same job, and something else is wrong. */
const MAXIMUM_ATTEMPTS = 50;

/**
 * Fine-tunes by the serverless model customization of Amazon SageMaker AI: supervised training, preference pairs (DPO)
 * and reinforcement with an evaluator (RLVR, RLAIF), by `@aws-sdk/client-sagemaker`, with the dataset in S3 by
 * `@aws-sdk/client-s3`. Both are optional packages: `npm install @aws-sdk/client-sagemaker @aws-sdk/client-s3`. Rows
 * with tools or images are refused. `deploy` imports the tuned model into Bedrock.
 *
 * Never run against the real service; see `docs/backends/sagemaker.md` for how it was tested.
 *
 * @example
 * ```ts
 * import { fineTune, readJsonl } from "langsmith-finetune";
 * import { sageMaker } from "langsmith-finetune/backends/sagemaker";
 *
 * const tuned = await fineTune({
 *   examples: readJsonl("train.jsonl"),
 *   backend: sageMaker({
 *     model: "huggingface-llm-qwen2-5-7b-instruct",
 *     region: "us-east-1",
 *     bucket: "my-bucket",
 *     roleArn: "arn:aws:iam::123456789012:role/tuning",
 *     modelPackageGroupArn: "arn:aws:sagemaker:us-east-1:123456789012:model-package-group/support",
 *   }),
 *   epochs: 2,
 * });
 * console.log(tuned.model);
 * ```
 */
export function sageMaker(options: SageMakerOptions): FineTuneBackend {
  checkOptions<SageMakerOptions>("sageMaker", options, sageMakerKinds);
  const { model, region, roleArn, pollInterval } = options;
  const clients = sageMakerClients(options);
  const { rules, file } = sageMakerData(options);
  const context = { clients, region, roleArn, pollInterval };

  const call = async <T>(
    request: string,
    signal: AbortSignal | undefined,
    send: (sageMaker: Awaited<ReturnType<typeof clients.sageMaker>>) => Promise<T>,
  ): Promise<T> => {
    const loaded = await clients.sageMaker();
    return withServiceErrors("SageMaker", request, () => send(loaded), clients, signal);
  };
  const describe = (name: string, signal: AbortSignal | undefined) =>
    call(`DescribeTrainingJob ${name}`, signal, async ({ client, sdk }) => {
      const job = await client.send(new sdk.DescribeTrainingJobCommand({ TrainingJobName: name }), {
        abortSignal: signal,
      });
      if (job.TrainingJobStatus === undefined) throw invalid("SageMaker's answer has no state of the job.");
      return job;
    });
  /** The job of this name; nothing where there is none. */
  const lookUp = async (name: string, signal: AbortSignal | undefined) => {
    try {
      return await describe(name, signal);
    } catch (error) {
      if (isUnknown(error)) return undefined;
      throw error;
    }
  };
  const referenceOf = (
    { key, method, training, validation }: Pick<JobRequest, "key" | "method"> & Partial<JobRequest>,
    id: string,
    createdAt = new Date(),
  ): JobReference =>
    defined({
      backend: "sagemaker",
      id,
      model,
      method,
      key,
      createdAt: createdAt.toISOString(),
      training,
      validation,
    });

  return {
    name: "sagemaker",
    model,
    capabilities: {
      methods: ["supervised", "preference", ...(options.evaluator === undefined ? [] : (["reinforcement"] as const))],
      validation: "job",
      deployment: "explicit",
      seed: false,
      suffix: false,
      epochs: true,
      validationFile: true,
      from: ["supervised", "preference", "reinforcement"],
    },
    rules,
    file,
    options: jobOptions(options, "model", "clientOptions", "s3Options", "bedrockOptions", "pollInterval", "tags"),

    async checkSetup() {
      await clients.sageMaker();
      await clients.s3();
    },
    upload: (dataset, callOptions) => uploadToS3(clients, options, dataset, callOptions),

    async start(request, { signal }) {
      // Names are taken for good, also by jobs that failed: each attempt has its number.
      for (let attempt = 1; attempt <= MAXIMUM_ATTEMPTS; attempt += 1) {
        const name = jobName(request.key, attempt);
        const existing = await lookUp(name, signal);
        if (existing !== undefined) {
          const { status } = snapshotOf(existing);
          if (request.fresh || status === "failed" || status === "cancelled") continue;
          return referenceOf(request, name, existing.CreationTime);
        }
        const input = jobInput(options, request, name);
        try {
          await call("CreateTrainingJob", signal, ({ client, sdk }) =>
            client.send(new sdk.CreateTrainingJobCommand(input), { abortSignal: signal }),
          );
        } catch (error) {
          // Somebody made it in between, on another machine, from the same rows and options.
          if (!hasCode(error, "ResourceInUse")) throw error;
          if (request.fresh) continue;
        }
        return referenceOf(request, name);
      }
      throw new ServiceError({
        service: "SageMaker",
        code: "conflict",
        message: `SageMaker has ${MAXIMUM_ATTEMPTS} jobs for the same data and options.`,
        hint: "Look at what they say.",
      });
    },

    async find(key, { signal }) {
      // The last is the newest.
      let found: JobReference | undefined;
      for (let attempt = 1; attempt <= MAXIMUM_ATTEMPTS; attempt += 1) {
        const name = jobName(key, attempt);
        const job = await lookUp(name, signal);
        if (job === undefined) break;
        const { status } = snapshotOf(job);
        const method = METHODS[job.ServerlessJobConfig?.CustomizationTechnique ?? ""] ?? "supervised";
        if (status !== "failed" && status !== "cancelled") found = referenceOf({ key, method }, name, job.CreationTime);
      }
      return found;
    },

    poll: async (job, { signal }) => snapshotOf(await describe(job.id, signal)),

    async events(job, after, { signal }) {
      const events = eventsOf(await describe(job.id, signal));
      const seen = new Set(after === undefined ? [] : (JSON.parse(after) as string[]));
      return { events: events.filter(({ id }) => !seen.has(id)), after: JSON.stringify(events.map(({ id }) => id)) };
    },

    async cancel(job, { signal }) {
      await call(`StopTrainingJob ${job.id}`, signal, ({ client, sdk }) =>
        client.send(new sdk.StopTrainingJobCommand({ TrainingJobName: job.id }), { abortSignal: signal }),
      );
    },

    result(job, { model: arn, trainedTokens }) {
      if (arn === undefined) throw invalid(`SageMaker names no model package for the finished job ${job.id}.`);
      return Promise.resolve(
        defined({ model: arn, trainedTokens, deployment: { status: "required" as const, billed: BILLED } }),
      );
    },

    deploy: (tuned, deployOptions) => importModel(context, tuned, deployOptions),
    teardown: (tuned, callOptions) => deleteImport(context, tuned, callOptions),
  };
}

const METHODS: Readonly<Record<string, JobReference["method"]>> = {
  SFT: "supervised",
  DPO: "preference",
  RLVR: "reinforcement",
  RLAIF: "reinforcement",
};

function invalid(message: string): ServiceError {
  return new ServiceError({ service: "SageMaker", code: "invalid-answer", message });
}

/** Of a job that it does not know SageMaker says `ResourceNotFound`, or `ValidationException: Requested resource not found.` */
function isUnknown(error: unknown): boolean {
  return (
    hasStatus(error, 404) ||
    hasCode(error, "ResourceNotFound") ||
    (hasStatus(error, 400) && /resource not found/i.test(String(error)))
  );
}

/** The service's own code: all of its refusals have the status 400. */
function hasCode(error: unknown, code: string): boolean {
  return ServiceError.isInstance(error) && error.details?.["code"] === code;
}
