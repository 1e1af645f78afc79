import type { TrainingMessage } from "../../../types.js";
import { readMessages } from "../../../messages/messages.js";
import { Unreadable } from "../../../messages/unreadable.js";
import { sameJson } from "../../../internal/same-json.js";

/**
 * What a list of output messages adds to the prompt: some writers repeat the conversation in it,
 * whole or without the system messages. Refused is a list that is not a turn of the model: with other
 * messages that it was sent, or with answers in a row, which can be the pieces of a stream, several
 * choices, or parts of one answer.
 */
export function answerFromMessages(
  prompt: readonly TrainingMessage[],
  messages: readonly unknown[],
  path: string,
): TrainingMessage[] {
  const read = readMessages(messages, path, { isAnswer: true });
  const said = prompt.slice(prompt.findIndex(({ role }) => role !== "system" && role !== "developer"));
  const repeated = [prompt, said].find(
    (part) =>
      part.length > 0 && read.length > part.length && part.every((message, index) => sameJson(message, read[index])),
  );
  const answer = repeated ? read.slice(repeated.length) : read;
  for (const [index, { role }] of answer.entries()) {
    if (role === "user" || role === "system" || role === "developer") {
      throw new Unreadable(
        "invalid-message",
        `The outputs hold a message of the role ${role} that the inputs do not have.`,
        path,
      );
    }
    if (role === "assistant" && answer[index - 1]?.role === "assistant") {
      throw new Unreadable(
        "unknown-shape",
        "The outputs hold answers in a row: the pieces of a stream, several choices, or parts of one answer.",
        path,
      );
    }
  }
  return answer;
}
