import { Unreadable } from "../../../messages/unreadable.js";
import type { Conversation, TracedRun, Tracer } from "../tracer.js";
import { withUnrecordedEnd } from "./end-of-text.js";
import { isSpan } from "./requested-tools.js";
import { withSpanInstructions } from "./span-instructions.js";

/** The tracer, with what goes for spans of OpenTelemetry checked. */
export function checkingSpans({ name, read }: Tracer): Tracer {
  return {
    name,
    read(run) {
      const conversation = read(run);
      return conversation && checkedSpan(run, conversation);
    },
  };
}

/**
 * What goes for every span of OpenTelemetry, whoever wrote it: the end of an answer and the ids of calls
 * are recorded at will.
 */
function checkedSpan(run: TracedRun, conversation: Conversation): Conversation {
  if (!isSpan(run)) return conversation;
  checkCallIds(conversation);
  checkCallsAreWritten(run, conversation);
  checkBareInput(run, conversation);
  return withUnrecordedEnd({ ...conversation, prompt: withSpanInstructions(run, conversation.prompt) });
}

// OpenLLMetry's instrumentation of Ollama writes tools, the text of an answer, and neither its calls nor its end.
function checkCallsAreWritten({ metadata, params }: TracedRun, { answer, finishReason }: Conversation): void {
  const last = answer.at(-1);
  if (metadata["llm.request.type"] === undefined || params.functions === undefined || finishReason !== undefined)
    return;
  if (last?.role === "assistant" && !last.tool_calls && !last.function_call)
    throw new Unreadable(
      "invalid-tool-call",
      "There were tools, and the span does not say how the answer ended: its calls can be left out.",
      "outputs",
    );
}

// OpenInference's value of an input is the whole request, or its messages alone, whose system prompt stands elsewhere.
function checkBareInput({ metadata, inputs }: TracedRun, { prompt }: Conversation): void {
  if (metadata["openinference.span.kind"] === undefined || inputs.messages !== undefined) return;
  if (Object.keys(inputs).length === 1 && Array.isArray(inputs.input) && prompt[0]?.role === "user")
    throw new Unreadable(
      "incomplete-trace",
      "The inputs are the messages of a request alone: a system prompt beside them is not in the run.",
      "inputs",
    );
}

// OpenLLMetry writes the id of the item that holds a call, where the model's answers name the call's own.
function checkCallIds({ prompt, answer }: Conversation): void {
  for (const message of [...prompt, ...answer]) {
    const calls = (message.role === "assistant" && message.tool_calls) || [];
    if (calls.some(({ id }) => id.startsWith("fc_")))
      throw new Unreadable(
        "invalid-tool-call",
        "The span names a call by the item of the response that held it; the call's own id is not in the run.",
      );
  }
}
