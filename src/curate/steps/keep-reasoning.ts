import { either, object, word } from "../../internal/kinds.js";
import type { OptionKinds } from "../../internal/options.js";
import { reasoningOf } from "../../reasoning.js";
import { learnedMessages, withSource, sourceOf } from "../../source.js";
import type { AssistantTrainingMessage, TrainingExample, TrainingMessage } from "../../types.js";
import { isReasoningModel } from "../reasoning-models.js";
import type { RowContext, RowStepDefinition } from "../row-step.js";

/** What becomes of reasoning: of that of the answers that are learned, and of that in their history. */
export interface ReasoningPolicy {
  learned: "keep" | "drop";
  history: "keep" | "drop";
}

/** Options of the step. */
export interface ReasoningStepOptions {
  /**
   * Write what the model thought into the rows, under the key that the service takes (`rules.reasoning`): `keep` writes all
   * that the trace has, `last` only that of the answers that are learned, `drop` none. Calls whose history lacks the
   * reasoning of an earlier answer are then rows of their own.
   * @default `keep` where the service takes it and the model is known to reason, otherwise `drop`
   */
  reasoning?: "drop" | "keep" | "last" | ReasoningPolicy;
}

const POLICIES: Record<"drop" | "keep" | "last", ReasoningPolicy> = {
  drop: { learned: "drop", history: "drop" },
  keep: { learned: "keep", history: "keep" },
  last: { learned: "keep", history: "drop" },
};
const what = word("keep", "drop");
const policyKinds: OptionKinds<ReasoningPolicy> = {
  learned: { ...what, required: true },
  history: { ...what, required: true },
};
// Under which keys rows may have it.
const KEYS = ["reasoning_content", "reasoning", "thinking"] as const;

/** Writes reasoning into rows, or leaves it out and says so. */
export const reasoningStep: RowStepDefinition<ReasoningStepOptions> = {
  name: "reasoning",
  options: { reasoning: either(word("drop", "keep", "last"), object<ReasoningPolicy>(policyKinds)) },
  create({ reasoning }, { rules, model }) {
    const key = rules.reasoning;
    const reasons = model !== undefined && isReasoningModel(model);
    const asked = typeof reasoning === "string" ? POLICIES[reasoning] : reasoning;
    const policy = key === undefined ? POLICIES.drop : (asked ?? POLICIES[reasons ? "keep" : "drop"]);
    const dropped =
      key === undefined
        ? `The reasoning of the answer is left out: ${rules.name} takes none.`
        : reasons
          ? `The reasoning of the answer is left out, and ${model} is a model that reasons: tuned without it, it may reason worse.`
          : "The reasoning of the answer is left out.";
    // What a row of one's own has under such a key is left alone, unless something is asked for.
    const cleans = reasoning !== undefined;
    const report = (context: RowContext, code: string, message: string, index: number) =>
      context.report({
        line: context.line,
        path: `$.messages[${index}]`,
        code,
        severity: "warning",
        message,
        source: context.source,
      });
    return {
      take(row, context) {
        const { messages } = row as TrainingExample;
        if (!Array.isArray(messages)) return row;
        let changed = false;
        const learned = new Set(learnedMessages(row));
        const written = messages.map((message, index): TrainingMessage => {
          if (message?.role !== "assistant") return message;
          const isLearned = learned.has(index);
          const found = reasoningOf(message);
          const own = found?.text ? found.text : ownReasoning(message);
          if (isLearned && found?.hidden && !found.text)
            report(context, "reasoning-hidden", "The reasoning of the answer is encrypted or redacted.", index);
          if (own === undefined) return message;
          const keeps = policy[isLearned ? "learned" : "history"] === "keep";
          if (!keeps) {
            if (isLearned) report(context, "reasoning-dropped", dropped, index);
            if (!cleans || !KEYS.some((name) => name in message)) return message;
            changed = true;
            return withoutReasoning(message);
          }
          if (isLearned && found?.isSummary)
            report(context, "reasoning-summary", "The reasoning is the provider's summary of it.", index);
          changed = true;
          return { ...withoutReasoning(message), [key as string]: own };
        });
        return changed ? withSource({ ...row, messages: written }, sourceOf(row)) : row;
      },
    };
  },
};

function ownReasoning(message: AssistantTrainingMessage): string | undefined {
  const fields = message as AssistantTrainingMessage & Record<string, unknown>;
  const own = KEYS.map((key) => fields[key]).find((value) => typeof value === "string" && value !== "");
  return typeof own === "string" ? own : undefined;
}

function withoutReasoning(message: AssistantTrainingMessage): AssistantTrainingMessage {
  const copy: AssistantTrainingMessage & Record<string, unknown> = { ...message };
  for (const key of KEYS) Reflect.deleteProperty(copy, key);
  return copy;
}
