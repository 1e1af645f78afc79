import type { EvaluatorComparison, PairComparison } from "./types.js";

/** What all evaluators say together; only the main one, where there is one. */
export function verdictOfPair(evaluators: readonly EvaluatorComparison[]): PairComparison["verdict"] {
  const main = evaluators.find((one) => one.main);
  if (main) return main.verdict;
  const isThere = (verdict: EvaluatorComparison["verdict"]) => evaluators.some((one) => one.verdict === verdict);
  if (isThere("better")) return isThere("worse") ? "mixed" : "better";
  if (isThere("worse")) return "worse";
  const scored = evaluators.filter(({ cases }) => cases > 0);
  return scored.length > 0 && scored.every(({ verdict }) => verdict === "same") ? "same" : "unclear";
}

/** The verdict in one sentence. */
export function headlineOf(
  base: string,
  candidate: string,
  verdict: PairComparison["verdict"],
  evaluators: readonly EvaluatorComparison[],
): string {
  const main = evaluators.find((one) => one.main);
  const deciding = (wanted: EvaluatorComparison["verdict"]) =>
    main ? [main] : evaluators.filter((one) => one.verdict === wanted);
  const worseBeside = main ? evaluators.filter((one) => !one.main && one.verdict === "worse") : [];
  const but = worseBeside.length > 0 ? ` But it is worse by ${keysOf(worseBeside)}.` : "";
  switch (verdict) {
    case "better":
    case "worse": {
      const [first, ...more] = deciding(verdict).sort((a, b) => a.correctedPValue - b.correctedPValue);
      const also = more.length > 0 ? ` Also ${verdict} by ${keysOf(more)}.` : "";
      return `The ${candidate} model is ${verdict}: ${first ? changesOf(first) : ""}.${also}${verdict === "better" ? but : ""}`;
    }
    case "mixed":
      return `The ${candidate} model is better by ${keysOf(deciding("better"))}, and worse by ${keysOf(deciding("worse"))}.`;
    case "same":
      return `The ${candidate} model does as well as the ${base} model: ${main ? outcomeOf(main, base, candidate) : "no evaluator tells them apart"}.${but}`;
    case "unclear":
      return `Whether the ${candidate} model is better was not shown: ${reasonOf(main ? [main] : evaluators)}.${but}`;
  }
}

/** What each evaluator says, a sentence each. */
export function describePair({ base, candidate, evaluators }: PairComparison): string[] {
  return evaluators.map((one) => `${one.key}${one.main ? " (main)" : ""}: ${sentenceOf(one, base, candidate)}`);
}

function sentenceOf(one: EvaluatorComparison, base: string, candidate: string): string {
  if (one.cases === 0) return "no case has a score for both models.";
  const figures = figuresOf(one, base, candidate);
  switch (one.verdict) {
    case "better":
    case "worse":
      return `${candidate} is ${one.verdict} than ${base}: ${figures}.`;
    case "same":
      return `${outcomeOf(one, base, candidate)}.`;
    case "unclear":
      return `no difference was shown: ${figures}. ${neededOf(one)}`;
  }
}

/** How two models came out between which no difference was shown. */
function outcomeOf(one: EvaluatorComparison, base: string, candidate: string): string {
  const { flips, changes, cases } = one;
  const every = cases === 1 ? "the only case" : `all ${cases} cases`;
  if (flips?.bothWrong.length === cases) return `both always wrong, in ${every}`;
  if (flips?.bothRight.length === cases) return `both always right, in ${every}`;
  if ((flips?.fixed.length ?? changes?.rose.length) === 0 && (flips?.broken.length ?? changes?.fell.length) === 0) {
    return `both came out alike in ${every}`;
  }
  return `no difference of ${one.yesNo ? "ten points" : "a tenth of the scores' range"} or more: ${figuresOf(one, base, candidate)}`;
}

/** Why nothing was shown, of the evaluator that would need the fewest cases. */
function reasonOf(evaluators: readonly EvaluatorComparison[]): string {
  const open = evaluators.filter(({ verdict, cases }) => verdict === "unclear" && cases > 0);
  const [nearest] = open.sort((a, b) => (a.casesNeeded ?? 0) - (b.casesNeeded ?? 0));
  if (nearest === undefined) return "no case has a score for both models";
  return `${changesOf(nearest)}. ${neededOf(nearest)}`.replace(/\.$/, "");
}

/** "12 cases fixed, 2 broken, by arguments_equal". */
function changesOf({ key, flips, changes, cases }: EvaluatorComparison): string {
  const [up = 0, down = 0] = flips
    ? [flips.fixed.length, flips.broken.length]
    : [changes?.rose.length, changes?.fell.length];
  const [upWord, downWord] = flips ? ["fixed", "broken"] : ["higher", "lower"];
  return `${up} ${up === 1 ? "case" : "cases"} ${upWord}, ${down} ${downWord} of ${cases}, by ${key}`;
}

function figuresOf(one: EvaluatorComparison, base: string, candidate: string): string {
  const { flips, cases, conversations } = one;
  const over =
    conversations.count === cases
      ? `${cases} ${cases === 1 ? "case" : "cases"}`
      : `${cases} cases of ${conversations.count} ${conversations.count === 1 ? "conversation" : "conversations"}`;
  const flipped = flips ? `, ${flips.fixed.length} fixed and ${flips.broken.length} broken` : "";
  return `${scoreText(one, base)} to ${scoreText(one, candidate)} over ${over}${flipped}`;
}

/** How many cases would show what. */
export function neededOf(one: EvaluatorComparison): string {
  const { casesNeeded = 0, conversationsNeeded = 0, neededFor = 0, yesNo, cases, conversations } = one;
  const amount =
    conversations.count === cases
      ? `${casesNeeded} cases`
      : `${conversationsNeeded} conversations (${casesNeeded} cases)`;
  const size = yesNo ? `${tidy(neededFor * 100)} points` : tidy(neededFor);
  return `About ${amount} would be needed to show a difference of ${size}.`;
}

const tidy = (value: number) => String(Number(value.toPrecision(2)));

function keysOf(evaluators: readonly EvaluatorComparison[]): string {
  return evaluators.map(({ key }) => key).join(", ");
}

function scoreText({ scores, yesNo }: EvaluatorComparison, model: string): string {
  const score = scores[model] ?? 0;
  return yesNo ? `${(score * 100).toFixed(score === 0 || score === 1 ? 0 : 1)} %` : score.toFixed(3);
}
