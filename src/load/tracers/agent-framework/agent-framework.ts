import { Unreadable } from "../../../messages/unreadable.js";
import { openTelemetry } from "../opentelemetry/opentelemetry.js";
import type { Conversation, TracedRun, Tracer } from "../tracer.js";

/**
 * Microsoft Agent Framework, in the form of OpenTelemetry's conventions. Its client for chat completions
 * sends each part of a user's message as a message of its own, which the span does not show.
 */
export const agentFramework: Tracer = {
  name: "agent-framework",
  read(run): Conversation | undefined {
    if (!isAgentFramework(run)) return undefined;
    const read = openTelemetry.read(run);
    const id = run.metadata["gen_ai.response.id"];
    if (typeof id === "string" && id.startsWith("resp_")) return read;
    if (read?.prompt.some(({ role, content }) => role === "user" && Array.isArray(content) && content.length > 1))
      throw new Unreadable(
        "unknown-shape",
        "The parts of a user's message were sent as messages of their own; the span has them as one.",
        "inputs.messages",
      );
    return read;
  },
};

// It writes the address of the whole API where the conventions want the name of a host.
function isAgentFramework({ metadata }: TracedRun): boolean {
  const address = metadata["server.address"];
  return typeof address === "string" && /^https?:\/\//.test(address) && metadata["gen_ai.operation.name"] === "chat";
}
