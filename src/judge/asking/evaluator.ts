import type {
  AssistantTrainingMessage,
  ExampleSource,
  OpenAIFunction,
  OpenAITool,
  TrainingMessage,
} from "../../types.js";

/** What a model was asked: a row without its last answer. */
export interface EvaluationInputs {
  messages: TrainingMessage[];
  tools?: OpenAITool[];
  functions?: OpenAIFunction[];
}

// A type and no interface: only so does it fit functions of any record, as the judges of openevals are.
/** What an evaluator is given: LangSmith's own form, which `openevals` has too. */
export type EvaluatorParameters = {
  inputs: EvaluationInputs;
  /** What the model answered. */
  outputs: AssistantTrainingMessage;
  /** The row's last answer. */
  referenceOutputs: AssistantTrainingMessage;
  /** Where the row came from. */
  metadata: ExampleSource;
};

/** What an evaluator says: a boolean or a number (higher is better), under a key. Without a score, the case is left out. */
export interface EvaluatorResult {
  key?: string;
  score?: number | boolean | null;
  comment?: string | null;
}

/** Anything that evaluators may return. */
export type EvaluatorReturn = EvaluatorResult | EvaluatorResult[] | { results: EvaluatorResult[] };

/**
 * An evaluator in LangSmith's own form. Those of `openevals` and the user's own plug in unchanged;
 * a function that takes less than all of this will do.
 */
export type Evaluator = (parameters: EvaluatorParameters) => EvaluatorReturn | Promise<EvaluatorReturn>;

/** The results of one call of an evaluator, whatever form they were returned in. */
export function resultsOf(
  returned: EvaluatorReturn,
  name: string,
): { key: string; score?: number; yesNo: boolean; comment?: string }[] {
  const results = Array.isArray(returned) ? returned : "results" in returned ? returned.results : [returned];
  return results.map(({ key, score, comment }) => ({
    key: key ?? name,
    yesNo: typeof score === "boolean",
    ...(typeof score === "boolean" || (typeof score === "number" && Number.isFinite(score))
      ? { score: Number(score) }
      : {}),
    ...(comment ? { comment } : {}),
  }));
}
