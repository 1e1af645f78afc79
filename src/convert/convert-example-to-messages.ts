import type { BaseMessage } from "@langchain/core/messages";
import { messageFromOpenAI } from "../messages/openai-message.js";
import type { TrainingExample } from "../types.js";

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
  return example.messages.map(messageFromOpenAI);
}
