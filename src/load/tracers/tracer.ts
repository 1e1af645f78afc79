import type { ToolDefinitions } from "../../messages/tool-definition.js";
import type { AssistantTrainingMessage, OpenAIFunction, TrainingMessage } from "../../types.js";

/** The parts of a run that tracers look at: every one is an object, empty where the run has none. */
export interface TracedRun {
  /** The name of the run; empty where it has none. */
  name: string;
  tags: readonly string[];
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  /** `extra.invocation_params` */
  params: Record<string, unknown>;
  /** `extra.options` */
  options: Record<string, unknown>;
  /** `extra.metadata` */
  metadata: Record<string, unknown>;
  /** The record was exported without `extra`, all but its metadata. */
  isExtraOmitted: boolean;
}

/** How the request asked the model to answer. */
export interface Settings {
  /** The JSON Schema of structured output. */
  responseFormat?: unknown;
  toolChoice?: unknown;
  parallelToolCalls?: boolean;
}

/**
 * The tools of a request. `not-recorded`: the run has none, and its writer does not record those of
 * every request, so that a call shows that they are lost. `lost`: there were some, and the run names
 * them at best.
 */
export type RequestedTools = ToolDefinitions | "not-recorded" | "lost";

/**
 * What a tracer reads from a run: the whole conversation in OpenAI's form. Reasoning of the model
 * belongs to the assistant's message that it came with, in the prompt as in the answer.
 */
export interface Conversation extends Settings {
  /** What the model was sent. */
  prompt: TrainingMessage[];
  /** What it answered; the last is the assistant's. */
  answer: TrainingMessage[];
  /** The tools that it was given, or why the run does not say which. */
  tools: RequestedTools;
  /** Legacy functions. */
  functions?: OpenAIFunction[];
  /** Further answers of the same call (`n` > 1). */
  alternatives?: AssistantTrainingMessage[];
  /** Why the answer ended, in the provider's word. */
  finishReason?: string;
  /** The writer does not record how answers end, and this one stops without an end. */
  mayBeCutOff?: boolean;
  /** The id of the response that OpenAI keeps, where the run names it. */
  responseId?: string | undefined;
  /** The response that the call goes on from: all before the prompt is kept at OpenAI. */
  previousResponseId?: string | undefined;
  /** How many messages at the head of the prompt are the instructions of this call, which OpenAI does not keep. */
  instructions?: number;
  /** What the tracer had damaged and the reader restored: `glued-tool-calls`, `repeated-fields`. */
  repairs?: string[];
}

/**
 * A writer of LLM runs. To add one, write a folder or a file and put it into the list of `index.ts`:
 * nothing else knows which writers there are.
 */
export interface Tracer {
  name: string;
  /**
   * The conversation of a run by this writer; undefined if another wrote it. Throws `Unreadable` for
   * a run that does not hold what the model saw and said.
   */
  read(run: TracedRun): Conversation | undefined;
}
