import type { CurateOptions } from "./curate-options.js";
import type { RowSettings } from "./row-step.js";
import { templateCheckOptions } from "../templates/template-check.js";
import { openAIRules } from "./rules.js";
import { createTokenCounter } from "./tokens/token-counter.js";

/** What the options say to all steps alike. Loads the tokenizer, where a model is named. */
export async function rowSettingsOf(options: CurateOptions): Promise<RowSettings> {
  const { backend, tokens } = options;
  const rules = options.rules ?? backend?.rules ?? openAIRules;
  const limits = typeof tokens === "object" ? tokens : {};
  const model = tokens === false ? undefined : (limits.model ?? backend?.model);
  const { encoding } = limits;
  const { tokenizer } = limits;
  const template = limits.template ?? (options.template && templateCheckOptions(options.template).template);
  const counter =
    model === undefined
      ? undefined
      : await createTokenCounter({
          model,
          ...(encoding && { encoding }),
          ...(tokenizer !== undefined && { tokenizer, ...(template !== undefined && { template }) }),
        });
  return { rules, model, encoding, maxTokens: limits.maxTokens ?? rules.maxTokens, counter };
}
