import { boolean, callback, either, settings } from "../../internal/kinds.js";
import type { OptionKinds } from "../../internal/options.js";
import type { SupplyParts } from "../incomplete-runs.js";
import { Unreadable } from "../../messages/unreadable.js";

/** Which runs and answers to keep that are left out by default. */
export interface AnswerOptions {
  /**
   * Keep answers that were cut off at the token limit.
   * @default false
   */
  keepTruncated?: boolean;
  /**
   * Keep answers in which the model refused.
   * @default false
   */
  keepRefusals?: boolean;
  /**
   * Keep runs that their application takes out of LangSmith's Messages view (`ls_message_view_exclude`
   * in the metadata): calls beside the conversation, like those of a router or a guardrail.
   * @default false
   */
  keepExcluded?: boolean;
  /**
   * Take runs that leave out a part of what the model saw (the tools, the system prompt, earlier
   * turns), with what you know of it. Without this they are left out with the codes `missing-tools`
   * and `incomplete-trace`.
   */
  incompleteRuns?: SupplyParts;
}

/** The kinds of {@link AnswerOptions}. */
export const answerKinds: OptionKinds<AnswerOptions> = {
  keepTruncated: boolean,
  keepRefusals: boolean,
  keepExcluded: boolean,
  incompleteRuns: either(callback, settings),
};

// OpenAI, Anthropic, Gemini, Bedrock, Mistral, DeepSeek, Cohere, vLLM and SGLang, the AI SDK. Streams of
// old LangChain versions repeat the word; Gemini's endpoint for OpenAI's clients adds its own after a colon.
const TRUNCATED =
  /^(?:length|max_tokens|max_output_tokens|model_context_window_exceeded|max_token|model_length|error_limit)+$/i;
const FILTERED =
  /^(?:content_filter|content-filter|content_filtered|safety|prohibited_content|blocklist|spii|recitation|language|image_safety|image_prohibited_content|image_recitation|error_toxic|guardrail_intervened)+(?::.*)?$/i;
const REFUSED = /^refusal$/i;
const FAILED =
  /^(?:error|failed|malformed_function_call|malformed_response|unexpected_tool_call|too_many_tool_calls|missing_thought_signature|malformed_model_output|malformed_tool_use|function_call_filter(?::.*)?)+$/i;
// Gemini's word for what has no name; the AI SDK's, in small letters, for what it does not know.
const UNNAMED = /^(?:OTHER)+$/;
const UNFINISHED =
  /^(?:in_progress|queued|cancelled|user_cancel|timeout|incomplete|pause_turn|abort|aborted|interrupted|insufficient_system_resource)$/i;

/** Refuses an answer that did not end as a model's answer ends. */
export function checkFinishReason(
  reason: string | undefined,
  { keepTruncated = false, keepRefusals = false }: AnswerOptions,
): void {
  if (reason === undefined) return;
  if (TRUNCATED.test(reason)) {
    if (!keepTruncated) throw new Unreadable("truncated", `The answer was cut off (${reason}).`);
  } else if (FILTERED.test(reason)) {
    throw new Unreadable("filtered", `The provider filtered the answer (${reason}).`);
  } else if (REFUSED.test(reason)) {
    if (!keepRefusals) throw new Unreadable("refusal", "The model refused.");
  } else if (FAILED.test(reason) || UNNAMED.test(reason)) {
    throw new Unreadable("run-error", `The call ended with ${reason}.`);
  } else if (UNFINISHED.test(reason)) {
    throw new Unreadable("partial-stream", `The answer is not finished (${reason}).`);
  }
}

const CALLS = /^(?:tool_calls?|tool-calls|tool_use|function_call)$/;

/** True if the provider says that the answer ends with a call. */
export function isEndOfCall(reason: string | undefined): boolean {
  return reason !== undefined && CALLS.test(reason);
}
