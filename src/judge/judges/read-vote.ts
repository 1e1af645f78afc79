import { isRecord } from "../../internal/is-record.js";
import type { JudgeVote } from "../../types.js";
import { resultsOf, type EvaluatorReturn } from "../asking/evaluator.js";
import type { JudgeReturn } from "./judge.js";
import { jsonOrUndefined } from "../../internal/json.js";

type Vote = Omit<JudgeVote, "judge">;

/** The vote in a model's answer: an object, or a text with one in it. Nothing where it has another form. */
export function readVote(value: unknown): Vote | undefined {
  const given = typeof value === "string" ? objectIn(value) : value;
  if (!isRecord(given)) return undefined;
  const { vote, score, reason } = given;
  if (vote !== "keep" && vote !== "drop") return undefined;
  if (score !== undefined && score !== null && !(typeof score === "number" && score >= 0 && score <= 1))
    return undefined;
  return {
    vote,
    ...(typeof score === "number" && { score }),
    ...(typeof reason === "string" && reason !== "" && { reason }),
  };
}

/** One JSON object, alone or in a fence of code. */
function objectIn(text: string): unknown {
  const inner = /^\s*(?:```(?:json)?\s*)?(\{[\s\S]*\})\s*(?:```)?\s*$/.exec(text)?.[1];
  return inner === undefined ? undefined : jsonOrUndefined(inner);
}

/** The vote in what a function returned. */
export function voteOf(returned: JudgeReturn, name: string, passes: number): Vote {
  if (typeof returned === "boolean") return { vote: returned ? "keep" : "drop", score: Number(returned) };
  if (typeof returned === "number") return scored(returned, passes);
  if (isRecord(returned) && "keep" in returned) {
    const { keep, score, reason } = returned;
    if (typeof keep !== "boolean") return NO_VERDICT;
    return {
      vote: keep ? "keep" : "drop",
      ...(typeof score === "number" && { score }),
      ...(typeof reason === "string" && reason !== "" && { reason }),
    };
  }
  if (typeof returned !== "object" || returned === null) return NO_VERDICT;
  // Of several results each must pass, so the lowest is the vote.
  const results = resultsOf(returned as EvaluatorReturn, name);
  const [lowest] = results
    .flatMap(({ score, comment }) => (score === undefined ? [] : [{ score, comment }]))
    .sort((left, right) => left.score - right.score);
  if (lowest === undefined || results.some(({ score }) => score === undefined)) return NO_VERDICT;
  return { ...scored(lowest.score, passes), ...(lowest.comment !== undefined && { reason: lowest.comment }) };
}

const NO_VERDICT: Vote = { vote: "undecided", code: "no-verdict", reason: "It gave no verdict and no score." };

const scored = (score: number, passes: number): Vote =>
  Number.isFinite(score) ? { vote: score >= passes ? "keep" : "drop", score } : NO_VERDICT;
