import { testFamily } from "../../src/compare/compare-pairs.js";
import { randomOf } from "../../src/compare/statistics/random.js";
import { SIGNIFICANCE } from "../../src/compare/summarise.js";
import type { ComparisonCase } from "../../src/compare/types.js";

type Random = () => number;
/** The scores of the two models for the answers of one conversation, by evaluator. */
type Conversation = Record<string, [first: number, second: number][]>;

/** A way in which two models answer. */
export interface Setting {
  name: string;
  conversations: number;
  yesNo: boolean;
  main?: string;
  /** `effect` is 0 where the models are the same. */
  draw: (random: Random, effect: number) => Conversation;
}

const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const numeric =
  (spread: (random: Random) => number) =>
  (random: Random, effect: number): Conversation => ({
    score: [[spread(random), spread(random) + effect]],
  });
/** Ten answers whose model is right or wrong in all of them, or in half of them and by chance in the others. */
const flippingTogether =
  (together: number) =>
  (random: Random, effect: number): Conversation => {
    const draw = (chance: number) => Number(random() < chance);
    const common = [draw(0.5), draw(0.5 + effect)] as const;
    return {
      right: Array.from({ length: 10 }, (_, index) =>
        index < together ? [...common] : [draw(0.5), draw(0.5 + effect)],
      ),
    };
  };
const evaluators = ["one", "two", "three", "four", "five"];
const fiveEvaluators = (random: Random, effect: number): Conversation =>
  Object.fromEntries(
    evaluators.map((key) => [key, [[Number(random() < 0.5), Number(random() < 0.5 + (key === "one" ? effect : 0))]]]),
  );

/** The settings in which the verdicts of the percentile bootstrap said something false too often. */
export const settings: Setting[] = [
  ...[6, 8, 12, 20].flatMap((conversations) => [
    { name: `${conversations} numeric scores, normal`, conversations, yesNo: false, draw: numeric(normal) },
    {
      name: `${conversations} numeric scores, skewed`,
      conversations,
      yesNo: false,
      draw: numeric((random) => -Math.log(1 - random())),
    },
  ]),
  { name: "20 conversations, ten answers flip together", conversations: 20, yesNo: true, draw: flippingTogether(10) },
  { name: "20 conversations, half of the ten do", conversations: 20, yesNo: true, draw: flippingTogether(5) },
  { name: "five evaluators, 40 cases", conversations: 40, yesNo: true, draw: fiveEvaluators },
  { name: "five evaluators, one of them main", conversations: 40, yesNo: true, main: "one", draw: fiveEvaluators },
];

/** How often, of so many comparisons, any evaluator says better or worse, and how often any says better. */
export function shareOfVerdicts(
  { conversations, yesNo, main, draw }: Setting,
  { effect, runs, seed }: { effect: number; runs: number; seed: number },
): { any: number; better: number } {
  const random = randomOf(seed);
  const counts = { any: 0, better: 0 };
  for (let run = 0; run < runs; run += 1) {
    const cases: ComparisonCase[] = [];
    for (let conversation = 1; conversation <= conversations; conversation += 1) {
      const drawn = draw(random, effect);
      const answers = Object.values(drawn)[0]?.length ?? 0;
      for (let index = 0; index < answers; index += 1) {
        cases.push(caseOf(cases.length + 1, conversation, index, drawn));
      }
    }
    const shown = testFamily(cases, {
      names: ["base", "tuned"],
      yesNoKeys: new Set(yesNo ? Object.keys(cases[0]?.scores ?? {}) : []),
      ...(main === undefined ? {} : { main }),
      seed: run + 1,
    }).filter(({ correctedPValue }) => correctedPValue <= SIGNIFICANCE);
    if (shown.length > 0) counts.any += 1;
    if (shown.some(({ scores }) => scores.clusters.reduce((sum, one) => sum + one.sum, 0) > 0)) counts.better += 1;
  }
  return { any: counts.any / runs, better: counts.better / runs };
}

function caseOf(number: number, conversation: number, index: number, drawn: Conversation): ComparisonCase {
  return {
    number,
    conversation,
    row: conversation,
    message: 1,
    inputs: { messages: [] },
    reference: { role: "assistant", content: "" },
    source: {},
    answers: {},
    scores: Object.fromEntries(
      Object.entries(drawn).map(([key, pairs]) => {
        const [first, second] = pairs[index] ?? [0, 0];
        return [key, { base: { score: first }, tuned: { score: second } }];
      }),
    ),
  };
}
