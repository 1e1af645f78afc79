import { InvalidOptionError, ServiceError } from "../../../errors.js";
import { checkOptions } from "../../../internal/options.js";
import { waitUntil } from "../../../http/wait-until.js";
import type { CallOptions, FineTunedModel } from "../../backend.js";
import { endDeployment as markEnded } from "../../end-deployment.js";
import { withServiceErrors } from "../../../http/amazon.js";
import { hasStatus } from "../shared/read.js";
import type { SageMakerClients } from "./clients.js";
import { deployKinds, type SageMakerDeployOptions, type SageMakerOptions } from "./options.js";

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-customization-import-model.html */
export const BILLED =
  "Amazon bills an imported model on Bedrock by its copies while they run, in steps of five minutes, and its storage by the month until it is deleted.";

interface ImportContext extends Pick<SageMakerOptions, "region" | "roleArn" | "pollInterval"> {
  readonly clients: SageMakerClients;
}

/**
 * Imports the merged weights of a tuned model into Bedrock, or continues with the import that is there. The steps are
 * those of `BedrockModelBuilder` of the SageMaker Python SDK (2026-08-21): the package names where the weights are, and
 * `checkpoints/hf_merged/` below it is what Bedrock can import.
 */
export async function importModel(
  { clients, region, roleArn, pollInterval }: ImportContext,
  tuned: FineTunedModel,
  deployOptions: SageMakerDeployOptions,
): Promise<FineTunedModel> {
  checkOptions<SageMakerDeployOptions>("deploy", deployOptions, deployKinds);
  const { signal, timeout = 3_600_000, name = importName(tuned) } = deployOptions;
  const weights = await mergedWeights(clients, tuned, signal);
  const { client, sdk } = await clients.bedrock();
  const call = <T>(request: string, send: () => Promise<T>) =>
    withServiceErrors("Bedrock", request, send, clients, signal);
  const options = { abortSignal: signal };
  const look = (job: string) => client.send(new sdk.GetModelImportJobCommand({ jobIdentifier: job }), options);
  const existing = await call(`GET model-import-jobs/${name}`, () => look(name)).catch((error: unknown) => {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  });
  const create = () =>
    client.send(
      new sdk.CreateModelImportJobCommand({
        jobName: name,
        importedModelName: name,
        roleArn: deployOptions.roleArn ?? roleArn,
        modelDataSource: { s3DataSource: { s3Uri: weights } },
        clientRequestToken: name,
      }),
      options,
    );
  const job = existing?.jobArn ?? (await call("POST model-import-jobs", create)).jobArn ?? name;
  const id = await waitUntil(
    async () => {
      const { status, failureMessage, importedModelArn } = await call(`GET ${job}`, () => look(job));
      if (status === "Completed") return importedModelArn;
      if (status !== "Failed") return undefined;
      throw new ServiceError({
        service: "Bedrock",
        code: "deployment-failed",
        message: `Bedrock's import ${name} failed: ${failureMessage ?? "no reason given"}`,
        hint: "Bedrock imports some architectures alone. Pass another name to try again: names of imports are taken for good.",
      });
    },
    {
      what: `Bedrock to import ${name}`,
      signal,
      timeout,
      interval: pollInterval,
      hint: "Call deploy again to go on waiting.",
    },
  );
  return {
    ...tuned,
    deployment: { status: "ready", id, billed: BILLED },
    inference: { package: "@langchain/aws", class: "ChatBedrockConverse", fields: { model: id, region } },
  };
}

/** Deletes the imported model. One that is gone already is not an error. */
export async function deleteImport(
  { clients }: Pick<ImportContext, "clients">,
  tuned: FineTunedModel,
  { signal }: CallOptions,
): Promise<FineTunedModel> {
  const { client, sdk } = await clients.bedrock();
  const id = tuned.deployment?.id ?? importName(tuned);
  const remove = () =>
    client.send(new sdk.DeleteImportedModelCommand({ modelIdentifier: id }), { abortSignal: signal });
  try {
    await withServiceErrors("Bedrock", `DELETE ${id}`, remove, clients, signal);
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
  }
  return markEnded(tuned, BILLED);
}

/** Where the weights are that Bedrock can import. */
async function mergedWeights(
  clients: SageMakerClients,
  tuned: FineTunedModel,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { client, sdk } = await clients.sageMaker();
  const describe = () =>
    client.send(new sdk.DescribeModelPackageCommand({ ModelPackageName: tuned.model }), { abortSignal: signal });
  const { InferenceSpecification } = await withServiceErrors(
    "SageMaker",
    `DescribeModelPackage ${tuned.model}`,
    describe,
    clients,
    signal,
  );
  const base = InferenceSpecification?.Containers?.[0]?.ModelDataSource?.S3DataSource?.S3Uri;
  const refuse = (message: string) =>
    new InvalidOptionError({
      option: "tuned",
      value: tuned.model,
      message,
      hint: "Deploy the model package by SageMaker itself (an endpoint), and call it there.",
    });
  if (base === undefined) throw refuse(`The model package ${tuned.model} does not say where its weights are.`);
  const merged = `${base.replace(/\/+$/, "")}/checkpoints/hf_merged/`;
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(merged) ?? [];
  const s3 = await clients.s3();
  const head = () =>
    s3.client.send(new s3.sdk.HeadObjectCommand({ Bucket: bucket, Key: `${key}config.json` }), {
      abortSignal: signal,
    });
  try {
    await withServiceErrors("S3", `HEAD ${merged}config.json`, head, clients, signal);
  } catch (error) {
    if (hasStatus(error, 404))
      throw refuse(`${merged} holds no merged model, which is all that Bedrock can import of this package.`);
    throw error;
  }
  return merged;
}

/** At most 63 letters, digits and hyphens; follows from the job, so that a second call finds the first's. */
function importName(tuned: FineTunedModel): string {
  const last = tuned.job.slice(tuned.job.lastIndexOf("/") + 1);
  return last.replace(/[^A-Za-z0-9]+/g, "-").slice(0, 63);
}
