import type { Channel, CreateTrainingJobRequest, CustomizationTechnique } from "@aws-sdk/client-sagemaker";
import { InvalidOptionError } from "../../../errors.js";
import type { JobRequest, TrainingMethod } from "../../backend.js";
import { objectKey } from "../shared/amazon/s3.js";
import { defined } from "../shared/read.js";
import type { SageMakerOptions } from "./options.js";

/** The job's name holds the key, by which it is found. At most 63 letters, digits and hyphens. */
export function jobName(key: string, attempt = 1): string {
  const name = `lf-${key.replace(/[^A-Za-z0-9]+/g, "-").slice(0, 40)}`;
  return attempt === 1 ? name : `${name}-${attempt}`;
}

/** The ARN of a model of SageMaker's public hub. */
function baseModelArn({ model, region }: Pick<SageMakerOptions, "model" | "region">): string {
  if (model.startsWith("arn:")) return model;
  const partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  return `arn:${partition}:sagemaker:${region}:aws:hub-content/SageMakerPublicHub/Model/${model}`;
}

/** The request that creates the job. */
export function jobInput(options: SageMakerOptions, request: JobRequest, name: string): CreateTrainingJobRequest {
  const { roleArn, bucket, prefix, kmsKeyId, vpcConfig, mlflowResourceArn, tags = {}, extra } = options;
  const channels = [
    channel("train", request.training.id, options),
    ...(request.validation === undefined ? [] : [channel("validation", request.validation.id, options)]),
  ];
  return defined<CreateTrainingJobRequest>({
    TrainingJobName: name,
    RoleArn: roleArn,
    InputDataConfig: channels,
    OutputDataConfig: defined({
      S3OutputPath: `s3://${bucket}/${objectKey(prefix, `output/${name}/`)}`,
      KmsKeyId: kmsKeyId,
    }),
    HyperParameters: hyperparametersOf(options, request),
    ServerlessJobConfig: defined({
      JobType: "FineTuning" as const,
      BaseModelArn: baseModelArn(options),
      AcceptEula: options.acceptEula,
      CustomizationTechnique: techniqueOf(options, request.method),
      Peft: options.training === "full" ? undefined : ("LORA" as const),
      EvaluatorArn: request.method === "reinforcement" ? options.evaluator?.arn : undefined,
      SequenceLength: options.sequenceLength,
    }),
    ModelPackageConfig: defined({
      ModelPackageGroupArn: options.modelPackageGroupArn,
      SourceModelPackageArn: request.from?.model,
    }),
    MlflowConfig: mlflowResourceArn === undefined ? undefined : { MlflowResourceArn: mlflowResourceArn },
    VpcConfig: vpcConfig && { Subnets: vpcConfig.subnets, SecurityGroupIds: vpcConfig.securityGroupIds },
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    ...extra,
  });
}

function channel(name: string, uri: string, { model }: SageMakerOptions): Channel {
  return {
    ChannelName: name,
    DataSource: {
      S3DataSource: {
        S3Uri: uri,
        // As Amazon's own SDK says for Nova (sagemaker-train, sft_trainer.py of 2026-08-21).
        S3DataType: /nova/i.test(model) ? "Converse" : "S3Prefix",
        S3DataDistributionType: "FullyReplicated",
      },
    },
  };
}

function techniqueOf({ evaluator }: SageMakerOptions, method: TrainingMethod): CustomizationTechnique {
  if (method === "preference") return "DPO";
  if (method !== "reinforcement") return "SFT";
  if (evaluator === undefined)
    throw new InvalidOptionError({
      option: "evaluator",
      value: evaluator,
      message: "Reinforcement training needs an evaluator, which gives the reward.",
      hint: 'Pass evaluator: { technique: "RLVR", arn } to sageMaker.',
    });
  return evaluator.technique;
}

/** By the names of Amazon's recipes for serverless jobs; each is a text. */
function hyperparametersOf(
  { learningRate, batchSize, hyperparameters = {} }: SageMakerOptions,
  { epochs }: JobRequest,
): Record<string, string> | undefined {
  if (epochs !== undefined && "max_epochs" in hyperparameters)
    throw new InvalidOptionError({
      option: "epochs",
      value: epochs,
      message: "epochs and hyperparameters.max_epochs are both given.",
      hint: "Give one.",
    });
  const entries = Object.entries(
    defined({ max_epochs: epochs, learning_rate: learningRate, global_batch_size: batchSize, ...hyperparameters }),
  ).map(([name, value]) => [name, String(value)] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
