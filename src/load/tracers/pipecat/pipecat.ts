import { Unreadable } from "../../../messages/unreadable.js";
import { withUnrecordedEnd } from "../common/end-of-text.js";
import { inParameters, inSpan, toolsAt } from "../common/requested-tools.js";
import { traceable } from "../traceable/traceable.js";
import type { Conversation, TracedRun, Tracer } from "../tracer.js";

/**
 * Pipecat's spans of its LLM services: the whole history, and of the answer the text alone, without its
 * calls and its end. Where there were tools, the run does not say whether the answer called one.
 */
export const pipecat: Tracer = {
  name: "pipecat",
  read(run): Conversation | undefined {
    if (!isPipecat(run)) return undefined;
    const { metadata, params } = run;
    const tools = toolsAt(inParameters(run), inSpan(run), [metadata.tools, "extra.metadata.tools"]);
    const count = metadata.tool_count ?? params.tool_count;
    if ((tools && tools.tools.length > 0) || (typeof count === "number" && count > 0)) {
      throw new Unreadable(
        "invalid-tool-call",
        "The tracer writes the text of the answer alone; whether there were calls is not in the run.",
        "outputs",
      );
    }
    const conversation = traceable.read(run);
    return conversation && withUnrecordedEnd(conversation);
  },
};

function isPipecat({ metadata }: TracedRun): boolean {
  return (
    metadata.ls_integration === "pipecat" ||
    (metadata["gen_ai.output.type"] === "text" &&
      ("metrics.ttfb" in metadata || "tool_count" in metadata || "stream" in metadata))
  );
}
