import { arrayOf, isRecord, objectOf } from "../../../internal/is-record.js";

type Fields = Record<string, unknown>;

/** The first generation of a run: what its message says of itself beside the answer. */
export interface Generation {
  /** LangChain.js wrote it; LangChain Python otherwise. */
  isJavaScript: boolean;
  /** The name of the message's class. */
  className: unknown;
  /** `generationInfo` */
  info: Fields;
  /** The fields of the message. */
  fields: Fields;
  /** `response_metadata` of the message. */
  response: Fields;
}

export function readGeneration(value: unknown): Generation {
  const generation = objectOf(value);
  const message = objectOf(generation.message);
  const fields = objectOf(message.kwargs ?? message.data ?? message);
  // The id of the class: the language's namespace first, the class last.
  const id = arrayOf(message.id);
  return {
    isJavaScript: id[0] === "langchain_core",
    className: id.at(-1),
    info: objectOf(generation.generationInfo ?? generation.generation_info),
    fields,
    response: objectOf(fields.response_metadata),
  };
}

/** The answer was streamed. */
export function isChunk({ className }: Generation): boolean {
  return className === "AIMessageChunk";
}

/** True for a generation with a message; completions have a text alone. */
export function messageIn(generation: unknown): unknown {
  return isRecord(generation) ? generation.message : undefined;
}
