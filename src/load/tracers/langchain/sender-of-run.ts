import { objectOf } from "../../../internal/is-record.js";
import { anthropicOfJs, anthropicOfPython } from "../../../messages/senders/anthropic.js";
import { langchainJs } from "../../../messages/senders/langchain-js.js";
import { langchainPython } from "../../../messages/senders/langchain-python.js";
import { nameless } from "../../../messages/senders/nameless.js";
import { callsAlone, openAICompletions } from "../../../messages/senders/openai-completions.js";
import { responsesOfJs, responsesOfPython } from "../../../messages/senders/openai-responses.js";
import type { Sender } from "../../../messages/senders/sender.js";
import type { TracedRun } from "../tracer.js";
import type { Generation } from "./generation.js";

// Providers whose messages of users have no name.
const NAMELESS = new Set<unknown>([
  "anthropic",
  "google",
  "google-genai",
  "google-vertexai",
  "google_genai",
  "google_vertexai",
  "amazon_bedrock",
  "bedrock-converse",
  "bedrock_converse",
  "mistral",
  "mistralai",
  "ollama",
]);
const NAMELESS_IN_PYTHON = new Set<unknown>(["fireworks", "groq"]);

/** The package that sent the messages of a run, and its version as far as it matters. */
export function senderOfRun({ params, metadata: traced }: TracedRun, generation: Generation): Sender {
  const { isJavaScript, response } = generation;
  const { ls_provider: provider } = traced;
  if (response.object === "response") {
    return isJavaScript
      ? responsesOfJs({ isStored: params.store !== false })
      : responsesOfPython({ isEarly: traced.lc_versions === undefined });
  }
  const name = response.model_provider ?? provider;
  const isOldOpenAI = isOpenAIBeforeVersion1(traced, generation);
  if (name === "anthropic") {
    return isJavaScript
      ? anthropicOfJs({ isEarly: objectOf(traced.versions)["@langchain/anthropic"] === undefined })
      : anthropicOfPython({ isEarly: traced.lc_versions === undefined });
  }
  const isOpenAI = name === "openai" || name === "azure";
  const plain = !isJavaScript ? langchainPython : isOpenAI && !isOldOpenAI ? openAICompletions : langchainJs;
  const sender = provider === "mistral" || isOldOpenAI ? callsAlone(plain) : plain;
  const isNameless =
    NAMELESS.has(response.model_provider) ||
    NAMELESS.has(provider) ||
    (!isJavaScript && NAMELESS_IN_PYTHON.has(provider));
  return isNameless ? nameless(sender) : sender;
}

// Later versions of `@langchain/openai` name the provider in the answer.
function isOpenAIBeforeVersion1(
  { ls_provider: provider, versions }: TracedRun["metadata"],
  { isJavaScript, response }: Generation,
): boolean {
  return (
    isJavaScript &&
    response.model_provider === undefined &&
    versions === undefined &&
    (provider === "openai" || provider === "azure")
  );
}
