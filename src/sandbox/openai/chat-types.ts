import type { JsonObject, JsonValue, OpenAIFunction } from "../../types.js";
import { textOfContent } from "../../messages/text-of-content.js";
import { isRecord } from "../../internal/is-record.js";

/** A message of a request, checked for its form. */
export interface ChatMessage {
  role: string;
  content?: JsonValue;
  name?: string;
  tool_calls?: { id?: string; function?: { name?: string; arguments?: string } }[];
  function_call?: { name?: string; arguments?: string };
  tool_call_id?: string;
}

/** A request of a chat completion, as the models of the stand-in see it. */
export interface ChatPrompt {
  messages: readonly ChatMessage[];
  /** The functions that are bound, of both forms. */
  functions: readonly OpenAIFunction[];
  /** `none`: no call; `required`: some call; a name: a call of that. */
  choice: "auto" | "none" | "required" | { name: string };
  /** Several calls may be made at once. */
  parallel: boolean;
  /** The schema that an answer in JSON must have; empty for any JSON object. */
  format?: JsonObject;
}

/** What a model of the stand-in answers: text, calls, or both. */
export interface Reply {
  text?: string;
  calls?: readonly ReplyCall[];
}

export interface ReplyCall {
  name: string;
  /** JSON text. */
  arguments: string;
}

/** A model of the stand-in. */
export type Model = (prompt: ChatPrompt) => Reply;

/** The text of a message's content, of a string or of text parts. */
export function textOf(content: JsonValue | undefined): string {
  return textOfContent(content, { between: "\n" });
}

/** The text of the last user message. */
export function lastQuestion(messages: readonly ChatMessage[]): string {
  return textOf(messages.findLast(({ role }) => role === "user")?.content);
}

/** The name of the function that is bound and takes what Calculator takes. */
export function calculatorAmong({ functions, choice }: ChatPrompt): string | undefined {
  if (choice === "none") return undefined;
  const wanted = typeof choice === "object" ? functions.filter(({ name }) => name === choice.name) : functions;
  return wanted.find(({ parameters }) => takesCalculation(parameters))?.name;
}

/** True for the schema of an object with `num1`, `num2` and `operation`. */
export function takesCalculation(schema: JsonObject | undefined): boolean {
  const properties = schema?.["properties"];
  return isRecord(properties) && ["num1", "num2", "operation"].every((key) => key in properties);
}
