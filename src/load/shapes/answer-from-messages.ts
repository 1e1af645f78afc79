import type { TrainingMessage } from "../../types.js";
import { sameJson } from "../free-form-json.js";
import { readMessages } from "../messages.js";

/** What a list of output messages adds to the prompt: some writers repeat the whole conversation in it. */
export function answerFromMessages(prompt: readonly TrainingMessage[], messages: readonly unknown[], path: string): TrainingMessage[] {
  const read = readMessages(messages, path, { isAnswer: true });
  const repeats = prompt.length > 0 && read.length > prompt.length && prompt.every((message, index) => sameJson(message, read[index]));
  return repeats ? read.slice(prompt.length) : read;
}
