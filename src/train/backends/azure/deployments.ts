import { checkOptions } from "../../../internal/options.js";
import { positiveInteger, text } from "../../../internal/kinds.js";
import { InvalidOptionError, ServiceError } from "../../../errors.js";
import { isRecord } from "../../../internal/is-record.js";
import type { FineTuneBackend } from "../../backend.js";
import { endDeployment } from "../../end-deployment.js";
import { createHttpClient, type HttpClient } from "../../../http/http-client.js";
import { waitUntil } from "../../../http/wait-until.js";

/** Where the resource is in Azure's management API, and who asks. */
export interface AzureManagement {
  subscriptionId: string;
  resourceGroup: string;
  /** The resource's name. */
  account: string;
  /** An Entra token for https://management.azure.com, or a function that gets one (`@azure/identity` has them). */
  token: string | (() => Promise<string>);
  /** @default https://management.azure.com */
  baseURL?: string;
  /** @default 2024-10-21 */
  apiVersion?: string;
  /**
   * Milliseconds between the first two questions whether the deployment is ready.
   * @default 5_000
   */
  pollInterval?: number;
}

interface DeploymentContext {
  management?: AzureManagement;
  fetch?: typeof globalThis.fetch;
  /** Where the deployed model is called. */
  baseURL: string;
  billed: string;
}

/** Options of `deploy` for Azure. */
interface AzureDeployOptions {
  /** The deployment's name, under which the model is called. Default: from the tuned model's name. */
  name?: string;
  /** The deployment type: `standard`, `globalstandard`, `developertier`. @default standard */
  sku?: string;
  /** In thousands of tokens per minute. @default 1 */
  capacity?: number;
}

/** Deployment by the Azure Resource Manager: https://learn.microsoft.com/rest/api/aiservices/accountmanagement/deployments */
export function azureDeployments(context: DeploymentContext): Required<Pick<FineTuneBackend, "deploy" | "teardown">> {
  return {
    async deploy(tuned, { signal, ...options }) {
      const rest: object = options;
      checkOptions<AzureDeployOptions>("deploy", rest, { name: text, sku: text, capacity: positiveInteger });
      const { name = deploymentName(tuned.model), sku = "standard", capacity = 1 } = rest;
      const management = required(context);
      const client = clientOf(management, context);
      const path = pathOf(management, name);
      // A PUT: a second one with the same name is the same deployment.
      await client.json({
        method: "PUT",
        path,
        json: {
          sku: { name: sku, capacity },
          properties: { model: { format: "OpenAI", name: tuned.model, version: "1" } },
        },
        signal,
      });
      await waitUntil(async () => readyOrFailed(await client.json({ path, signal }), name), {
        what: `the Azure deployment ${name} to be ready`,
        signal,
        interval: management.pollInterval,
      });
      return {
        ...tuned,
        inference: {
          package: "@langchain/openai",
          class: "ChatOpenAI",
          fields: { model: name, configuration: { baseURL: context.baseURL } },
          apiKey: { field: "apiKey", variable: "AZURE_OPENAI_API_KEY" },
        },
        deployment: { status: "ready", id: name, billed: context.billed, details: { sku, capacity } },
      };
    },

    async teardown(tuned, { signal }) {
      const management = required(context);
      const client = clientOf(management, context);
      const path = pathOf(management, tuned.deployment?.id ?? deploymentName(tuned.model));
      const gone = async (ask: () => Promise<unknown>): Promise<true | undefined> => {
        try {
          await ask();
          return undefined;
        } catch (error) {
          if (ServiceError.isInstance(error) && error.code === "not-found") return true;
          throw error;
        }
      };
      const already = await gone(() => client.json({ method: "DELETE", path, signal }));
      if (!already) {
        await waitUntil(() => gone(() => client.json({ path, signal })), {
          what: "the Azure deployment to be deleted",
          signal,
          interval: management.pollInterval,
        });
      }
      return endDeployment(tuned, context.billed);
    },
  };
}

function readyOrFailed(answer: unknown, name: string): true | undefined {
  const properties = isRecord(answer) && isRecord(answer["properties"]) ? answer["properties"] : {};
  const state = properties["provisioningState"];
  if (state === "Succeeded") return true;
  if (state !== "Failed" && state !== "Canceled") return undefined;
  throw new ServiceError({
    service: "Azure",
    code: "deployment-failed",
    message: `Azure says that the deployment ${name} is ${state}: ${JSON.stringify(properties["error"] ?? properties["statusMessage"] ?? "no reason given")}`,
    hint: "Look at the deployment in the Azure portal, delete it, and call deploy again.",
  });
}

function clientOf(
  { token, baseURL = "https://management.azure.com" }: AzureManagement,
  { fetch }: DeploymentContext,
): HttpClient {
  const headers = async () => ({ authorization: `Bearer ${typeof token === "string" ? token : await token()}` });
  return createHttpClient({ service: "Azure", baseURL, headers, fetch });
}

function pathOf(
  { subscriptionId, resourceGroup, account, apiVersion = "2024-10-21" }: AzureManagement,
  name: string,
): string {
  const [subscription, group, resource, deployment] = [subscriptionId, resourceGroup, account, name].map(
    encodeURIComponent,
  );
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.CognitiveServices/accounts/${resource}/deployments/${deployment}?api-version=${apiVersion}`;
}

/** 2 to 64 of what Azure allows in a name. */
function deploymentName(model: string): string {
  return model
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "")
    .slice(-64)
    .replace(/^[^A-Za-z0-9]+/, "");
}

function required({ management }: DeploymentContext): AzureManagement {
  if (management !== undefined) return management;
  throw new InvalidOptionError({
    option: "management",
    value: undefined,
    message: "To deploy, the backend azure must know the resource in Azure's management API.",
    hint: "Pass azure({ management: { subscriptionId, resourceGroup, account, token } }).",
  });
}
