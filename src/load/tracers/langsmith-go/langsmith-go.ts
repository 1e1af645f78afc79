import { withUnrecordedEnd } from "../common/end-of-text.js";
import { traceable } from "../traceable/traceable.js";
import type { Conversation, Tracer } from "../tracer.js";

const NAMES = new Set(["openai.chat.completion", "openai.responses", "anthropic.messages"]);

/**
 * LangSmith's instrumentation for Go (`langsmith-go`), by OpenTelemetry: messages in the provider's
 * form. It records no tools, and how an answer ended for Anthropic alone (`stop_reason`).
 */
export const langsmithGo: Tracer = {
  name: "langsmith-go",
  read(run): Conversation | undefined {
    if (!NAMES.has(run.name) || (run.metadata["http.url"] === undefined && run.metadata.stop_reason === undefined))
      return undefined;
    const read = traceable.read(run);
    if (!read) return undefined;
    const hasTools = typeof read.tools !== "string" && read.tools.tools.length > 0;
    return withUnrecordedEnd(hasTools ? read : { ...read, tools: "not-recorded" });
  },
};
