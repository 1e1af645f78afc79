import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { EvaluationInputs, EvaluatorReturn } from "../asking/evaluator.js";
import type {
  AssistantTrainingMessage,
  ExampleSource,
  JudgeVote,
  TrainingExample,
  TrainingMessage,
} from "../../types.js";

// Types and no interfaces: only so do they fit evaluators of any record, as those of openevals are.
/** What a judge that is a function is given: LangSmith's own form of an evaluator, and the row beside it. */
export type JudgedAnswer = {
  /** What the model was asked: the messages before the answer, with the tools. */
  inputs: EvaluationInputs;
  /** The answer. */
  outputs: AssistantTrainingMessage;
  /** There is none: the recorded answer is what is judged. With `relabelExamples`, the recorded answer. */
  referenceOutputs?: AssistantTrainingMessage;
  /** Where the row came from. */
  metadata: ExampleSource;
  /** All messages up to the answer, and with it. */
  messages: TrainingMessage[];
  /** The row. */
  example: TrainingExample;
};

/** What a judge is given with `per: "conversation"`: `outputs` are all messages, the trajectory that evaluators of `agentevals` take. */
export type JudgedConversation = Omit<JudgedAnswer, "outputs" | "referenceOutputs"> & {
  outputs: TrainingMessage[];
  referenceOutputs?: undefined;
};

/** What a function may say: a verdict, a score (from 0.5 on it is `keep`), either with its reason, or an evaluator's results. */
export type JudgeReturn =
  boolean | number | null | undefined | { keep: boolean; score?: number; reason?: string } | EvaluatorReturn;

/** A function that judges, sync or async; an evaluator in LangSmith's form is one. */
export type JudgeFunction<Judged = JudgedAnswer> = (judged: Judged) => JudgeReturn | Promise<JudgeReturn>;

/** A judge with settings of its own. */
export interface JudgeSettings<Judged = JudgedAnswer> {
  judge: BaseChatModel | JudgeFunction<Judged>;
  /** What this model judges by. @default the option `rubric` */
  rubric?: string;
  /**
   * The most tokens that this model reads. A longer conversation is `undecided`, and is never cut.
   * @default what the model's profile says; without one the service is asked, and its refusal is `undecided`
   */
  maxInputTokens?: number;
  /** The score from which on it is `keep`, for functions that give a number. @default 0.5 */
  passes?: number;
  /** Changes the hash of what a function said. For functions that close over something, a prompt say. */
  version?: string;
}

/** A LangChain chat model, which judges by the rubric, or a function. */
export type Judge<Judged = JudgedAnswer> = BaseChatModel | JudgeFunction<Judged> | JudgeSettings<Judged>;

/** Judges in an array, or by name. */
export type Judges<Judged = JudgedAnswer> = readonly Judge<Judged>[] | Readonly<Record<string, Judge<Judged>>>;

/** What is judged. */
export interface JudgedItem {
  readonly example: TrainingExample;
  readonly source: ExampleSource;
  /** The place of the answer among the messages; nothing where the whole conversation is judged. */
  readonly message?: number;
  /** Another answer in the place of the row's own. */
  readonly instead?: AssistantTrainingMessage;
}

/** How a judge is asked. */
export interface JudgeContext {
  readonly retries: number;
  readonly signal: AbortSignal;
}

/** A vote, and what it cost. */
export interface GivenVote {
  readonly vote: Omit<JudgeVote, "judge">;
  readonly tokens?: { prompt: number; completion: number };
  /** It was read from the cache. */
  readonly cached?: boolean;
}

/** A judge that was made ready. */
export interface ReadyJudge {
  readonly name: string;
  readonly kind: "model" | "function";
  /** What the vote depends on, for the cache. */
  keyOf(item: JudgedItem): string;
  /** Tokens that asking takes, for the estimate. Nothing for what is not a model. */
  tokensOf(item: JudgedItem): { prompt: number; completion: number } | undefined;
  /** Only an abort throws. What fails is a vote that says so, and is not kept in the cache unless `keep` holds. */
  ask(item: JudgedItem, context: JudgeContext): Promise<GivenVote & { keep: boolean; failed?: string }>;
}
