import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { callback, positiveInteger, required, string, text, word } from "../../internal/kinds.js";
import { checkOptions, type Kind } from "../../internal/options.js";
import type { ExampleTarget, TrainingExample } from "../../types.js";
import { askKinds, chatModelKind, estimateKind, type AskOptions, type EstimateOption } from "../asking/ask-options.js";
import { chooseKind, type ChooseBy } from "./choose.js";
import type { AskUsage } from "../asking/usage.js";

/** Options of {@link relabelExamples}. */
export interface RelabelOptions extends AskOptions, EstimateOption {
  /** The model that answers. It must bind tools where the rows have some. */
  teacher: BaseChatModel;
  /** What the teacher is called in the sources of rows and in prices. @default as its service knows it */
  name?: string;
  /**
   * Which answers are given again: those that judges dropped, for instance. The others stay as they are.
   * @default all that a row teaches
   */
  where?: (target: ExampleTarget, example: TrainingExample) => boolean;
  /** How many answers the teacher gives to each prompt. @default 1 */
  n?: number;
  /**
   * How one of them is chosen. `"agreement"`: what most of them say, at least two. `"shortest"`: the shortest that is
   * sound. `{ best }`: the one that a judge scores highest among those that it keeps. `{ shortest }`: the shortest of those. A
   * function gives the number of one, or nothing.
   * @default "first" for one answer, "agreement" for several
   */
  choose?: ChooseBy;
  /** What a judge of `choose` goes by, where it is a model. */
  rubric?: string;
  /**
   * What becomes of an answer that the teacher cannot give: it goes to `onSkip` and is not learned, or the recorded one
   * stays.
   * @default "drop"
   */
  otherwise?: "drop" | "keep";
  /** Called at the end of each pass. */
  onReport?: (report: RelabelReport) => unknown;
}

/** How answering again went, as plain JSON. */
export interface RelabelReport extends AskUsage {
  format: "langsmith-finetune/relabel@1";
  teacher: string;
  rows: number;
  /** Answers that were asked for again. */
  targets: number;
  /** Those to which the teacher says something else, and those to which it says the same. */
  changed: number;
  same: number;
  /** Those that could not be given again, by code. */
  failed: Record<string, number>;
}

/** Checks the options. @throws {InvalidOptionError} */
export function checkRelabelOptions(options: RelabelOptions): void {
  checkOptions<RelabelOptions>("relabelExamples", options, {
    teacher: required(chatModelKind),
    name: text,
    where: callback,
    n: positiveInteger,
    choose: chooseKind,
    rubric: string,
    otherwise: word("drop", "keep"),
    onReport: callback,
    estimate: estimateKind as Kind<NonNullable<RelabelOptions["estimate"]>>,
    ...askKinds,
  });
}
