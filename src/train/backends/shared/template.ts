import { existsSync, statSync } from "node:fs";
import { InvalidOptionError } from "../../../errors.js";
import type { ValidationRules } from "../../../curate/rules.js";
import { type ChatTemplate, type ChatTemplateSource, readChatTemplate } from "../../../templates/chat-template.js";
import { createTemplateCheck } from "../../../templates/template-check.js";
import { inCommonForm } from "./conversation.js";
import { isRow } from "./conversion.js";

/** The chat template that was given, or that of a model whose folder is on this machine. */
export function templateAtHand(given: ChatTemplateSource | undefined, model: string): ChatTemplate | undefined {
  if (given !== undefined) return readChatTemplate(given);
  if (!existsSync(model) || !statSync(model).isDirectory()) return undefined;
  try {
    return readChatTemplate(model);
  } catch (error) {
    // A base model has none, and its trainer reports that.
    if (InvalidOptionError.isInstance(error)) return undefined;
    throw error;
  }
}

/** The rules with what a chat template refuses or drops of the rows as they are written for the trainer. */
export function withTemplate(rules: ValidationRules, template: ChatTemplate | undefined): ValidationRules {
  if (template === undefined) return rules;
  const check = createTemplateCheck(template);
  return {
    ...rules,
    check(row, report) {
      let faulty = false;
      rules.check?.(row, (finding) => {
        faulty ||= finding.severity === "error";
        report(finding);
      });
      if (!faulty && isRow(row)) check(inCommonForm(row), report);
    },
  };
}
