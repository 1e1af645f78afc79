import { either, list, number, object, required, text } from "../../internal/kinds.js";
import type { OptionKinds } from "../../internal/options.js";
import { type FeedbackScope, placesOf, ratingsOf, scopesKind } from "../../ratings.js";
import { sourceOf, targetsOf } from "../../source.js";
import type { ExampleTarget, TrainingExample } from "../../types.js";
import { selectTargets } from "../conversations/select-targets.js";
import type { RowStepDefinition } from "../row-step.js";

/** Answers that are not learned for their rating. */
export interface RatingMask {
  /** The feedback's key. */
  key: string;
  /** An answer with a lower score than this is not learned. A category masks nothing. */
  below: number;
  /**
   * Where the rating may be: on the `run` of the answer, on the `root` of its trace, which masks all answers of the trace,
   * on any other run of the `trace`, or on the roots of its `thread`. One score that is too low, in any of them, masks.
   * @default ["run", "root"]
   */
  scope?: FeedbackScope | readonly FeedbackScope[];
}

/** Options of the step. */
export interface MaskStepOptions {
  /**
   * Answers that get the weight 0: they stay in the history of what came after them, and are not learned anywhere. No
   * key means good or bad by itself, so nothing is masked without this.
   */
  mask?: { feedback: RatingMask | readonly RatingMask[] };
}

const maskKinds: OptionKinds<RatingMask> = {
  key: required(text),
  below: required(number()),
  scope: scopesKind,
};

/** Takes answers with a bad rating from the targets. */
export const maskStep: RowStepDefinition<MaskStepOptions> = {
  name: "mask",
  options: {
    mask: object<NonNullable<MaskStepOptions["mask"]>>({
      feedback: required(either(list(object<RatingMask>(maskKinds)), object<RatingMask>(maskKinds))),
    }),
  },
  create({ mask }) {
    if (mask === undefined) return undefined;
    const masks = "key" in mask.feedback ? [mask.feedback] : mask.feedback;
    const masking = masks.map(maskOf);
    const reasonFor = (target: ExampleTarget) => {
      for (const test of masking) {
        const reason = test(target);
        if (reason !== undefined) return reason;
      }
      return undefined;
    };
    return {
      take(row, context) {
        if (!("messages" in row)) return row;
        const targets = targetsOf(row);
        const knowsRuns = sourceOf(row).targets !== undefined;
        const reasons = new Map<ExampleTarget, string>();
        for (const target of targets) {
          const reason =
            knowsRuns && target.runId === undefined && target.exampleId === undefined
              ? "The run of the answer is not known, and so neither is its rating."
              : reasonFor(target);
          if (reason !== undefined) reasons.set(target, reason);
        }
        if (reasons.size === 0) return row;
        for (const [{ runId, message: index }, message] of reasons) {
          const path = targets.length === 1 ? "$" : `$.messages[${index}]`;
          if (targets.length === 1) return context.leaveOut("rated", message, path);
          context.leaveOutTarget({
            code: "rated",
            message,
            path,
            line: context.line,
            ...(runId !== undefined && { runId }),
          });
        }
        const kept = targets.filter((target) => !reasons.has(target));
        return kept.length === 0 ? [] : selectTargets(row as TrainingExample, kept);
      },
    };
  },
};

function maskOf({ key, below, scope }: RatingMask): (target: ExampleTarget) => string | undefined {
  const places = placesOf(scope);
  return (target) => {
    for (const { average, on } of ratingsOf(target, key, places)) {
      if (average === undefined || average >= below) continue;
      return `The feedback ${key} ${on === "run" ? "of the answer" : on === "root" ? "on the root of its trace" : `in its ${on}`} is ${average}.`;
    }
    return undefined;
  };
}
