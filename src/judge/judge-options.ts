import { callback, either, list, positiveInteger, required, string, word } from "../internal/kinds.js";
import { checkOptions, type Kind } from "../internal/options.js";
import { askKinds, estimateKind, type AskOptions, type EstimateOption } from "./asking/ask-options.js";
import { decideKind, type DecideBy } from "./decide.js";
import type { JudgedAnswer, JudgedConversation, Judges } from "./judges/judge.js";
import { judgesKind } from "./judges/ready-judges.js";
import { calibrationKind, type Calibration } from "./trust/calibrate.js";
import { peopleKind, type PeopleFeedback } from "./trust/feedback.js";
import type { JudgeReport } from "./trust/judge-report.js";

/** Options of {@link judgeExamples}, whatever is judged. */
export interface JudgeSharedOptions extends AskOptions, EstimateOption {
  /** What a good answer is: what models judge by, where they have no rubric of their own. */
  rubric?: string;
  /**
   * How votes decide. `"majority"`: more than half of the votes must keep it, so a tie drops. `{ threshold }`: the mean
   * of the scores must be so high. A function decides by all votes, and may return `undefined` where it cannot.
   * @default "majority"
   */
  decide?: DecideBy;
  /**
   * What becomes of what is not kept: it goes, or it stays with its `verdict`, which `sourceOf` and `targetsOf` have. Rows
   * that are marked are not fit to be learned before something is done with them: `relabelExamples({ where })`,
   * `sendToAnnotationQueue`.
   * @default "drop"
   */
  action?: "drop" | "mark";
  /**
   * How many judges must have voted; with fewer it is undecided.
   * @default all of them
   */
  quorum?: number;
  /** Known verdicts that every judge must share before the rows are judged. */
  calibration?: Calibration;
  /**
   * Which feedback people gave, and what its scores mean, to compare the judges with.
   * @default every key with scores from 0 to 1: above a half is good, below it is not
   */
  people?: PeopleFeedback | readonly PeopleFeedback[];
  /** Called at the end of each pass with what the judges said and how far they agree. */
  onReport?: (report: JudgeReport) => unknown;
}

/** Options of {@link judgeExamples}. */
export type JudgeOptions = JudgeSharedOptions &
  (
    | {
        /** Who judges: chat models, evaluators and functions, in an array or by name. */
        judges: Judges<JudgedAnswer>;
        /**
         * What is judged: each answer that a row teaches, or the row as a whole.
         * @default "answer"
         */
        per?: "answer";
      }
    | { judges: Judges<JudgedConversation>; per: "conversation" }
  );

/** Checks the options of {@link judgeExamples}. @throws {InvalidOptionError} */
export function checkJudgeOptions(options: JudgeOptions): void {
  checkOptions<JudgeOptions>("judgeExamples", options, {
    judges: required(judgesKind as Kind<JudgeOptions["judges"]>),
    rubric: string,
    per: word("answer", "conversation"),
    decide: decideKind,
    action: word("drop", "mark"),
    quorum: positiveInteger,
    calibration: calibrationKind,
    people: either(list(peopleKind), peopleKind) as Kind<NonNullable<JudgeOptions["people"]>>,
    onReport: callback,
    estimate: estimateKind as Kind<NonNullable<JudgeOptions["estimate"]>>,
    ...askKinds,
  });
}
