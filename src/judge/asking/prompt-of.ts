import { omit } from "../../internal/omit.js";
import { sourceOf } from "../../source.js";
import type { ExampleTarget, TrainingExample, TrainingMessage } from "../../types.js";
import type { EvaluationInputs } from "./evaluator.js";

/** What the call was sent that gave an answer of a row. */
export interface AskedPrompt {
  readonly inputs: EvaluationInputs & Pick<TrainingExample, "parallel_tool_calls">;
  /** Which tool the model was made to call, and the form that it was asked for: known of the call that the source names. */
  readonly toolChoice?: unknown;
  readonly responseFormat?: unknown;
}

/** The prompt of one answer: what stands before it, with the row's tools. Weights are for the trainer. */
export function promptOf(row: TrainingExample, target: Pick<ExampleTarget, "message" | "runId">): AskedPrompt {
  const { tools, functions, parallel_tool_calls } = row;
  const { toolChoice, responseFormat, runId } = sourceOf(row);
  const own = target.runId === runId;
  return {
    inputs: {
      messages: row.messages
        .slice(0, target.message)
        .map((message) => ("weight" in message ? (omit(message, "weight") as TrainingMessage) : message)),
      ...(tools && { tools }),
      ...(functions && { functions }),
      ...(parallel_tool_calls !== undefined && { parallel_tool_calls }),
    },
    ...(own && toolChoice !== undefined && { toolChoice }),
    ...(own && responseFormat !== undefined && { responseFormat }),
  };
}
