import { sourceOf } from "../../source.js";
import type { ExampleSource, TrainingExample } from "../../types.js";
import { InvalidOptionError } from "../../errors.js";

/**
 * What rows have in common: `"thread"` is the conversation, or the trace where the run names none;
 * `"trace"` the trace, or the run; a function names any other, and `undefined` for a row that stands alone.
 */
export type SourceKey = "thread" | "trace" | ((example: TrainingExample, source: ExampleSource) => string | undefined);

/** The key of a row as text that no key of another kind equals, or `undefined` where its source has none. */
export function createSourceKey(by: SourceKey, option: string): (example: object) => string | undefined {
  if (typeof by === "function") {
    return (example) => {
      const key: unknown = by(example as TrainingExample, sourceOf(example));
      if (key === undefined || key === null) return undefined;
      if (typeof key === "string" || typeof key === "number" || typeof key === "boolean") return `key:${key}`;
      throw new InvalidOptionError({
        option,
        value: key,
        message: `The function given as ${option} must return a string, or undefined for a row that stands alone; it returned ${typeof key}.`,
      });
    };
  }
  if (by !== "thread" && by !== "trace") {
    throw new InvalidOptionError({
      option,
      value: by,
      message: `${option} must be "thread", "trace" or a function, not ${JSON.stringify(by)}.`,
    });
  }
  return (example) => {
    const { threadId, traceId, runId } = sourceOf(example);
    if (by === "thread" && threadId !== undefined) return `thread:${threadId}`;
    if (traceId !== undefined) return `trace:${traceId}`;
    return runId === undefined ? undefined : `trace:${runId}`;
  };
}
