import { withUnrecordedEnd } from "../common/end-of-text.js";
import { openTelemetry } from "../opentelemetry/opentelemetry.js";
import { traceable } from "../traceable/traceable.js";
import type { Conversation, TracedRun, Tracer } from "../tracer.js";

/**
 * LiveKit Agents, with LangSmith's span processor or without. It writes `stop` for every answer that was
 * neither interrupted nor a call, also for one that was cut off at the token limit.
 */
export const liveKit: Tracer = {
  name: "livekit",
  read(run): Conversation | undefined {
    if (!isLiveKit(run)) return undefined;
    const read = openTelemetry.read(run) ?? traceable.read(run);
    if (read?.finishReason !== "stop") return read;
    const unsaid = { ...read };
    delete unsaid.finishReason;
    return withUnrecordedEnd(unsaid);
  },
};

function isLiveKit({ metadata }: TracedRun): boolean {
  for (const key in metadata) if (key.startsWith("lk.") || key.startsWith("lk_")) return true;
  return false;
}
