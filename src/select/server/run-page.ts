import type { AnswerCheck } from "../../http/answer-check.js";
import { isRecord } from "../../internal/is-record.js";
import { readRunRecord } from "../run-record.js";
import { cursorFault } from "./cursor-check.js";
import { keepAnswer } from "./page-answer.js";
import type { Connection, JsonAnswer } from "./connection.js";
import type { RateLimit } from "./request-limits.js";
import type { RunPage, RunPageRequest, RunSource } from "./run-source.js";

/** Where one generation of the API has the runs of a page and the cursor of the next one. */
export interface PageShape {
  runs: string;
  cursor(answer: Record<string, unknown>): unknown;
}

/** What makes an answer a page: a list of runs, and a cursor that leads on if there is one. */
function pageCheck({ runs, cursor }: PageShape, { ids, pageSize, cursor: before }: RunPageRequest): AnswerCheck {
  return (answer) => {
    const records = isRecord(answer) ? answer[runs] : undefined;
    if (!isRecord(answer) || !Array.isArray(records)) return `it is not a page of runs: it has no list of ${runs}`;
    const full = records.length >= pageSize && records.length < (ids?.length ?? Infinity);
    const fault = cursorFault(cursor(answer), { full, before });
    return fault && `it is not a page of runs: ${fault}`;
  };
}

/** How one generation of the API is asked for pages. */
export interface PageEndpoint {
  path: string;
  shape: PageShape;
  rateLimit: RateLimit | undefined;
  bodyOf(request: RunPageRequest): Record<string, unknown>;
}

/** Reads pages of runs from an endpoint. */
export function pageReader(
  connection: Connection,
  { path, shape, rateLimit, bodyOf }: PageEndpoint,
): RunSource["page"] {
  return async (request, { signal }) => {
    const check = pageCheck(shape, request);
    const body = bodyOf(request);
    const answer = await connection.answer("POST", path, { body, asked: "Reading runs", rateLimit, signal, check });
    return readPage(answer, shape);
  };
}

/** The page that an answer holds which passed {@link pageCheck}. */
function readPage({ json, body }: JsonAnswer, shape: PageShape): RunPage {
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
