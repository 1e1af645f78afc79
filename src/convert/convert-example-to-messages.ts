import { kind } from "../internal/kinds.js";
import { checkArgument } from "../internal/options.js";
import type { BaseMessage } from "@langchain/core/messages";
import { messageFromOpenAI } from "../messages/openai-message.js";
import type { TrainingExample } from "../types.js";

const rowKind = kind<TrainingExample>("a training example, an object with a list of messages", (value) =>
  Array.isArray((value as Partial<TrainingExample> | null | undefined)?.messages),
);

/**
 * The messages of a training row as LangChain messages: the inverse of
 * {@link convertMessagesForFinetuning}, message by message.
 *
 * @example
 * ```ts
 * import { convertExampleToMessages } from "langsmith-finetune";
 *
 * const messages = convertExampleToMessages({
 *   messages: [
 *     { role: "user", content: "2 + 2?" },
 *     { role: "assistant", content: "4" },
 *   ],
 * });
 * console.log(messages.map((message) => message.getType())); // ["human", "ai"]
 * ```
 */
export function convertExampleToMessages(example: TrainingExample): BaseMessage[] {
  checkArgument("example", example, rowKind);
  return example.messages.map(messageFromOpenAI);
}
