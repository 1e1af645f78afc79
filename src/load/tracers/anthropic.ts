import type { TrainingMessage } from "../../types.js";
import { readMessage } from "../../messages/messages.js";
import { firstText } from "./first-text.js";
import { promptOf } from "./prompt.js";
import type { RunShape } from "./run-shape.js";

/**
 * Anthropic's Messages API: `wrapAnthropic`, and `wrap_anthropic`, which turns calls into OpenAI's
 * `tool_calls`. The inputs are the request, with `system` already moved to the front; the outputs
 * are the message.
 */
export const anthropic: RunShape = {
  name: "anthropic",
  read({ inputs, outputs }) {
    if (!("stop_reason" in outputs) || outputs.role !== "assistant" || outputs.content === undefined) return undefined;
    const answer: TrainingMessage[] = [];
    readMessage(outputs, answer, "outputs", { isAnswer: true });
    return {
      prompt: promptOf(inputs),
      answer,
      finishReason: firstText(outputs.stop_reason),
      isPartial: outputs.stop_reason === null,
    };
  },
};
