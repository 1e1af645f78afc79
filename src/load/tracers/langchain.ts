import { arrayOf, isRecord, objectOf } from "../../internal/is-record.js";
import type { AssistantTrainingMessage, TrainingMessage } from "../../types.js";
import { isEndOfCall } from "../checks/finish-reason.js";
import { messagesForAnthropic } from "../../messages/langchain-anthropic.js";
import { isMessage, readMessage, readMessages } from "../../messages/messages.js";
import type { Destination } from "../../messages/reading.js";
import { Unreadable } from "../../messages/unreadable.js";
import { firstText } from "./first-text.js";
import { withSystem } from "./prompt.js";
import type { RunShape } from "./run-shape.js";

/**
 * Chat models of LangChain.js and LangChain Python, old and new: `inputs.messages` (nested one
 * level, or flat), `outputs.generations` (the same) with a message in each. `generations[].text` is
 * not used: streamed tool calls leave their JSON in it, and calls with text leave it empty.
 */
export const langchain: RunShape = {
  name: "langchain",
  read({ inputs, outputs, params, metadata: traced }) {
    if (!Array.isArray(outputs.generations)) return undefined;
    const nested = Array.isArray(outputs.generations[0]);
    const generations = (nested ? outputs.generations[0] : outputs.generations) as unknown[];
    const path = nested ? "outputs.generations[0]" : "outputs.generations";
    if (inputs.messages === undefined && "prompts" in inputs) {
      throw new Unreadable("text-completion", "The run completes a text; it is no chat.", "inputs.prompts");
    }
    if (generations.length === 0) throw new Unreadable("no-answer", "The run has no generation.", path);
    const answers = generations.map((generation, index) => answerOf(generation, `${path}[${index}]`, index > 0));
    const [first, ...others] = answers;
    if (!first) throw new Unreadable("no-answer", "The generation holds no message.", `${path}[0]`);
    const metadata = responseMetadata(generations[0]);
    const finishReason = finishReasonOf(generations[0], traced);
    checkChoices(generations, params);
    checkRole(generations[0], finishReason);
    checkThoughts(generations[0], metadata, traced, params);
    if (isChunk(generations[0]) && isEndOfCall(finishReason) && !first.some(isCall)) {
      throw new Unreadable(
        "invalid-tool-call",
        "The answer ends with a call, and the client lost it in the stream.",
        path,
      );
    }
    // ChatMistralAI does so in all versions of both languages.
    const isCallAlone =
      traced.ls_provider === "mistral" ||
      (metadata.object !== "response" && isOldOpenAI(generations[0], metadata, traced));
    return {
      prompt: promptOf(inputs.messages, generations[0], metadata, traced, params, isCallAlone),
      answer: first,
      alternatives: others.flatMap((messages) =>
        (messages ?? []).filter((message): message is AssistantTrainingMessage => message.role === "assistant"),
      ),
      finishReason,
      mayRepeatFields: isChunk(generations[0]),
      isPartial: finishReason === undefined && isStreamOf(generations[0], metadata, traced),
    };
  },
};

type Fields = Record<string, unknown>;

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

function promptOf(
  messages: unknown,
  generation: unknown,
  metadata: Fields,
  traced: Fields,
  params: Fields,
  isCallAlone: boolean,
): TrainingMessage[] {
  const sentTo = destinationOf(metadata, traced, isCallAlone);
  const { ls_provider: provider } = traced;
  const isPython = !isJavaScript(generation);
  const isNameless =
    sentTo === "responses" ||
    NAMELESS.has(metadata.model_provider) ||
    NAMELESS.has(provider) ||
    (isPython && NAMELESS_IN_PYTHON.has(provider));
  const isEarly = isPython
    ? traced.lc_versions === undefined
    : objectOf(traced.versions)["@langchain/anthropic"] === undefined;
  const read = readMessages(messages, "inputs.messages", {
    sentTo,
    isCallAlone,
    isEarly,
    isNameless,
    isStored: params.store !== false,
  });
  if (sentTo === "responses") return withSystem(params.instructions, read);
  if (sentTo !== "anthropic") return read;
  const sent = messagesForAnthropic(read, { isPython, isEarly });
  const system = params.system ?? objectOf(params.model_kwargs).system;
  return system === undefined || system === null
    ? sent
    : withSystem(system, sent[0]?.role === "system" ? sent.slice(1) : sent);
}

function destinationOf(
  { object, model_provider: provider }: Fields,
  { ls_provider: traced }: Fields,
  isCallAlone: boolean,
): Destination | undefined {
  if (object === "response") return "responses";
  const name = provider ?? traced;
  if (name === "anthropic") return "anthropic";
  return !isCallAlone && (name === "openai" || name === "azure") ? "completions" : undefined;
}

/** The id of the message's class: the language's namespace first, the class last. */
function classOf(generation: unknown): readonly unknown[] {
  return arrayOf(objectOf(objectOf(generation).message).id);
}

function isJavaScript(generation: unknown): boolean {
  return classOf(generation)[0] === "langchain_core";
}

function isChunk(generation: unknown): boolean {
  return classOf(generation).at(-1) === "AIMessageChunk";
}

// A chunk without a role is no chunk of an answer to LangChain.js, and has no calls.
function checkRole(generation: unknown, finishReason: string | undefined): void {
  if (
    classOf(generation).at(-1) === "ChatMessageChunk" &&
    messageFields(generation).role === undefined &&
    finishReason !== "stop"
  ) {
    throw new Unreadable(
      "invalid-message",
      "The stream named no role, and the client left its calls out.",
      "outputs.generations",
    );
  }
}

// ChatOllama of LangChain.js before 1.0 ran them together.
function checkThoughts(
  generation: unknown,
  { model_provider: provider }: Fields,
  { ls_provider: traced }: Fields,
  { think }: Fields,
): void {
  if (
    traced === "ollama" &&
    provider === undefined &&
    think !== undefined &&
    think !== null &&
    think !== false &&
    isJavaScript(generation)
  ) {
    throw new Unreadable(
      "unknown-shape",
      "The client wrote what the model thought into its answer.",
      "outputs.generations",
    );
  }
}

// `stream` runs the pieces of all choices together.
function checkChoices(generations: readonly unknown[], { n }: Fields): void {
  if (typeof n === "number" && n > 1 && generations.length === 1 && isChunk(generations[0])) {
    throw new Unreadable(
      "unknown-shape",
      "The stream had several choices, whose pieces the client ran together.",
      "outputs.generations",
    );
  }
}

function isCall(message: TrainingMessage): boolean {
  return message.role === "assistant" && (message.tool_calls !== undefined || message.function_call !== undefined);
}

function answerOf(generation: unknown, path: string, isOptional: boolean): TrainingMessage[] | undefined {
  const message = isRecord(generation) ? generation.message : undefined;
  if (!isMessage(message)) return undefined;
  const output: TrainingMessage[] = [];
  try {
    readMessage(message, output, `${path}.message`, { isAnswer: true });
  } catch (error) {
    if (isOptional && error instanceof Unreadable) return undefined;
    throw error;
  }
  return output;
}

/**
 * `@langchain/openai` before 1.0, which sends a call of the history without the text beside it
 * (`_convertMessagesToOpenAIParams`). Later versions name the provider in the answer.
 */
function isOldOpenAI(
  generation: unknown,
  { model_provider: provider }: Record<string, unknown>,
  { ls_provider: traced, versions }: Record<string, unknown>,
): boolean {
  return (
    isJavaScript(generation) &&
    provider === undefined &&
    versions === undefined &&
    (traced === "openai" || traced === "azure")
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

// Of other models nobody knows how a stream ends. Before 1.0 neither language names the provider in
// the answer: in LangChain.js OpenAI's streams of chat count prompts and choices, and those of the
// Responses API have the response's id.
function isStreamOf(
  generation: unknown,
  { model_provider: provider, status, id: response }: Fields,
  { ls_provider: traced, versions, lc_versions: both }: Fields,
): boolean {
  if (!isChunk(generation) || status !== undefined) return false;
  const { prompt, completion } = objectOf(objectOf(generation).generationInfo);
  const isOld =
    (typeof prompt === "number" && typeof completion === "number") ||
    (typeof response === "string" && response.startsWith("resp_"));
  const isPython = !isJavaScript(generation) && (traced === "openai" || traced === "azure" || traced === "anthropic");
  if (provider !== undefined) return ENDING.has(provider);
  // ChatMistralAI counts them too, and named no reason then.
  const isRecent = versions !== undefined || both !== undefined;
  return (
    (isOld && traced !== "mistral") ||
    isPython ||
    (ENDING.has(traced) && (isRecent || (isJavaScript(generation) && traced !== "mistral")))
  );
}

function finishReasonOf(generation: unknown, { ls_provider: traced }: Fields): string | undefined {
  if (!isRecord(generation)) return undefined;
  const info = objectOf(generation.generationInfo ?? generation.generation_info);
  const metadata = responseMetadata(generation);
  // Streams of ChatAnthropic in JavaScript leave it there alone.
  const extra = objectOf(messageFields(generation).additional_kwargs);
  const incomplete =
    objectOf(metadata.incomplete_details).reason ??
    (metadata.object === "response" && metadata.status !== "completed" ? metadata.status : undefined);
  // `@langchain/google-vertexai` notes "stop" at the end of every stream, however it ended.
  const named = traced === "google_vertexai" ? undefined : (info.finishReason ?? metadata.finishReason);
  return firstText(
    incomplete,
    info.finish_reason,
    metadata.finish_reason,
    named,
    metadata.stop_reason,
    metadata.stopReason,
    metadata.done_reason,
    info.stop_reason,
    extra.stop_reason,
    objectOf(metadata.messageStop).stopReason,
  );
}

function responseMetadata(generation: unknown): Record<string, unknown> {
  return objectOf(messageFields(generation).response_metadata);
}

function messageFields(generation: unknown): Record<string, unknown> {
  const message = objectOf(objectOf(generation).message);
  return objectOf(message.kwargs ?? message.data ?? message);
}
