import { Unreadable } from "../../../messages/unreadable.js";
import type { TrainingMessage } from "../../../types.js";
import { isEndOfCall } from "../../checks/finish-reason.js";
import type { TracedRun } from "../tracer.js";
import { isChunk, type Generation } from "./generation.js";

/** Refuses answers that the packages are known to have put together wrongly. */
export function checkDamage(
  { params, metadata }: TracedRun,
  generation: Generation,
  answer: readonly TrainingMessage[],
  finishReason: string | undefined,
  { choices, path }: { choices: number; path: string },
): void {
  if (answer.every(isEmpty) && (finishReason === undefined || finishReason === "stop"))
    throw new Unreadable("no-answer", "The answer is empty.", path);
  checkChoices(params, generation, choices);
  checkRole(generation, finishReason);
  checkThoughts(params, metadata, generation);
  if (isChunk(generation) && isEndOfCall(finishReason) && !answer.some(isCall)) {
    throw new Unreadable(
      "invalid-tool-call",
      "The answer ends with a call, and the client lost it in the stream.",
      path,
    );
  }
}

// `stream` runs the pieces of all choices together.
function checkChoices({ n }: TracedRun["params"], generation: Generation, choices: number): void {
  if (typeof n === "number" && n > 1 && choices === 1 && isChunk(generation)) {
    throw new Unreadable(
      "unknown-shape",
      "The stream had several choices, whose pieces the client ran together.",
      "outputs.generations",
    );
  }
}

// A chunk without a role is not a chunk of an answer to LangChain.js, and has no calls.
function checkRole({ className, fields }: Generation, finishReason: string | undefined): void {
  if (className === "ChatMessageChunk" && fields.role === undefined && finishReason !== "stop") {
    throw new Unreadable(
      "invalid-message",
      "The stream named no role, and the client left its calls out.",
      "outputs.generations",
    );
  }
}

// ChatOllama of LangChain.js before 1.0 ran them together.
function checkThoughts(
  { think }: TracedRun["params"],
  { ls_provider: traced }: TracedRun["metadata"],
  { isJavaScript, response }: Generation,
): void {
  const isAsked = think !== undefined && think !== null && think !== false;
  if (traced === "ollama" && response.model_provider === undefined && isAsked && isJavaScript) {
    throw new Unreadable(
      "unknown-shape",
      "The client wrote what the model thought into its answer.",
      "outputs.generations",
    );
  }
}

// A call of a custom tool leaves such a message in versions that do not know it.
function isEmpty(message: TrainingMessage): boolean {
  return (
    message.role === "assistant" &&
    !message.content &&
    !message.refusal &&
    !message.tool_calls &&
    !message.function_call
  );
}

function isCall(message: TrainingMessage): boolean {
  return message.role === "assistant" && (message.tool_calls !== undefined || message.function_call !== undefined);
}
