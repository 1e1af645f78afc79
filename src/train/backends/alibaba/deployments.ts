import { InvalidOptionError, ServiceError } from "../../../errors.js";
import { hasRecord } from "./answers.js";
import type { HttpClient } from "../../../http/http-client.js";
import { waitUntil } from "../../../http/wait-until.js";
import { checkOptions } from "../../../internal/options.js";
import type { CallOptions, FineTunedModel } from "../../backend.js";
import { endDeployment as markEnded } from "../../end-deployment.js";
import { defined, hasStatus, objectOf, stringOf } from "../shared/read.js";
import { deployKinds, type AlibabaDeployOptions } from "./options.js";

/** https://www.alibabacloud.com/help/en/model-studio/create-deployment-api */
export const BILLED =
  "Alibaba bills a deployment from the moment that it runs, also when nobody calls it, by its plan: model units or throughput by the hour.";

interface DeployContext {
  readonly client: HttpClient;
  readonly inferenceBaseURL: string;
  readonly interval: number | undefined;
}

/** Deploys the model, or continues with the deployment of that name, and waits until it runs. */
export async function startDeployment(
  { client, inferenceBaseURL, interval }: DeployContext,
  tuned: FineTunedModel,
  deployOptions: AlibabaDeployOptions,
): Promise<FineTunedModel> {
  checkOptions<AlibabaDeployOptions>("deploy", deployOptions, deployKinds);
  const { plan, capacity, extra, name = tuned.model, timeout = 1_800_000, signal } = deployOptions;
  const look = async (id: string) =>
    objectOf(objectOf(await client.json({ path: pathOf(id), signal, check: hasRecord("output") }))["output"]);
  const existing = await look(name).catch((error: unknown) => {
    if (isUnknown(error)) return undefined;
    throw error;
  });
  if (existing === undefined && plan === undefined)
    throw new InvalidOptionError({
      option: "plan",
      value: plan,
      message: "Alibaba wants to know how a deployment is billed.",
      hint: 'Pass plan to deploy, for instance "mu" with capacity: 1. Which plans a model has is in Model Studio\'s console.',
    });
  const created =
    existing ??
    objectOf(
      objectOf(
        await client.json({
          method: "POST",
          path: "/deployments",
          json: { ...defined({ name, model_name: tuned.model, plan, capacity }), ...extra },
          signal,
          check: hasRecord("output"),
        }),
      )["output"],
    );
  const id = stringOf(created["deployed_model"]) ?? name;
  await waitUntil(
    async () => {
      const deployment = await look(id);
      const status = stringOf(deployment["status"]);
      if (status === "RUNNING") return true;
      if (status !== "FAILED") return undefined;
      throw new ServiceError({
        service: "Alibaba",
        code: "deployment-failed",
        message: `Alibaba's deployment ${id} failed: ${stringOf(deployment["message"]) ?? "no reason given"}`,
        hint: "Call teardown to delete it.",
      });
    },
    {
      what: `Alibaba's deployment ${id} to run`,
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
      package: "@langchain/openai",
      class: "ChatOpenAI",
      fields: { model: id, configuration: { baseURL: inferenceBaseURL } },
      apiKey: { field: "apiKey", variable: "DASHSCOPE_API_KEY" },
    },
  };
}

/** Deletes the deployment of a model. One that is gone already is not an error. */
export async function endDeployment(
  client: HttpClient,
  tuned: FineTunedModel,
  { signal }: CallOptions,
): Promise<FineTunedModel> {
  try {
    await client.json({ method: "DELETE", path: pathOf(tuned.deployment?.id ?? tuned.model), signal });
  } catch (error) {
    if (!isUnknown(error)) throw error;
  }
  return markEnded(tuned, BILLED);
}

const pathOf = (id: string) => `/deployments/${encodeURIComponent(id)}`;

/** Of what it does not have the service says `NotFound`; with which status is not documented. */
function isUnknown(error: unknown): boolean {
  return (
    hasStatus(error, 404) ||
    (ServiceError.isInstance(error) && (error.status ?? 500) < 500 && error.details?.["code"] === "NotFound")
  );
}
