import { firstText } from "../../../internal/first-text.js";
import { exactJsonOrSame } from "../../../messages/free-form-json.js";
import { Unreadable } from "../../../messages/unreadable.js";
import type { TracedRun } from "../tracer.js";

/**
 * An attribute of an OpenTelemetry span that LangSmith's documentation maps to no field of a run:
 * it is taken where it stands under its own name, or the last words of it.
 * https://docs.langchain.com/langsmith/trace-with-opentelemetry
 */
export function spanAttribute(holders: readonly Record<string, unknown>[], ...names: readonly string[]): unknown {
  for (const holder of holders) {
    for (const name of names) {
      const value = holder[name];
      if (value === undefined || value === null || value === "") continue;
      return wholeJson(value, name);
    }
  }
  return undefined;
}

/** The value that a text is the JSON of; any other text as it is. Refused is JSON that was cut. */
export function wholeJson(value: unknown, path: string): unknown {
  const read = exactJsonOrSame(value);
  if (typeof read === "string" && /^\s*(?:\[\s*[{["]|\{\s*")/.test(read))
    throw new Unreadable("unknown-shape", "An attribute of the span is JSON that was cut.", path);
  return read;
}

/** How the answer ended by the span's own attributes; the first choice's, where there are several. */
export function finishReasonOfSpan({ params, metadata }: TracedRun): string | undefined {
  const value = spanAttribute([metadata, params], "gen_ai.response.finish_reasons", "llm.finish_reason", "stop_reason");
  return Array.isArray(value) ? firstText(value[0]) : firstText(value);
}
