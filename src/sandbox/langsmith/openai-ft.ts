import { isRecord } from "../../internal/is-record.js";
import type { ExampleRecord } from "./dataset-store.js";
import { HttpError } from "./http-error.js";

const roles: Record<string, string> = {
  human: "user",
  ai: "assistant",
  system: "system",
  function: "function",
  tool: "tool",
  chat: "user",
};

/**
 * `GET /datasets/:id/openai_ft`: a chat dataset as lines of OpenAI's fine-tuning format. Chat datasets
 * hold messages in LangChain's stored form (`{ type, data }`) under `input` and `output`; messages in
 * OpenAI's own form are passed through. What the real service does with other datasets is not known;
 * here they are refused.
 */
export function toOpenAIFineTuning(examples: readonly ExampleRecord[]): string {
  return examples.map((example) => `${JSON.stringify(toRow(example))}\n`).join("");
}

function toRow(example: ExampleRecord) {
  const { inputs, outputs } = example;
  const asked = inputs.input ?? inputs.messages;
  const answered = outputs?.output ?? outputs?.message ?? outputs?.messages;
  if (!Array.isArray(asked) || answered === undefined) {
    throw new HttpError(400, `Example ${example.id} is not a chat example: it has no inputs.input with outputs.output`);
  }
  const answers = Array.isArray(answered) ? answered : [answered];
  const { tools, functions } = inputs;
  return {
    messages: [...asked, ...answers].map((message) => toMessage(message, example.id)),
    ...(Array.isArray(tools) ? { tools } : {}),
    ...(Array.isArray(functions) ? { functions } : {}),
  };
}

function toMessage(message: unknown, exampleId: string): unknown {
  if (isRecord(message) && typeof message.role === "string") return message;
  const { type, data } = isRecord(message) ? message : {};
  const role = typeof type === "string" ? roles[type] : undefined;
  if (role === undefined || !isRecord(data))
    throw new HttpError(400, `Example ${exampleId} holds something that is not a message`);
  const extra = isRecord(data.additional_kwargs) ? data.additional_kwargs : {};
  return { role, content: data.content, ...extra };
}
