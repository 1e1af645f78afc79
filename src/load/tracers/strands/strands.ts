import { Unreadable } from "../../../messages/unreadable.js";
import type { TrainingMessage } from "../../../types.js";
import { traceable } from "../traceable/traceable.js";
import type { Conversation, Tracer } from "../tracer.js";

/**
 * Strands Agents under LangSmith's exporter for it: no tools, and the results of parallel calls joined
 * by line breaks under the id of the first.
 */
export const strands: Tracer = {
  name: "strands",
  read(run): Conversation | undefined {
    const { metadata, outputs } = run;
    if (metadata["gen_ai.event.start_time"] === undefined || typeof outputs.role !== "string") return undefined;
    const conversation = traceable.read(run);
    if (conversation) checkResults(conversation.prompt);
    return conversation;
  },
};

function checkResults(prompt: readonly TrainingMessage[]): void {
  const answered = new Set(prompt.map((message) => (message.role === "tool" ? message.tool_call_id : undefined)));
  for (const message of prompt) {
    const calls = (message.role === "assistant" && message.tool_calls) || [];
    if (calls.length > 1 && calls.some(({ id }) => answered.has(id)) && !calls.every(({ id }) => answered.has(id)))
      throw new Unreadable(
        "unknown-shape",
        "The tracer joined the results of parallel calls into one.",
        "inputs.messages",
      );
  }
}
