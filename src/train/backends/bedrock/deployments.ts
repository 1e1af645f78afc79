import { checkOptions } from "../../../internal/options.js";
import { abortSignal, milliseconds, text } from "../../../internal/kinds.js";
import { ServiceError } from "../../../errors.js";
import type { CallOptions, FineTunedModel } from "../../backend.js";
import { endDeployment as markEnded } from "../../end-deployment.js";
import { waitUntil } from "../../../http/wait-until.js";
import { hasStatus } from "../shared/read.js";
import { withServiceErrors } from "../../../http/amazon.js";
import type { BedrockClients } from "./clients.js";
import type { BedrockDeployOptions } from "./options.js";

/** https://docs.aws.amazon.com/bedrock/latest/userguide/deploy-custom-model-on-demand.html */
export const BILLED =
  "Amazon bills a deployment for on-demand inference by the tokens that are used, not by the hour; the tuned model itself is stored at a price by the month until it is deleted.";

interface DeployContext {
  clients: BedrockClients;
  region: string;
  interval: number | undefined;
}

/** Deploys the model for on-demand inference, or continues with the deployment that is there, and waits until it is active. */
export async function startDeployment(
  { clients, region, interval }: DeployContext,
  tuned: FineTunedModel,
  deployOptions: BedrockDeployOptions,
): Promise<FineTunedModel> {
  checkOptions<BedrockDeployOptions>("deploy", deployOptions, {
    name: text,
    description: text,
    timeout: milliseconds,
    signal: abortSignal,
  });
  const { name = deploymentName(tuned), description, timeout = 1_800_000, signal } = deployOptions;
  const { client, sdk } = await clients.bedrock();
  const call = <T>(request: string, send: () => Promise<T>) =>
    withServiceErrors("Bedrock", request, send, clients, signal);
  const options = { abortSignal: signal };
  const list = () =>
    client.send(
      new sdk.ListCustomModelDeploymentsCommand({ nameContains: name, modelArnEquals: tuned.model }),
      options,
    );
  const { modelDeploymentSummaries = [] } = await call("GET custom-model-deployments", list);
  const existing = modelDeploymentSummaries.find(
    (one) => one.customModelDeploymentName === name && one.status !== "Failed",
  )?.customModelDeploymentArn;
  const create = () =>
    client.send(
      new sdk.CreateCustomModelDeploymentCommand({ modelDeploymentName: name, modelArn: tuned.model, description }),
      options,
    );
  const id = existing ?? (await call("POST custom-model-deployments", create)).customModelDeploymentArn;
  if (id === undefined)
    throw new ServiceError({
      service: "Bedrock",
      code: "invalid-answer",
      message: "Bedrock's answer has no deployment ARN.",
    });

  const get = () =>
    client.send(new sdk.GetCustomModelDeploymentCommand({ customModelDeploymentIdentifier: id }), options);
  await waitUntil(
    async () => {
      const { status, failureMessage } = await call(`GET ${id}`, get);
      if (status === "Active") return true;
      if (status !== "Failed") return undefined;
      throw new ServiceError({
        service: "Bedrock",
        code: "deployment-failed",
        message: `Bedrock's deployment ${name} failed: ${failureMessage ?? "no reason given"}`,
        hint: "Call teardown to delete it. Only some base models and regions have on-demand inference for tuned models.",
      });
    },
    {
      what: `Bedrock's deployment ${name} to be active`,
      signal,
      timeout,
      interval,
      hint: "Call deploy again to go on waiting, or teardown to end it.",
    },
  );
  return {
    ...tuned,
    deployment: { status: "ready", id, billed: BILLED },
    inference: {
      package: "@langchain/aws",
      class: "ChatBedrockConverse",
      // The class takes its abilities from `model` and calls `applicationInferenceProfile` where that is set.
      fields: { model: tuned.baseModel, region, applicationInferenceProfile: id },
    },
  };
}

/** Deletes the deployment of a model. One that is gone already is not an error. */
export async function endDeployment(
  { clients }: DeployContext,
  tuned: FineTunedModel,
  { signal }: CallOptions,
): Promise<FineTunedModel> {
  const { client, sdk } = await clients.bedrock();
  const id = tuned.deployment?.id ?? deploymentName(tuned);
  try {
    const remove = () =>
      client.send(new sdk.DeleteCustomModelDeploymentCommand({ customModelDeploymentIdentifier: id }), {
        abortSignal: signal,
      });
    await withServiceErrors("Bedrock", `DELETE ${id}`, remove, clients, signal);
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
  }
  return markEnded(tuned, BILLED);
}

/** At most 63 letters, digits and single hyphens; follows from the job, so that a second call finds the first's. */
function deploymentName(tuned: FineTunedModel): string {
  const last = tuned.job.slice(tuned.job.lastIndexOf("/") + 1);
  return `lf-${last
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 58)}`;
}
