import { boolean, either, object } from "../../internal/kinds.js";
import type { ChatTemplateSource } from "../../templates/chat-template.js";
import { templateCheckKind, type TemplateCheckOptions } from "../../templates/template-check.js";
import type { Finding } from "../../types.js";
import type { RowStepDefinition } from "../row-step.js";
import { createRowChecker } from "../validate/create-validator.js";
import { datasetFactsOf } from "../validate/dataset-checks.js";

/** Options of the step. */
export interface ValidateStepOptions {
  /**
   * Check rows and leave out those with an error. `{ remove: false }` only reports.
   * @default true
   */
  validate?: boolean | { remove?: boolean };
  /**
   * The chat template of the model: its folder, `tokenizer_config.json`, `.jinja` file or text, or that with options.
   * Rows that it refuses or of which it drops something have findings, and the report shows rendered rows.
   */
  template?: ChatTemplateSource | TemplateCheckOptions;
}

/** Whether rows with an error are left out. */
export const removesInvalid = ({ validate }: ValidateStepOptions): boolean =>
  typeof validate === "object" ? (validate.remove ?? true) : true;

/** Reports what is wrong with rows, and leaves out those that the service would refuse. */
export const validateStep: RowStepDefinition<ValidateStepOptions> = {
  name: "validate",
  options: {
    validate: either(boolean, object<{ remove?: boolean }>({ remove: boolean })),
    template: templateCheckKind,
  },
  async create(options, { rules, model, encoding, maxTokens, counter }) {
    if (options.validate === false) return undefined;
    const removing = removesInvalid(options);
    const checker = await createRowChecker(
      {
        // The rows say by weights what is learned; the backend writes them as its service wants them.
        rules: { ...rules, loss: "weights" },
        ...(model !== undefined && { model }),
        ...(encoding && { encoding }),
        ...(maxTokens !== undefined && { maxTokens }),
        ...(options.template !== undefined && { template: options.template }),
      },
      counter,
    );
    return {
      takesAnything: true,
      prepare: (row) => (checker.needsTokenizer(row) ? checker.loadTokenizer() : undefined),
      take(row, context) {
        let first: Finding | undefined;
        for (const fault of checker.check(row, context.line, context.source)) {
          context.report(fault);
          if (fault.severity === "error") first ??= fault;
        }
        context.checked(datasetFactsOf(row));
        return first && removing ? context.leaveOut(first.code, first.message, first.path) : row;
      },
    };
  },
};
