import { word } from "../../internal/kinds.js";

/** The encodings that OpenAI's chat models use. */
export type TokenEncoding = "o200k_base" | "cl100k_base";

/** The kind of an option that names an encoding. */
export const encodingKind = word("o200k_base", "cl100k_base");

/** How the tokens of a model's rows are counted. */
export interface ModelEncoding {
  readonly encoding: TokenEncoding;
  /** `openai`: as OpenAI does. `estimate`: the model's own tokenizer is another, and the count is near. */
  readonly family: "openai" | "estimate";
}

// As in OpenAI's own tiktoken (model.py), by the beginning of the name.
const O200K = /^(?:gpt-4o|chatgpt-4o|gpt-4\.1|gpt-4\.5|gpt-[5-9]|gpt-oss|chat-latest|o[1-9](?:-|$))/;
const CL100K = /^(?:gpt-4|gpt-3\.5|gpt-35|babbage-002|davinci-002)/;
// Llama 3 and Qwen built their vocabularies on cl100k_base.
const NEAR_CL100K = /llama|qwen/;

/**
 * The encoding of a model. Understands the names of tuned models (`ft:gpt-4o-mini-2024-07-18:acme::a1b2c3`),
 * Azure's (`gpt-35-turbo`), and names behind an owner (`openai/gpt-oss-20b`).
 */
export function encodingOfModel(model: string): ModelEncoding {
  const base = (model.startsWith("ft:") ? (model.split(":")[1] ?? "") : model).toLowerCase();
  const name = base.slice(base.lastIndexOf("/") + 1);
  if (O200K.test(name)) return { encoding: "o200k_base", family: "openai" };
  if (CL100K.test(name)) return { encoding: "cl100k_base", family: "openai" };
  return { encoding: NEAR_CL100K.test(name) ? "cl100k_base" : "o200k_base", family: "estimate" };
}
