import { createRowChecker } from "../../curate/validate/create-validator.js";
import { isRecord } from "../../internal/is-record.js";
import type { AssistantTrainingMessage, TrainingExample } from "../../types.js";
import { callsOf } from "../asking/calls.js";
import type { ModelAnswer } from "../asking/model-answer.js";
import { jsonOrUndefined } from "../../internal/json.js";
import { textOfContent } from "../../messages/text-of-content.js";

/** Why a sample cannot be learned. */
export type SampleFault = {
  code: "teacher-failed" | "truncated-answer" | "empty-answer" | "invalid-arguments" | "invalid-structure";
  message: string;
};

/** Says what is wrong with an answer, for a row whose last message it is. */
export type CheckAnswer = (
  row: TrainingExample,
  answer: ModelAnswer,
  responseFormat: unknown,
) => SampleFault | undefined;

const TRUNCATED = new Set(["length", "max_tokens", "MAX_TOKENS", "content_filter", "model_length"]);

/** Arguments are checked against the tool's schema as `validateExamples` does. */
export async function createAnswerCheck(): Promise<CheckAnswer> {
  const { check } = await createRowChecker({});
  return (row, { message, error, finishReason }, responseFormat) => {
    if (message === undefined) return { code: "teacher-failed", message: error ?? "The teacher gave no answer." };
    if (finishReason !== undefined && TRUNCATED.has(finishReason))
      return { code: "truncated-answer", message: `The teacher's answer was cut off (${finishReason}).` };
    if (isEmpty(message)) return { code: "empty-answer", message: "The teacher's answer is empty." };
    const last = `$.messages[${row.messages.length - 1}]`;
    const fault = check(row).find(({ severity, path }) => severity === "error" && path.startsWith(last));
    if (fault) return { code: "invalid-arguments", message: `${fault.path.slice(last.length + 1)}: ${fault.message}` };
    if (
      isRecord(responseFormat) &&
      callsOf(message).length === 0 &&
      jsonOrUndefined(textOfContent(message.content)) === undefined
    )
      return { code: "invalid-structure", message: "JSON was asked for, and the teacher's answer is not JSON." };
    return undefined;
  };
}

function isEmpty(message: AssistantTrainingMessage): boolean {
  return textOfContent(message.content).trim() === "" && callsOf(message).length === 0 && !message.refusal;
}
