import { fieldsKind, keyKind } from "./shared/kinds.js";
import { milliseconds, object, required, text } from "../../internal/kinds.js";
import { checkOptions } from "../../internal/options.js";
import { InvalidOptionError } from "../../errors.js";
import type { FineTuneBackend } from "../backend.js";
import { azureDeployments, type AzureManagement } from "./azure/deployments.js";
import { createOpenAIBackend, tunedModelOf } from "./openai/create-backend.js";
import { hostKinds, type HostOptions, type OpenAIDialect } from "./openai/dialect.js";
import { openAIImages, openAIRules } from "../../curate/rules.js";
import { hyperparameterKinds, hyperparametersOf, type OpenAIHyperparameters } from "./openai/hyperparameters.js";

/** Options of {@link azure}. */
export interface AzureOptions extends HostOptions, OpenAIHyperparameters {
  /** The resource's name: the first part of `https://<resource>.openai.azure.com`. */
  resource?: string;
  /** The resource's whole address. @default the environment variable AZURE_OPENAI_ENDPOINT */
  endpoint?: string;
  /**
   * The resource's key, or a function that gets an Entra token for it.
   * @default the environment variable AZURE_OPENAI_API_KEY
   */
  apiKey?: string | (() => Promise<string>);
  /** Where it is trained: `standard` in the resource's region, `globalstandard` anywhere, `developerTier` on spare capacity. Default: Azure's. */
  trainingType?: "standard" | "globalstandard" | "developerTier" | (string & {});
  /** Reinforcement: the grader. */
  grader?: Record<string, unknown>;
  /** Sent as `api-version`; the v1 API needs none, and previews do. */
  apiVersion?: string;
  /** How `deploy` reaches the resource in Azure's management API. */
  management?: AzureManagement;
}

/**
 * Fine-tuning at Microsoft Foundry (Azure OpenAI), on its v1 API. A tuned model is called by the
 * name of a deployment, which `deploy` makes and `teardown` deletes. Needs the package `openai`.
 *
 * @example
 * ```ts
 * import { deploy, fineTune, type TrainingExample } from "langsmith-finetune";
 * import { azure } from "langsmith-finetune/backends/azure";
 *
 * declare const examples: AsyncIterable<TrainingExample>;
 * declare function managementToken(): Promise<string>;
 *
 * const backend = azure({
 *   model: "gpt-4.1-mini-2025-04-14",
 *   resource: "my-resource",
 *   trainingType: "globalstandard",
 *   management: { subscriptionId: "…", resourceGroup: "my-group", account: "my-resource", token: managementToken },
 * });
 * const tuned = await fineTune({ examples, backend });
 * const deployed = await deploy(tuned, { backend, name: "support", onBilled: console.log });
 * ```
 */
export function azure(options: AzureOptions): FineTuneBackend {
  checkOptions<AzureOptions>("azure", options, {
    ...hostKinds,
    resource: text,
    endpoint: text,
    trainingType: text,
    ...hyperparameterKinds,
    grader: fieldsKind,
    apiVersion: text,
    management: object<AzureManagement>({
      subscriptionId: required(text),
      resourceGroup: required(text),
      account: required(text),
      token: required(keyKind),
      baseURL: text,
      apiVersion: text,
      pollInterval: milliseconds,
    }),
  });
  const { grader, trainingType, apiVersion, management, extra } = options;
  const dialect: OpenAIDialect = {
    name: "azure",
    service: "Azure OpenAI",
    keyVariables: ["AZURE_OPENAI_API_KEY"],
    baseURL: baseURLOf(options),
    from: ["supervised", "preference"],
    methods: grader === undefined ? ["supervised", "preference"] : ["supervised", "preference", "reinforcement"],
    // https://learn.microsoft.com/azure/ai-foundry/openai/how-to/fine-tuning: 10 rows, 512 MB, UTF-8 with a byte order mark.
    // learn.microsoft.com/azure/foundry/openai/how-to: fine-tuning, and fine-tuning-vision for the images; read on 2026-11-28.
    rules: {
      ...openAIRules,
      unpaired: false,
      name: "Azure OpenAI",
      minRows: 10,
      maxBytes: 512 * 1024 * 1024,
      images: { ...openAIImages, perRow: 64 },
      byteOrderMark: "wanted",
      longOutputs: true,
    },
    byteOrderMark: true,
    deployment: "explicit",
    waitForFile: true,
    hyperparameters: hyperparametersOf(options),
    grader,
    body: { ...(trainingType === undefined ? {} : { trainingType }), ...extra },
    // A key goes into a header of Azure's own; a token is a bearer's.
    clientOptions: (apiKey) => ({
      ...(apiVersion === undefined ? {} : { defaultQuery: { "api-version": apiVersion } }),
      ...(typeof apiKey === "string" ? { defaultHeaders: { "api-key": apiKey, Authorization: null } } : {}),
    }),
    checkpointResult: (checkpoint, { id }, snapshot) => ({
      model: tunedModelOf(dialect, id, checkpoint.model),
      ...(snapshot.trainedTokens === undefined ? {} : { trainedTokens: snapshot.trainedTokens }),
      deployment: { status: "required", billed: BILLED },
    }),
    result: async (_connection, { id }, snapshot) => ({
      model: tunedModelOf(dialect, id, snapshot.model),
      ...(snapshot.trainedTokens === undefined ? {} : { trainedTokens: snapshot.trainedTokens }),
      deployment: { status: "required", billed: BILLED },
    }),
    ...azureDeployments({ management, fetch: options.fetch, baseURL: baseURLOf(options), billed: BILLED }),
  };
  return createOpenAIBackend(dialect, options);
}

/** {@link azure} under the product's newer name. */
export const foundry = azure;

const BILLED =
  "Azure bills a deployment of a tuned model by the hour from its creation until it is deleted, called or not, and the tokens beside; one of the type developertier has no hourly fee and ends after 24 hours.";

function baseURLOf({ baseURL, resource, endpoint }: AzureOptions): string {
  if (baseURL !== undefined) return baseURL;
  const root =
    endpoint ??
    (resource === undefined ? process.env["AZURE_OPENAI_ENDPOINT"] : `https://${resource}.openai.azure.com`);
  if (root !== undefined && root !== "")
    return `${root.replace(/\/+$/, "").replace(/\/openai(?:\/v1)?$/, "")}/openai/v1/`;
  throw new InvalidOptionError({
    option: "resource",
    value: resource,
    message: "The backend azure needs to know the resource.",
    hint: "Pass resource, endpoint or baseURL, or set AZURE_OPENAI_ENDPOINT.",
  });
}
