import { arrayOf, objectOf } from "../../../internal/is-record.js";
import { readContent, textOrParts } from "../../../messages/content.js";
import { sameJson } from "../../../internal/same-json.js";
import { Unreadable } from "../../../messages/unreadable.js";
import type { TrainingMessage } from "../../../types.js";
import type { TracedRun } from "../tracer.js";
import { spanAttribute } from "./span-attribute.js";

/**
 * The messages with the system instructions of a span's own attribute before them. Since version 1.37 of
 * the conventions they stand beside the messages. Where the messages begin with system text of their
 * own, writers disagree about which comes first: such a span is refused, but for the Responses API.
 */
export function withSpanInstructions(
  { inputs, params, metadata }: TracedRun,
  messages: TrainingMessage[],
): TrainingMessage[] {
  const value =
    spanAttribute([metadata, params, inputs], "gen_ai.system_instructions", "system_instructions") ??
    params.instructions;
  if (value === undefined) return messages;
  checkParts(metadata);
  const content = textOrParts(readContent(value, "gen_ai.system_instructions").parts);
  if (content === "" || messages.some((message) => isSystem(message) && sameJson(message.content, content)))
    return messages;
  const leading = messages.findIndex((message) => !isSystem(message));
  const place = placeOf(metadata, leading < 0 ? messages.length : leading);
  return [...messages.slice(0, place), { role: "system", content }, ...messages.slice(place)];
}

// The Responses API has instructions before all else. In pydantic-ai's other models the order differs by version.
function placeOf(metadata: TracedRun["metadata"], systemMessages: number): number {
  if (systemMessages === 0 || isResponse(metadata)) return 0;
  throw new Unreadable(
    "unknown-shape",
    "The span has system instructions and a system message, and not their order.",
    "inputs.messages",
  );
}

function isResponse({ "gen_ai.response.id": id }: TracedRun["metadata"]): boolean {
  return typeof id === "string" && id.startsWith("resp_");
}

// pydantic-ai writes them as one text. It sends them as one to the Responses API, and elsewhere as a
// message or a block for each.
function checkParts(metadata: TracedRun["metadata"]): void {
  const request = objectOf(spanAttribute([metadata], "model_request_parameters"));
  if (arrayOf(request.instruction_parts).length > 1 && !isResponse(metadata))
    throw new Unreadable(
      "unknown-shape",
      "The span has several system instructions as one text, and not where each begins.",
      "gen_ai.system_instructions",
    );
}

function isSystem({ role }: TrainingMessage): boolean {
  return role === "system" || role === "developer";
}
