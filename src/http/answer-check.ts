import { isRecord } from "../internal/is-record.js";
import type { ServiceFailure } from "./service-failure.js";

/**
 * Looks whether the JSON of an answer is what the caller relies on; returns what is missing in it. A
 * 200 proves nothing: a maintenance page, a proxy and a server that is starting answer 200 too.
 */
export type AnswerCheck = (answer: unknown) => string | undefined;

export const isObject: AnswerCheck = (answer) =>
  isRecord(answer) ? undefined : `it is ${kindOf(answer)} and no object`;

export const isList: AnswerCheck = (answer) =>
  Array.isArray(answer) ? undefined : `it is ${kindOf(answer)} and no list`;

/**
 * An object in which each of the fields is a text that is not empty.
 *
 * @example
 * ```ts
 * import { hasTexts } from "langsmith-finetune/testing";
 *
 * console.log(hasTexts("id")({ id: "job-1" })); // undefined: nothing is missing
 * ```
 */
export function hasTexts(...fields: string[]): AnswerCheck {
  return (answer) => {
    if (!isRecord(answer)) return isObject(answer);
    const missing = fields.find((field) => typeof answer[field] !== "string" || answer[field] === "");
    return missing === undefined ? undefined : `it has no ${missing}`;
  };
}

/**
 * An object with a list under the name.
 *
 * @example
 * ```ts
 * import { hasList } from "langsmith-finetune/testing";
 *
 * console.log(hasList("data")({ jobs: [] })); // "it has no list of data"
 * ```
 */
export function hasList(field: string): AnswerCheck {
  return (answer) => {
    if (!isRecord(answer)) return isObject(answer);
    return Array.isArray(answer[field]) ? undefined : `it has no list of ${field}`;
  };
}

/** The failure of an answer of success that is not what was expected. Quotes nothing of it. */
export function unreadable(status: number | undefined, reason: string, headers?: Headers): ServiceFailure {
  return { status, message: reason, unreadable: true, headers };
}

/** What an answer's text is that should have been JSON, without a word of it. */
export function notJson(text: string, headers: Headers): string {
  if (text.trim() === "") return "the answer is empty";
  const type = headers.get("content-type")?.split(";", 1)[0]?.trim();
  const isWhole = /[\]}]\s*$/.test(text) || !/^\s*[[{]/.test(text);
  return `the answer is not JSON${isWhole ? "" : ", or ends before its end"} (${type ? `${type}, ` : ""}${text.length} characters)`;
}

function kindOf(value: unknown): string {
  if (value === undefined) return "empty";
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
