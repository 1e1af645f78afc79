import { objectOf } from "../../../internal/is-record.js";
import type { OpenAITool, TrainingMessage } from "../../../types.js";
import type { TracedRun } from "../tracer.js";
import { Unreadable } from "../../../messages/unreadable.js";

/**
 * Refuses calls whose arguments `wrap_anthropic` lost: from its beginning to `langsmith` 0.7, it put
 * streams together without the input of calls and left `{}`, as if there were none. A stream's
 * helper leaves no mark of being one, so every call without arguments is doubtful there, unless its
 * tool takes none. In JavaScript, and in later versions, which write `tool_calls`, nothing is lost.
 */
export function checkLostArguments(
  answer: TrainingMessage | undefined,
  tools: readonly OpenAITool[],
  message: Record<string, unknown>,
  { inputs, metadata }: TracedRun,
): void {
  if (
    answer?.role !== "assistant" ||
    !answer.tool_calls ||
    metadata.ls_provider !== "anthropic" ||
    metadata.ls_method !== "traceable" ||
    inputs.stream === false
  )
    return;
  if (message.type !== undefined || !("usage_metadata" in message) || !Array.isArray(message.content)) return;
  if (!answer.tool_calls.every((call) => call.function.arguments === "{}")) return;
  const isDoubtful = answer.tool_calls.some((call) => {
    const tool = tools.find(({ function: { name } }) => name === call.function.name);
    return tool === undefined || Object.keys(objectOf(tool.function.parameters?.properties)).length > 0;
  });
  if (isDoubtful)
    throw new Unreadable(
      "invalid-tool-call",
      "The tracer lost the arguments of streamed calls, or the model gave none; the run does not say which.",
      "outputs",
    );
}
