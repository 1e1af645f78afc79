import { isRecord } from "../../../internal/is-record.js";
import type { TracedRun } from "../tracer.js";

// The marks of OpenAI's and Anthropic's Python clients for an argument that was not given, as text.
const NOT_GIVEN = /^(?:NOT_GIVEN|<[\w.]*(?:Omit|NotGiven) object at 0x[0-9a-f]+>)$/;

function isNotGiven(value: unknown): boolean {
  return typeof value === "string" && (value.startsWith("<") || value.startsWith("NOT")) && NOT_GIVEN.test(value);
}

/**
 * Inputs without the arguments that were not given. `wrap_openai` and `wrap_anthropic` leave them out,
 * unless the client is newer than they are and marks them otherwise: then they write the mark's name,
 * and `wrap_anthropic` makes a system message of it, as it does of an empty system prompt. Functions
 * that pass a client's arguments on are traced with the marks too.
 */
export function givenInputs({ inputs, metadata: { ls_provider: provider } }: TracedRun): Record<string, unknown> {
  let given = inputs;
  for (const key in inputs) if (isNotGiven(inputs[key])) given = { ...given, [key]: undefined };
  const { messages } = given;
  const first: unknown = Array.isArray(messages) ? messages[0] : undefined;
  if (!isRecord(first) || first.role !== "system") return given;
  if (!isNotGiven(first.content) && !(provider === "anthropic" && isEmpty(first.content))) return given;
  return { ...given, messages: (messages as unknown[]).slice(1) };
}

function isEmpty(content: unknown): boolean {
  return content === null || content === "" || (Array.isArray(content) && content.length === 0);
}
