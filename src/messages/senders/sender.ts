import type { TrainingMessage, TrainingToolCall } from "../../types.js";

type Fields = Record<string, unknown>;

/** The classes of LangChain's messages. */
export type MessageKind = "system" | "human" | "ai" | "tool" | "function" | "chat";

/** The calls of an earlier answer in every place where LangChain keeps some. */
export interface KeptCalls {
  /** The content of the message. */
  body: unknown;
  /** `tool_calls` */
  parsed: readonly unknown[];
  /** `invalid_tool_calls` */
  broken: readonly unknown[];
  /** `additional_kwargs.tool_calls` */
  raw: readonly unknown[];
  fields: Fields;
  path: string;
  /** `tool_calls` with the model's own text of the arguments, where the message has it. */
  readParsed(): TrainingToolCall[];
}

/**
 * What a client library does to a LangChain message on its way to the API, which the trace does not
 * show: it has the message from before that. One file for each client, with the rules of its
 * versions; which one sent a run is chosen once, from the run.
 */
export interface Sender {
  /** The parts of a message that are sent; `body` is not a text. */
  content(kind: MessageKind, body: unknown, fields: Fields, path: string): unknown;
  /** The name of a message as it is sent. */
  name(fields: Fields, extra: Fields): unknown;
  /** A message with a role of the caller's choice, as one of OpenAI's form. */
  roleMessage(fields: Fields, content: unknown, extra: Fields): Fields;
  /** Sends the items of an earlier response in place of the message; false where it sends the message. */
  items(fields: Fields, body: unknown, output: TrainingMessage[], path: string): boolean;
  /** The calls of an earlier answer. */
  calls(kept: KeptCalls): TrainingToolCall[];
  /** The legacy call of an earlier answer without other calls, and what it says beside. */
  readonly sendsLegacyCalls: boolean;
  readonly sendsTextBesideCalls: boolean;
  readonly sendsRefusals: boolean;
  /** The conversation, in the order and number of its messages. */
  conversation(messages: TrainingMessage[]): TrainingMessage[];
}
