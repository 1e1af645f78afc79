import { arrayOf, isRecord } from "../../../internal/is-record.js";
import { Unreadable } from "../../../messages/unreadable.js";
import type { Tracer } from "../tracer.js";
import { openAIResponses } from "./responses.js";

type Fields = Record<string, unknown>;

/** The events of a stream of the Responses API as they came, of a generator under `traceable` or of `wrapSDK`. */
export const openAIResponseEvents: Tracer = {
  name: "openai-response-events",
  read(run) {
    const events = run.outputs.outputs ?? run.outputs.output;
    if (!Array.isArray(events) || events.length === 0 || !events.every(isEvent)) return undefined;
    const failure = events.find(({ type }) => type === "error" || type === "response.failed");
    if (failure) throw new Unreadable("run-error", "The stream ended with an error.", "outputs");
    const end = events.findLast(({ type }) => type === "response.completed" || type === "response.incomplete");
    if (!end || !isRecord(end.response)) throw new Unreadable("partial-stream", "The stream did not end.", "outputs");
    const { response } = end;
    const output = arrayOf(response.output).length > 0 ? response.output : itemsOf(events);
    return openAIResponses.read({ ...run, outputs: { object: "response", ...response, output } });
  },
};

function isEvent(value: unknown): value is Fields {
  return (
    isRecord(value) && typeof value.type === "string" && (value.type.startsWith("response.") || value.type === "error")
  );
}

// Some servers leave the items out of the last event.
function itemsOf(events: readonly Fields[]): unknown[] {
  return events
    .filter(({ type, item }) => type === "response.output_item.done" && isRecord(item))
    .sort((left, right) => Number(left.output_index) - Number(right.output_index))
    .map(({ item }) => item);
}
