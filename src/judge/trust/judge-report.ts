import type { JudgeVote, Skip } from "../../types.js";
import type { ModelPrice } from "../asking/usage.js";
import type { JudgeDecision } from "../decide.js";
import type { GivenVote, ReadyJudge } from "../judges/judge.js";
import { createAgreementCount, type Agreement, type AgreementCount } from "./agreement.js";
import { type AskUsage, costField, countUse, noUsage } from "../asking/usage.js";

/** How judging went, as plain JSON. */
export interface JudgeReport {
  format: "langsmith-finetune/judges@1";
  /** What was judged. */
  per: "answer" | "conversation";
  rows: { in: number; kept: number; dropped: number; undecided: number };
  /** Answers, or conversations. */
  items: { judged: number; kept: number; dropped: number; undecided: number };
  judges: Record<string, JudgeSummary>;
  /** Each two judges, where both voted. */
  agreement: (Agreement & { judges: [string, string] })[];
  /** Each judge, and the decision of all, against the feedback of people, by its key. */
  people: (Agreement & { key: string; judge: string })[];
  /** What to look at: judges that differ, and decisions that people do not share. The first 200. */
  disagreements: Disagreement[];
  /** How many there are. */
  disagreementCount: number;
  /** By judge, where there was a calibration set. */
  calibration?: Record<string, Agreement>;
}

/** What one judge did. */
export interface JudgeSummary extends AskUsage {
  kind: "model" | "function";
  keep: number;
  drop: number;
  /** By their code. */
  undecided: Record<string, number>;
}

/** Something on which judges differ from each other or from people. */
export interface Disagreement {
  line: number;
  runId?: string;
  /** The place of the answer; nothing for a conversation. */
  message?: number;
  decision: JudgeDecision;
  votes: JudgeVote[];
  /** What people said, by key. */
  people?: Record<string, boolean>;
}

/** What was judged, for the report. */
export interface JudgedForReport {
  readonly where: Pick<Skip, "line" | "runId">;
  readonly message: number | undefined;
  readonly conversation: string;
  readonly given: readonly GivenVote[];
  readonly votes: readonly JudgeVote[];
  readonly decision: JudgeDecision;
  readonly people: readonly { key: string; keep: boolean }[];
}

const NAMED = 200;

/** Adds up votes. Holds counts for each conversation, and no rows. */
export function createJudgeReport(
  judges: readonly ReadyJudge[],
  per: JudgeReport["per"],
  prices: Readonly<Record<string, ModelPrice>>,
) {
  const rows = { in: 0, kept: 0, dropped: 0, undecided: 0 };
  const items = { judged: 0, kept: 0, dropped: 0, undecided: 0 };
  const summaries = judges.map(({ kind }): JudgeSummary => {
    return { kind, keep: 0, drop: 0, undecided: {}, ...noUsage() };
  });
  const pairs = judges.flatMap((left, first) =>
    judges.slice(first + 1).map((right, offset) => ({
      judges: [left.name, right.name] as [string, string],
      first,
      second: first + 1 + offset,
      count: createAgreementCount(),
    })),
  );
  const withPeople = new Map<string, { key: string; judge: string; count: AgreementCount }>();
  const disagreements: Disagreement[] = [];
  let disagreementCount = 0;

  const comparePeople = (conversation: string, key: string, judge: string, vote: JudgeVote["vote"], keep: boolean) => {
    if (vote === "undecided") return;
    const name = JSON.stringify([key, judge]);
    const known = withPeople.get(name) ?? { key, judge, count: createAgreementCount() };
    withPeople.set(name, known);
    known.count.add(conversation, vote === "keep", keep);
  };
  const countVote = (summary: JudgeSummary, { vote: { vote, code }, tokens, cached }: GivenVote) => {
    if (vote === "undecided")
      summary.undecided[code ?? "no-verdict"] = (summary.undecided[code ?? "no-verdict"] ?? 0) + 1;
    else summary[vote] += 1;
    countUse(summary, { cached: cached === true, ...(tokens && { tokens }) });
  };

  return {
    row(decision: JudgeDecision | undefined): void {
      rows.in += 1;
      if (decision !== undefined) rows[PAST[decision]] += 1;
    },
    item({ where, message, conversation, given, votes, decision, people }: JudgedForReport): void {
      items.judged += 1;
      items[PAST[decision]] += 1;
      given.forEach((one, index) => countVote(summaries[index] as JudgeSummary, one));
      for (const { first, second, count } of pairs) {
        const [left, right] = [votes[first], votes[second]];
        if (left && right && left.vote !== "undecided" && right.vote !== "undecided")
          count.add(conversation, left.vote === "keep", right.vote === "keep");
      }
      for (const { key, keep } of people) {
        for (const { judge, vote } of votes) comparePeople(conversation, key, judge, vote, keep);
        if (judges.length > 1) comparePeople(conversation, key, "all together", decision, keep);
      }
      const said = new Set(votes.map(({ vote }) => vote).filter((vote) => vote !== "undecided"));
      const unlikePeople = people.some(({ keep }) => decision !== "undecided" && keep !== (decision === "keep"));
      if (said.size < 2 && !unlikePeople) return;
      disagreementCount += 1;
      if (disagreements.length >= NAMED) return;
      disagreements.push({
        line: where.line ?? 0,
        ...(where.runId !== undefined && { runId: where.runId }),
        ...(message !== undefined && { message }),
        decision,
        votes: [...votes],
        ...(people.length > 0 && { people: Object.fromEntries(people.map(({ key, keep }) => [key, keep])) }),
      });
    },
    finish(calibration: Record<string, Agreement> | undefined): JudgeReport {
      return {
        format: "langsmith-finetune/judges@1",
        per,
        rows: { ...rows },
        items: { ...items },
        judges: Object.fromEntries(
          judges.map(({ name }, index) => {
            const summary = summaries[index] as JudgeSummary;
            return [name, { ...summary, ...costField(summary, prices[name]) }];
          }),
        ),
        agreement: pairs.flatMap(({ judges: names, count }) => {
          const agreement = count.finish();
          return agreement ? [{ judges: names, ...agreement }] : [];
        }),
        people: [...withPeople.values()].flatMap(({ key, judge, count }) => {
          const agreement = count.finish();
          return agreement ? [{ key, judge, ...agreement }] : [];
        }),
        disagreements: [...disagreements],
        disagreementCount,
        ...(calibration && { calibration }),
      };
    },
  };
}

const PAST = { keep: "kept", drop: "dropped", undecided: "undecided" } as const;
