import { fieldsKind } from "./shared/kinds.js";
import { list, text } from "../../internal/kinds.js";
import { checkOptions } from "../../internal/options.js";
import type { BackendPrice, FineTuneBackend } from "../backend.js";
import { createOpenAIBackend } from "./openai/create-backend.js";
import { hostKinds, type HostOptions } from "./openai/dialect.js";
import { hyperparameterKinds, hyperparametersOf, type OpenAIHyperparameters } from "./openai/hyperparameters.js";
import { ANNOUNCEMENT, closedNotice, explainOpenAIRefusal } from "./openai/refusal.js";
import { openAIRules } from "../../curate/rules.js";
import { priceOfModel, trainingPrices } from "../../curate/tokens/prices.js";

export type { OpenAIHyperparameters } from "./openai/hyperparameters.js";

/** Options of {@link openAI}. */
export interface OpenAIOptions extends HostOptions, OpenAIHyperparameters {
  /**
   * Any host that speaks OpenAI's dialect.
   * @default the environment variable OPENAI_BASE_URL, or https://api.openai.com/v1
   */
  baseURL?: string;
  organization?: string;
  project?: string;
  /** Reinforcement: the grader, as OpenAI describes it. https://platform.openai.com/docs/api-reference/graders */
  grader?: Record<string, unknown>;
  /** Weights & Biases: `[{ type: "wandb", wandb: { project } }]`. */
  integrations?: readonly Record<string, unknown>[];
}

/**
 * Fine-tuning at OpenAI, and at every host that speaks its dialect, by `baseURL`. Supervised, on
 * preference pairs (DPO), and by reinforcement with a grader. Needs the package `openai`.
 *
 * OpenAI itself takes no new jobs from 2027-01-06; `docs/backends/openai.md` has the dates.
 *
 * @example
 * ```ts
 * import { fineTune, type TrainingExample } from "langsmith-finetune";
 * import { openAI } from "langsmith-finetune/backends/openai";
 *
 * declare const examples: AsyncIterable<TrainingExample>;
 *
 * const backend = openAI({ model: "gpt-4.1-mini-2025-04-14", learningRateMultiplier: 2 });
 * const tuned = await fineTune({ examples, backend, epochs: 3 });
 * ```
 */
export function openAI(options: OpenAIOptions): FineTuneBackend {
  checkOptions<OpenAIOptions>("openAI", options, {
    ...hostKinds,
    organization: text,
    project: text,
    ...hyperparameterKinds,
    grader: fieldsKind,
    integrations: list(fieldsKind),
  });
  const { grader, integrations, extra } = options;
  const baseURL = options.baseURL ?? (process.env["OPENAI_BASE_URL"] || "https://api.openai.com/v1");
  const backend = createOpenAIBackend(
    {
      name: "openai",
      service: "OpenAI",
      keyVariables: ["OPENAI_API_KEY"],
      baseURL,
      prices: pricesAt(baseURL, options.model),
      from: ["supervised", "preference"],
      methods: grader === undefined ? ["supervised", "preference"] : ["supervised", "preference", "reinforcement"],
      rules: { ...openAIRules, unpaired: false },
      deployment: "none",
      metadataFilter: true,
      hyperparameters: hyperparametersOf(options),
      grader,
      body: extra,
      silentBody: integrations === undefined ? {} : { integrations },
      hint: (failure) => explainOpenAIRefusal(failure),
      clientOptions: () => ({
        organization: options.organization ?? (process.env["OPENAI_ORG_ID"] || null),
        project: options.project ?? (process.env["OPENAI_PROJECT_ID"] || null),
      }),
    },
    options,
  );
  return {
    ...backend,
    ...(isOwnHost(baseURL) && { announcement: ANNOUNCEMENT }),
    async checkSetup() {
      // Before a row is read. OpenAI may have moved the day, so the request is made all the same.
      const notice = isOwnHost(baseURL) ? closedNotice() : undefined;
      if (notice !== undefined) process.emitWarning(notice, { type: "FineTuneWarning" });
      await backend.checkSetup?.();
    },
  };
}

const isOwnHost = (baseURL: string) => URL.canParse(baseURL) && new URL(baseURL).host === "api.openai.com";

/** OpenAI's prices are those of OpenAI's own host. Reinforcement is billed by the hour, so its price is not known before. */
function pricesAt(baseURL: string, model: string): BackendPrice[] {
  const price = isOwnHost(baseURL) && priceOfModel(model, trainingPrices);
  return price
    ? [
        { ...price, method: "supervised" },
        { ...price, method: "preference" },
      ]
    : [];
}
