import { settings } from "./internal/kinds.js";
import { checkArgument } from "./internal/options.js";

// A registered symbol, as that of sources: it survives `{ ...message }` and never reaches JSON. So reasoning travels with
// the message that it belongs to, and a row has none unless `curate` writes it there.
const REASONING = Symbol.for("langsmith-finetune.reasoning");

/** What a model thought before it answered, as far as the trace shows it. */
export interface Reasoning {
  /** The thoughts; empty where all of them are encrypted or redacted. */
  text: string;
  /** The provider gives a summary and not the thoughts themselves (OpenAI's Responses API). */
  isSummary?: boolean;
  /** Anthropic's and Bedrock's proof that the thoughts are the model's own. */
  signature?: string;
  /** How many pieces were encrypted or redacted. They are never written. */
  hidden?: number;
}

interface WithReasoning {
  [REASONING]?: Reasoning;
}

/**
 * What the model thought before this answer, as the trace has it: of a message of a session's row before `curate`, or
 * nothing. It is not part of the row's JSON until the option `reasoning` of `curate` writes it.
 *
 * @throws {InvalidOptionError} for what is not a message.
 *
 * @example
 * ```ts
 * import { reasoningOf, type TrainingExample } from "langsmith-finetune";
 *
 * function thoughts(example: TrainingExample): (string | undefined)[] {
 *   return example.messages.map((message) => reasoningOf(message)?.text);
 * }
 * ```
 */
export function reasoningOf(message: object): Reasoning | undefined {
  checkArgument("message", message, settings);
  return (message as WithReasoning)[REASONING];
}

/** Sets in place what the model thought before an answer. Nothing, where it thought nothing. */
export function setReasoning(message: object, reasoning: Reasoning | undefined): void {
  if (reasoning !== undefined) (message as WithReasoning)[REASONING] = reasoning;
}
