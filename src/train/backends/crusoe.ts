import { text } from "../../internal/kinds.js";
import { fieldsKind } from "./shared/kinds.js";
import { checkOptions } from "../../internal/options.js";
import { InvalidOptionError } from "../../errors.js";
import { openAIRules, type ValidationRules } from "../../curate/rules.js";
import { priceOfModel } from "../../curate/tokens/prices.js";
import type { BackendPrice, FineTuneBackend } from "../backend.js";
import { callableParts, createOpenAIBackend, tunedModelOf } from "./openai/create-backend.js";
import { hostKinds, type HostOptions, type OpenAIDialect } from "./openai/dialect.js";
import { listCheckpoints } from "./openai/events.js";

/** Options of {@link crusoe}. */
export interface CrusoeOptions extends HostOptions {
  /** @default https://api.intelligence.crusoecloud.com/v1 */
  baseURL?: string;
  /** @default the environment variable CRUSOE_API_KEY */
  apiKey?: string | (() => Promise<string>);
  /** In Crusoe's own names. Default: Crusoe's. */
  hyperparameters?: Record<string, unknown>;
}

/** Options of `deploy` at {@link crusoe}. */
export interface CrusoeDeployOptions {
  /** The name of the deployment that was made in the console. */
  name: string;
}

/**
 * Fine-tuning at Crusoe: supervised, LoRA adapters of open models. The adapter's checkpoint is
 * deployed in Crusoe's console (Self-Serve Deployments); `deploy(tuned, { backend, name })` then
 * tells this package the deployment's name. Needs the package `openai`.
 *
 * @example
 * ```ts
 * import { fineTune, type TrainingExample } from "langsmith-finetune";
 * import { crusoe } from "langsmith-finetune/backends/crusoe";
 *
 * declare const examples: AsyncIterable<TrainingExample>;
 *
 * const tuned = await fineTune({ examples, backend: crusoe({ model: "meta-llama/Llama-3.3-70B-Instruct" }) });
 * console.log(tuned.details?.checkpoint);
 * ```
 */
export function crusoe(options: CrusoeOptions): FineTuneBackend {
  checkOptions<CrusoeOptions>("crusoe", options, {
    ...hostKinds,
    hyperparameters: fieldsKind,
  });
  const { baseURL = "https://api.intelligence.crusoecloud.com/v1", hyperparameters = {}, extra } = options;
  const dialect: OpenAIDialect = {
    name: "crusoe",
    service: "Crusoe",
    keyVariables: ["CRUSOE_API_KEY"],
    baseURL,
    methods: ["supervised"],
    rules: crusoeRules,
    deployment: "explicit",
    hyperparameters,
    prices: crusoePrices(options.model),
    body: extra,
    checkpointResult: ({ id }, _job, snapshot) => ({
      model: id,
      ...(snapshot.trainedTokens === undefined ? {} : { trainedTokens: snapshot.trainedTokens }),
      deployment: { status: "required", billed: BILLED },
      details: { checkpoint: id },
    }),
    async result(connection, job, snapshot, signal) {
      const last = (await listCheckpoints(connection, job, signal)).at(-1);
      return {
        model: last?.id ?? tunedModelOf(dialect, job.id, snapshot.model),
        ...(snapshot.trainedTokens === undefined ? {} : { trainedTokens: snapshot.trainedTokens }),
        deployment: { status: "required", billed: BILLED },
        ...(last === undefined ? {} : { details: { checkpoint: last.id } }),
      };
    },
    async deploy(tuned, { signal, ...given }) {
      signal?.throwIfAborted();
      const deployOptions: Partial<CrusoeDeployOptions> = given;
      checkOptions<Partial<CrusoeDeployOptions>>("deploy", deployOptions, { name: text });
      const { name } = deployOptions;
      if (name === undefined) {
        throw new InvalidOptionError({
          option: "name",
          value: name,
          message: `Crusoe's deployments are made in its console; the one of ${tuned.model} must be named.`,
          hint: "Make a Self-Serve Deployment of the checkpoint, then call deploy(tuned, { backend, name }) with its name.",
        });
      }
      const { inference } = callableParts(dialect, baseURL, name, undefined);
      return { ...tuned, inference, deployment: { status: "ready", id: name, billed: BILLED } };
    },
  };
  return createOpenAIBackend(dialect, options);
}

const BILLED =
  "Crusoe bills a Self-Serve Deployment by the GPU hour from its start in the console until it is ended there.";

/** https://docs.crusoecloud.com/serverless-fine-tuning, read on 2026-11-28: JSON lines up to 3 GB, no word on images or pairs. */
const crusoeRules: ValidationRules = {
  ...openAIRules,
  name: "Crusoe",
  minRows: 1,
  maxBytes: 3 * 1000 ** 3,
  maxTokens: undefined,
  functions: false,
  refusals: false,
  // Not documented: "Fine-tune a model" and "How it works", read as stored on 2026-11-29, name neither a loss nor weights.
  loss: "last",
  images: false,
  preference: false,
  unpaired: false,
};

const KNOWN = { date: "2026-09-20", source: "https://www.crusoe.ai/cloud/pricing, serverless fine-tuning" };

/** Crusoe trains more models; the prices of these two were found. */
const PRICES = [
  { model: "meta-llama/Llama-3.1-8B-Instruct", perMillionTokens: 0.4, ...KNOWN },
  { model: "openai/gpt-oss-120b", perMillionTokens: 6, ...KNOWN },
];

function crusoePrices(model: string): BackendPrice[] {
  const price = priceOfModel(model, PRICES);
  return price === undefined ? [] : [{ ...price, method: "supervised" }];
}
