import { callback, either, object, word } from "../../internal/kinds.js";
import type { Kind } from "../../internal/options.js";
import type { AssistantTrainingMessage, ExampleSource, TrainingExample } from "../../types.js";
import type { AskJudge } from "../ask-judge.js";
import type { Judge, JudgedItem, ReadyJudge } from "../judges/judge.js";
import { judgeKind, readyJudges } from "../judges/ready-judges.js";
import { answerText } from "./same-answer.js";
import { textOfContent } from "../../messages/text-of-content.js";

/** What a chooser that is a function knows beside the samples. */
export interface ChooseContext {
  /** The row with its recorded answers. */
  example: TrainingExample;
  metadata: ExampleSource;
  /** The answer that was recorded. */
  recorded: AssistantTrainingMessage;
}

/** How one of several samples is chosen. */
export type ChooseBy =
  | "first"
  | "agreement"
  | "shortest"
  | { best: Judge }
  | { shortest: Judge }
  | ((
      samples: readonly AssistantTrainingMessage[],
      context: ChooseContext,
    ) => number | undefined | Promise<number | undefined>);

export const chooseKind: Kind<ChooseBy> = either(
  word("first", "agreement", "shortest"),
  object<{ best?: Judge; shortest?: Judge }>({ best: judgeKind, shortest: judgeKind }),
  callback,
) as Kind<ChooseBy>;

/** The number of the sample that is chosen, or why none is. */
export type Choice = { index: number } | { code: "no-agreement" | "no-good-answer" | "undecided"; message: string };

/** Chooses among samples that are sound, of which there is at least one. */
export type Choose = (
  samples: readonly AssistantTrainingMessage[],
  context: ChooseContext,
  item: Omit<JudgedItem, "instead">,
) => Choice | Promise<Choice>;

/** A chooser, and the judge that it asks, for the estimate. */
export function createChoose(
  by: ChooseBy,
  rubric: string | undefined,
  ask: AskJudge,
): { choose: Choose; judge?: ReadyJudge } {
  if (by === "first") return { choose: () => ({ index: 0 }) };
  if (by === "agreement") return { choose: mostFrequent };
  if (by === "shortest")
    return {
      choose: (samples) => ({
        index: shortestOf(
          samples.map((_, index) => index),
          samples,
        ),
      }),
    };
  if (typeof by === "function")
    return {
      async choose(samples, context) {
        const index = await by(samples, context);
        return index !== undefined && samples[index] !== undefined ? { index } : NOTHING_CHOSEN;
      },
    };
  const { judge, best } = "best" in by ? { judge: by.best, best: true } : { judge: by.shortest, best: false };
  const [ready] = readyJudges([judge], rubric, "choose");
  if (ready === undefined) return { choose: () => NOTHING_CHOSEN };
  return { judge: ready, choose: (samples, _, item) => byJudge(samples, item, ready, ask, best) };
}

const NOTHING_CHOSEN: Choice = { code: "no-good-answer", message: "No sample was chosen." };

async function byJudge(
  samples: readonly AssistantTrainingMessage[],
  item: Omit<JudgedItem, "instead">,
  judge: ReadyJudge,
  ask: AskJudge,
  best: boolean,
): Promise<Choice> {
  const given = await Promise.all(samples.map((instead) => ask(judge, { ...item, instead })));
  const kept = given.flatMap(({ vote }, index) => (vote.vote === "keep" ? [{ index, score: vote.score ?? 1 }] : []));
  const [first] = kept;
  if (first === undefined) {
    const unknown = given.filter(({ vote }) => vote.vote === "undecided");
    const reason = (unknown[0] ?? given[0])?.vote.reason?.slice(0, 160) ?? "no reason given";
    return unknown.length > 0
      ? {
          code: "undecided",
          message: `${judge.name} could not say of ${unknown.length} of ${samples.length} samples: ${reason}`,
        }
      : { code: "no-good-answer", message: `${judge.name} would drop each of ${samples.length} samples: ${reason}` };
  }
  if (!best)
    return {
      index: shortestOf(
        kept.map(({ index }) => index),
        samples,
      ),
    };
  return { index: kept.reduce((top, one) => (one.score > top.score ? one : top), first).index };
}

/** What most samples say, if at least two say it and no other answer is given as often. */
function mostFrequent(samples: readonly AssistantTrainingMessage[]): Choice {
  const counts = new Map<string, { index: number; count: number }>();
  for (const [index, sample] of samples.entries()) {
    const text = answerText(sample);
    const known = counts.get(text);
    if (known) known.count += 1;
    else counts.set(text, { index, count: 1 });
  }
  const [first, second] = [...counts.values()].sort((left, right) => right.count - left.count);
  if (first && (samples.length === 1 || (first.count > 1 && first.count > (second?.count ?? 0))))
    return { index: first.index };
  return {
    code: "no-agreement",
    message: `${samples.length} samples gave ${counts.size} answers, and none more often than the others.`,
  };
}

function shortestOf(indexes: readonly number[], samples: readonly AssistantTrainingMessage[]): number {
  const length = (index: number) => {
    const sample = samples[index];
    return sample ? textOfContent(sample.content).length + JSON.stringify(sample.tool_calls ?? "").length : Infinity;
  };
  return indexes.reduce((least, index) => (length(index) < length(least) ? index : least), indexes[0] ?? 0);
}
