import type { AnswerCheck } from "../../http/answer-check.js";
import { isRecord } from "../../internal/is-record.js";
import { readRunRecord } from "../run-record.js";
import { keepAnswer } from "./page-answer.js";
import type { JsonAnswer } from "./connection.js";
import type { RunPage } from "./run-source.js";

/** Where one generation of the API has the runs of a page and the cursor of the next one. */
export interface PageShape {
  runs: string;
  cursor(answer: Record<string, unknown>): unknown;
}

/** What makes an answer a page: a list of runs, and a cursor that is a text if there is one. */
export function pageCheck({ runs, cursor }: PageShape): AnswerCheck {
  return (answer) => {
    if (!isRecord(answer) || !Array.isArray(answer[runs])) return `it is not a page of runs: it has no list of ${runs}`;
    const next = cursor(answer);
    return next === undefined || next === null || typeof next === "string"
      ? undefined
      : "it is not a page of runs: its cursor is not a string";
  };
}

/** The page that an answer holds which passed {@link pageCheck}. */
export function readPage({ json, body }: JsonAnswer, shape: PageShape): RunPage {
  const answer = isRecord(json) ? json : {};
  const records = recordsOf(answer, shape);
  const runs = runsOf(records);
  const next = shape.cursor(answer);
  return {
    runs,
    notRuns: records.length - runs.length,
    ...(typeof next === "string" && next !== "" ? { cursor: next } : {}),
    answer: keepAnswer(body, (again) => runsOf(recordsOf(isRecord(again) ? again : {}, shape))),
  };
}

function recordsOf(answer: Record<string, unknown>, { runs }: PageShape): readonly unknown[] {
  const records = answer[runs];
  return Array.isArray(records) ? records : [];
}

function runsOf(records: readonly unknown[]): RunPage["runs"] {
  return records.map(readRunRecord).filter((run) => run !== undefined);
}
