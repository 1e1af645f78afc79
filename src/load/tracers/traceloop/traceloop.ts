import { Unreadable } from "../../../messages/unreadable.js";
import type { Conversation, TracedRun, Tracer } from "../tracer.js";

/**
 * Traceloop's instrumentation of OpenAI for JavaScript, of calls of the Responses API: it writes the texts of
 * the input and the answer, and neither the instructions, the tools, the calls, nor the response that the
 * call goes on from. Its spans of chat completions are read as all others.
 */
export const traceloop: Tracer = {
  name: "traceloop",
  read(run): Conversation | undefined {
    if (!isTraceloopResponse(run)) return undefined;
    throw new Unreadable(
      "incomplete-trace",
      "Traceloop's instrumentation for JavaScript leaves the instructions, tools and calls of the Responses API out.",
      "inputs.messages",
    );
  },
};

// Others that use the conventions' name of a span write no total of tokens, or more than these attributes.
function isTraceloopResponse({ name, metadata }: TracedRun): boolean {
  const id = metadata["gen_ai.response.id"];
  return (
    name.startsWith("chat ") &&
    typeof id === "string" &&
    id.startsWith("resp_") &&
    "gen_ai.usage.total_tokens" in metadata &&
    OTHERS.every((key) => metadata[key] === undefined)
  );
}

const OTHERS = [
  "gen_ai.system_instructions",
  "gen_ai.conversation.id",
  "gen_ai.is_streaming",
  "gen_ai.tool.definitions",
  "model_request_parameters",
  "openinference.span.kind",
  "server.address",
];
