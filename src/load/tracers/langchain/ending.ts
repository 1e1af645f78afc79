import { firstText } from "../../../internal/first-text.js";
import { objectOf } from "../../../internal/is-record.js";
import type { TracedRun } from "../tracer.js";
import { isChunk, type Generation } from "./generation.js";

/** Why the answer ended, from wherever the provider's package keeps it. */
export function finishReasonOf(
  { info, response, fields }: Generation,
  { ls_provider: traced }: TracedRun["metadata"],
): string | undefined {
  // Streams of ChatAnthropic in JavaScript leave it there alone.
  const extra = objectOf(fields.additional_kwargs);
  const incomplete =
    objectOf(response.incomplete_details).reason ??
    (response.object === "response" && response.status !== "completed" ? response.status : undefined);
  // `@langchain/google-vertexai` notes "stop" at the end of every stream, however it ended.
  const named = traced === "google_vertexai" ? undefined : (info.finishReason ?? response.finishReason);
  return firstText(
    incomplete,
    info.finish_reason,
    response.finish_reason,
    named,
    response.stop_reason,
    response.stopReason,
    response.done_reason,
    info.stop_reason,
    extra.stop_reason,
    objectOf(response.messageStop).stopReason,
  );
}

// Those whose streams all end with a reason, as the packages of 2025 and later name themselves in the
// answer. A stream that was cut off can miss the name too: then the tracer's.
const ENDING = new Set<unknown>([
  "openai",
  "anthropic",
  "bedrock-converse",
  "deepseek",
  "fireworks",
  "google",
  "google-genai",
  "google_genai",
  "google-vertexai",
  "groq",
  "mistralai",
  "ollama",
  "amazon_bedrock",
  "google_vertexai",
  "mistral",
  "openrouter",
  "xai",
]);

/**
 * True for an answer from a stream that always ends with a reason. How the streams of other models
 * end is not known. Before 1.0 neither language names the provider in the answer: in LangChain.js
 * OpenAI's streams of chat count prompts and choices, and those of the Responses API have the
 * response's id.
 */
export function mustHaveReason(
  generation: Generation,
  { ls_provider: traced, versions, lc_versions: both }: TracedRun["metadata"],
): boolean {
  const { model_provider: provider, status, id: response } = generation.response;
  if (!isChunk(generation) || status !== undefined) return false;
  if (provider !== undefined) return ENDING.has(provider);
  const { prompt, completion } = generation.info;
  const isOld =
    (typeof prompt === "number" && typeof completion === "number") ||
    (typeof response === "string" && response.startsWith("resp_"));
  const isPython = !generation.isJavaScript && (traced === "openai" || traced === "azure" || traced === "anthropic");
  // ChatMistralAI counts them too, and named no reason then.
  const isRecent = versions !== undefined || both !== undefined;
  return (
    (isOld && traced !== "mistral") ||
    isPython ||
    (ENDING.has(traced) && (isRecent || (generation.isJavaScript && traced !== "mistral")))
  );
}
