import { ServiceError } from "../../../errors.js";
import { isObject, type AnswerCheck } from "../../../http/answer-check.js";
import { isRecord } from "../../../internal/is-record.js";

/** Every answer has what was asked for in `output`; the check is for what is in there. */
export function inOutput(check: AnswerCheck): AnswerCheck {
  return (answer) => (isRecord(answer) ? check(answer["output"]) : isObject(answer));
}

/** An answer with an object under the name. */
export function hasRecord(field: string): AnswerCheck {
  return (answer) => {
    if (!isRecord(answer)) return isObject(answer);
    return isRecord(answer[field]) ? undefined : `it has no ${field}`;
  };
}

/** For an answer that lacks what it must have. */
export function invalidAnswer(message: string): ServiceError {
  return new ServiceError({ service: "Alibaba", code: "invalid-answer", message });
}
