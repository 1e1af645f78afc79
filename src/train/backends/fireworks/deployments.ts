import { ServiceError } from "../../../errors.js";
import type { CallOptions, FineTunedModel } from "../../backend.js";
import { endDeployment as markEnded } from "../../end-deployment.js";
import { waitUntil } from "../../../http/wait-until.js";
import { defined, hasStatus, objectOf, stringOf } from "../shared/read.js";
import { idOf, NAMED, resourceId, type Account } from "./account.js";
import { checkOptions } from "../../../internal/options.js";
import { fireworksDeployKinds, type FireworksDeployOptions } from "./options.js";

/** https://docs.fireworks.ai/faq-new/billing-pricing/are-there-extra-fees-for-serving-fine-tuned-models */
export const BILLED =
  "Fireworks bills a dedicated deployment per GPU second while replicas run, also when nobody calls it: from deploy to teardown. With no minimum of replicas it scales to zero.";

/** Starts a deployment of the model ("live merge"), or continues with the one that is there, and waits until it is ready. */
export async function startDeployment(
  account: Account,
  tuned: FineTunedModel,
  options: Partial<FireworksDeployOptions>,
  { inferenceBaseURL, interval }: { inferenceBaseURL: string; interval: number | undefined },
): Promise<FineTunedModel> {
  checkOptions<Partial<FireworksDeployOptions>>("deploy", options, fireworksDeployKinds);
  const { signal, timeout = 1_800_000 } = options;
  // The id follows from the model, so that a second call finds the deployment of the first.
  const id = deploymentId(tuned);
  const path = `/deployments/${id}`;
  if (!isThere(await account.lookUp({ path, signal }))) await create(account, id, tuned, options);
  const deployment = await waitUntil(() => checkReady(account, path, signal), {
    what: `Fireworks' deployment ${id} to be ready`,
    signal,
    timeout,
    interval,
    hint: "The deployment is still there and billed. Call deploy again to go on waiting, or teardown to end it.",
  });
  const name = stringOf(deployment["name"]) ?? account.name("deployments", id);
  return {
    ...tuned,
    deployment: {
      status: "ready",
      id,
      billed: BILLED,
      details: defined({ acceleratorType: stringOf(deployment["acceleratorType"]) }) as { acceleratorType: string },
    },
    inference: {
      package: "@langchain/openai",
      class: "ChatOpenAI",
      // https://docs.fireworks.ai/models/deploying: the model's name, then `#` and the deployment's.
      fields: { model: `${tuned.model}#${name}`, configuration: { baseURL: inferenceBaseURL } },
      apiKey: { field: "apiKey", variable: "FIREWORKS_API_KEY" },
    },
  };
}

/** Deletes the deployment of a model. One that is gone already is not an error. */
export async function endDeployment(
  account: Account,
  tuned: FineTunedModel,
  { signal }: CallOptions,
): Promise<FineTunedModel> {
  const id = tuned.deployment?.id ?? deploymentId(tuned);
  try {
    // Without `ignoreChecks` Fireworks keeps a deployment that was called a moment ago.
    await account.request({ method: "DELETE", path: `/deployments/${id}`, query: { ignoreChecks: true }, signal });
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
  }
  return markEnded(tuned, BILLED);
}

function deploymentId(tuned: FineTunedModel): string {
  return resourceId("lf", idOf(tuned.model).replace(/^lf-/, ""));
}

function isThere(deployment: Record<string, unknown> | undefined): boolean {
  return deployment !== undefined && deployment["state"] !== "DELETED" && deployment["state"] !== "DELETING";
}

async function create(
  account: Account,
  deploymentId: string,
  tuned: FineTunedModel,
  options: Partial<FireworksDeployOptions>,
) {
  const {
    acceleratorType,
    acceleratorCount,
    minReplicas = 0,
    maxReplicas = 1,
    deploymentShape,
    displayName,
    signal,
  } = options;
  await account.request({
    method: "POST",
    path: "/deployments",
    query: { deploymentId },
    signal,
    json: defined({
      baseModel: tuned.model,
      displayName: (displayName ?? "tuned by langsmith-finetune").slice(0, 63),
      minReplicaCount: minReplicas,
      maxReplicaCount: maxReplicas,
      acceleratorType,
      acceleratorCount,
      deploymentShape,
    }),
  });
}

async function checkReady(
  account: Account,
  path: string,
  signal: AbortSignal | undefined,
): Promise<Record<string, unknown> | undefined> {
  const deployment = await account.request({ path, signal, check: NAMED });
  const state = stringOf(deployment["state"]);
  if (state === "READY") return deployment;
  if (state !== "FAILED" && state !== "DELETED") return undefined;
  const status = objectOf(deployment["status"]);
  throw new ServiceError({
    service: "Fireworks",
    code: stringOf(status["code"]) ?? "deployment-failed",
    message: `Fireworks' deployment ${idOf(path)} is in state ${state}: ${stringOf(status["message"]) ?? "no reason given"}`,
    hint: "Call teardown to delete it, and choose other accelerators.",
    details: defined({ state, message: stringOf(status["message"]) }) as { state: string },
  });
}
