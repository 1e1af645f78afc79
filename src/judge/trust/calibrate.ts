import { FinetuneError } from "../../errors.js";
import { boolean, kind, list, number, object, required } from "../../internal/kinds.js";
import type { Kind } from "../../internal/options.js";
import { sourceOf } from "../../source.js";
import type { TrainingExample } from "../../types.js";
import type { JudgedItem, ReadyJudge } from "../judges/judge.js";
import type { AskJudge } from "../ask-judge.js";
import { createAgreementCount, type Agreement } from "./agreement.js";

/** Known verdicts that judges must share before they are asked about anything else. */
export interface Calibration {
  /** Rows whose last answer (or whole conversation) was judged by people. */
  examples: readonly CalibrationExample[];
  /** The least share of verdicts that each judge must share. @default 0.8 */
  agreement?: number;
}

/** A known verdict. */
export interface CalibrationExample {
  example: TrainingExample;
  /** What is right. */
  keep: boolean;
}

const exampleKind = kind<TrainingExample>(
  "a row whose last message is the assistant's",
  (value) => (value as { messages?: { role?: unknown }[] } | null)?.messages?.at?.(-1)?.role === "assistant",
);

export const calibrationKind: Kind<Calibration> = object<Calibration>({
  examples: required(list(object<CalibrationExample>({ example: required(exampleKind), keep: required(boolean) }))),
  agreement: number({ min: 0, max: 1 }),
});

/**
 * Asks each judge about the calibration set. A judge that cannot say counts as wrong.
 *
 * @throws {FinetuneError} where a judge shares too few of the verdicts.
 */
export async function calibrate(
  judges: readonly ReadyJudge[],
  { examples, agreement: least = 0.8 }: Calibration,
  per: "answer" | "conversation",
  ask: AskJudge,
): Promise<Record<string, Agreement>> {
  const shares: Record<string, Agreement> = {};
  for (const judge of judges) {
    const count = createAgreementCount();
    const votes = await Promise.all(examples.map(({ example }) => ask(judge, itemOf(example, per))));
    votes.forEach(({ vote: { vote } }, index) => {
      const keep = examples[index]?.keep ?? false;
      count.add(String(index), vote === "undecided" ? !keep : vote === "keep", keep);
    });
    const agreement = count.finish();
    if (agreement === undefined) continue;
    shares[judge.name] = agreement;
    if (agreement.agreement >= least) continue;
    const wrong = votes.flatMap(({ vote: { vote } }, index) =>
      (vote === "keep") === examples[index]?.keep && vote !== "undecided" ? [] : [index + 1],
    );
    throw new FinetuneError({
      message: `${judge.name} shares ${Math.round(agreement.agreement * 100)} % of the verdicts of the calibration set, and ${Math.round(least * 100)} % are asked for; it differs on number ${wrong.slice(0, 20).join(", ")}.`,
      hint: "No row was judged. Make the rubric clearer, take another model, or ask for less.",
    });
  }
  return shares;
}

function itemOf(example: TrainingExample, per: "answer" | "conversation"): JudgedItem {
  const source = sourceOf(example);
  return per === "conversation" ? { example, source } : { example, source, message: example.messages.length - 1 };
}
