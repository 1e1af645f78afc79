import { isRecord } from "../../../internal/is-record.js";
import type { ValidationRules } from "../../../curate/rules.js";

/**
 * What TRL's trainers take (trl 1.13.0). There is no limit to rows or size but the machine's own, no
 * weight per message, and chat templates know tools but not the legacy functions.
 */
export const trlRules = (
  trainOn: "last" | "all" = "last",
  unpaired: ValidationRules["unpaired"] = { desirableWeight: 1, undesirableWeight: 1 },
): ValidationRules => ({
  name: "TRL",
  minRows: 1,
  tools: true,
  functions: false,
  finalToolCall: true,
  // Chat templates render the content alone.
  refusals: false,
  loss: trainOn === "all" ? "completion" : "last",
  parallelToolCalls: true,
  // Chat templates of models that reason render it under this name.
  reasoning: "reasoning_content",
  images: false,
  preference: true,
  unpaired,
  check(row, report) {
    if (!isRecord(row) || !Array.isArray(row.messages)) return;
    const last: unknown = row.messages.at(-1);
    if (isRecord(last) && last.role !== "assistant") {
      report({
        path: `$.messages[${row.messages.length - 1}].role`,
        code: "last-not-assistant",
        severity: "error",
        message: "The last message must be the answer: it is what is trained.",
      });
    }
  },
});
