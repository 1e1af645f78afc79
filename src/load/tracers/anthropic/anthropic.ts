import { firstText } from "../../../internal/first-text.js";
import { isRecord } from "../../../internal/is-record.js";
import { readMessage } from "../../../messages/messages.js";
import type { TrainingMessage } from "../../../types.js";
import { givenInputs } from "../common/not-given.js";
import { promptOf } from "../common/prompt.js";
import { definitionsIn, inCopy, inInputs, inParameters, inSpan, requestedTools } from "../common/requested-tools.js";
import { formatIn, settingsOf } from "../common/settings.js";
import { checkFinished } from "../common/unfinished.js";
import type { TracedRun, Tracer } from "../tracer.js";
import { checkLostArguments } from "./lost-arguments.js";

/**
 * Anthropic's Messages API: `wrapAnthropic`, and `wrap_anthropic`, which turns calls into OpenAI's
 * `tool_calls`. The inputs are the request, with `system` already moved to the front; the outputs
 * are the message.
 */
export const anthropic: Tracer = {
  name: "anthropic",
  read(given) {
    const { outputs, metadata } = given;
    const message = messageIn(outputs, metadata);
    if (message === undefined) return undefined;
    const run = { ...given, inputs: givenInputs(given) };
    const { inputs, params } = run;
    const tools = requestedTools(run, inParameters(run), inInputs(run), inCopy(run), inSpan(run));
    const answer: TrainingMessage[] = [];
    readMessage(message, answer, message === outputs ? "outputs" : "outputs.message", { isAnswer: true });
    checkFinished(message.stop_reason === null);
    checkLostArguments(answer.at(-1), definitionsIn(tools), message, run);
    return {
      prompt: promptOf(inputs),
      answer,
      tools,
      ...settingsOf([inputs, params], inputs.output_format, formatIn(inputs.output_config)),
      finishReason: firstText(message.stop_reason),
    };
  },
};

// The wrapper of Python writes some streams under `message`.
function messageIn(
  outputs: TracedRun["outputs"],
  { ls_provider: provider }: TracedRun["metadata"],
): Record<string, unknown> | undefined {
  const message = isRecord(outputs.message) && provider === "anthropic" ? outputs.message : outputs;
  return "stop_reason" in message && message.role === "assistant" && message.content !== undefined
    ? message
    : undefined;
}
