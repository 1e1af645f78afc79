import type { FeedbackSummary } from "../../types.js";
import type { RunFeedback } from "../read-feedback.js";

/**
 * Which of several scores with one key counts: the mean of all, the last that was given, or the mean of what
 * the first of these sources gave that gave any (`app`, `api`, `model`, …: LangSmith's `feedback_source.type`).
 */
export type SeveralScores = "mean" | "last" | { sources: readonly string[] };

/** Feedback summed up by key. What is neither a number nor a category adds to the count only. */
export function summariseFeedback(
  feedback: readonly RunFeedback[],
  several: SeveralScores,
): Record<string, FeedbackSummary> | undefined {
  const byKey = new Map<string, RunFeedback[]>();
  for (const item of feedback) {
    const list = byKey.get(item.key);
    if (list) list.push(item);
    else byKey.set(item.key, [item]);
  }
  const summaries = new Map<string, FeedbackSummary>();
  for (const [key, all] of byKey) {
    const counted = countedOf(all, several);
    if (counted.length > 0) summaries.set(key, summaryOf(counted));
  }
  return summaries.size > 0 ? Object.fromEntries(summaries) : undefined;
}

function countedOf(feedback: readonly RunFeedback[], several: SeveralScores): readonly RunFeedback[] {
  if (several === "mean") return feedback;
  if (several === "last") return [feedback.reduce((last, item) => (timeOf(item) >= timeOf(last) ? item : last))];
  for (const source of several.sources) {
    const given = feedback.filter(({ sourceType }) => sourceType === source);
    if (given.length > 0) return given;
  }
  return [];
}

const timeOf = ({ createdAt }: RunFeedback): number => (createdAt === undefined ? 0 : Date.parse(createdAt) || 0);

function summaryOf(feedback: readonly RunFeedback[]): FeedbackSummary {
  const summary: FeedbackSummary = { count: feedback.length };
  const scores = feedback.flatMap(({ score }) => (score === undefined ? [] : [score]));
  if (scores.length > 0) summary.average = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const values = new Map<string, number>();
  for (const { value } of feedback) {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") continue;
    values.set(String(value), (values.get(String(value)) ?? 0) + 1);
  }
  if (values.size > 0) summary.values = Object.fromEntries(values);
  const comments = feedback.flatMap(({ comment }) => (comment === undefined || comment === "" ? [] : [comment]));
  if (comments.length > 0) summary.comments = comments;
  const corrections = feedback.flatMap(({ correction }) => (correction === undefined ? [] : [correction]));
  if (corrections.length > 0) summary.corrections = corrections;
  return summary;
}
