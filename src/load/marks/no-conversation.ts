import { isRecord } from "../../internal/is-record.js";
import type { LoadSkipCode } from "../../messages/unreadable.js";
import type { TracedRun } from "../tracers/tracer.js";

/** A sign that a run of the type `llm` is not a turn of a conversation with a model. */
export interface NoConversationMark {
  code: LoadSkipCode;
  reason: string;
  /** Where the sign is documented, or the package that writes it. */
  source: string;
  matches(run: TracedRun): boolean;
}

/** The key of a run's metadata by which an application takes the run out of LangSmith's Messages view; its presence counts. */
export const EXCLUDED_KEY = "ls_message_view_exclude";

/** True for a run that its application does not count among the turns of a conversation. */
export function isExcludedFromView(metadata: Record<string, unknown>): boolean {
  return metadata[EXCLUDED_KEY] !== undefined;
}

// What spans of OpenTelemetry say of themselves where no chat model was called.
const OTHER_OPERATIONS = new Set<unknown>([
  "stt",
  "tts",
  "speech_to_text",
  "text_to_speech",
  "transcription",
  "transcribe",
  "speech",
  "embeddings",
  "embedding",
  "rerank",
  "moderation",
  "image_generation",
  "execute_tool",
  "create_agent",
]);
const SPEECH_NAMES = /^(?:stt|tts|stt_request|tts_request|stt_node|tts_node|user_speaking|agent_speaking|user_turn)$/i;
const SPEECH_MODALITIES = new Set<unknown>(["stt", "tts", "embedding", "embeddings", "rerank", "transcription"]);

/** Every such sign. The first needs no look at the messages and can be allowed (`keepExcluded`). */
export const noConversationMarks: readonly NoConversationMark[] = [
  {
    code: "not-conversation",
    reason: "The run is speech to text, text to speech, or another call that is not a chat.",
    source: "span processors of langsmith for Pipecat and LiveKit; gen_ai.operation.name of OpenTelemetry",
    matches: ({ name, metadata, params }) =>
      OTHER_OPERATIONS.has(metadata["gen_ai.operation.name"] ?? params["gen_ai.operation.name"]) ||
      SPEECH_MODALITIES.has(metadata.ls_model_type) ||
      (SPEECH_NAMES.test(name) && isSpan(metadata)),
  },
  {
    code: "not-conversation",
    reason: "The answer is that of an application whose workflow puts it together, and not of one model's call.",
    source: "langgenius/dify, api/core/ops/langsmith_trace: the tags name the kind of application",
    matches: ({ tags }) => tags.includes("llm") && (tags.includes("advanced-chat") || tags.includes("workflow")),
  },
  {
    code: "run-error",
    reason: "The answer was made up by the client, in place of one of the model's: the report of an error.",
    source: "Claude Agent SDK and the plugin for Claude Code: isApiErrorMessage, model <synthetic>",
    matches: ({ metadata }) =>
      isTrue(metadata.synthetic) ||
      isTrue(metadata.is_api_error_message) ||
      metadata.ls_model_name === "<synthetic>" ||
      metadata.model === "<synthetic>",
  },
  {
    code: "no-inputs",
    reason: "LiteLLM wrote a constant in place of every text (turn_off_message_logging).",
    source: "https://docs.litellm.ai/docs/proxy/logging#redact-messages-response-content-from-logging",
    // LangChain's models do not go through the callback; theirs are the most runs, and the longest.
    matches: ({ inputs, outputs }) =>
      !Array.isArray(outputs.generations) &&
      (hasText(inputs.messages ?? inputs.input, REDACTED) || hasText(outputs, REDACTED)),
  },
];

const REDACTED = "redacted-by-litellm";

function isSpan(metadata: Record<string, unknown>): boolean {
  return Object.keys(metadata).some((key) => key.includes("."));
}

function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

// Deep enough for a message, its parts, and the parts of a tool's answer; not into arguments and schemas.
const DEPTH = 8;

function hasText(value: unknown, text: string, depth = 0): boolean {
  if (typeof value === "string") return value === text;
  if (depth > DEPTH) return false;
  if (Array.isArray(value)) return value.some((item) => hasText(item, text, depth + 1));
  if (!isRecord(value)) return false;
  for (const key in value) if (key !== "tools" && hasText(value[key], text, depth + 1)) return true;
  return false;
}
