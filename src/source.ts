import { kind } from "./internal/kinds.js";
import { checkArgument } from "./internal/options.js";
import type { ExampleSource } from "./types.js";

// A registered symbol, so that the ESM and CommonJS builds read each other's examples. An
// enumerable property under a symbol survives `{ ...example }` and never reaches JSON.
const SOURCE = Symbol.for("langsmith-finetune.source");

const row = kind<object>("an object: a row or a session", () => false);

interface WithSource {
  [SOURCE]?: ExampleSource;
}

/**
 * Where an example came from: run, trace, thread, project, model, feedback, tags, tokens.
 * An empty object for a row that carries no source (one read back from a file, for instance).
 *
 * @example
 * ```ts
 * import { sourceOf, type TrainingExample } from "langsmith-finetune";
 *
 * function describe(example: TrainingExample): string {
 *   return `${sourceOf(example).runId} answered by ${sourceOf(example).model}`;
 * }
 * ```
 */
export function sourceOf(example: object): ExampleSource {
  if (typeof example !== "object" || example === null) checkArgument("example", example, row);
  return (example as WithSource)[SOURCE] ?? {};
}

/**
 * Sets where an example came from, in place, and returns the example.
 * For custom steps that build examples of their own.
 *
 * @example
 * ```ts
 * import { sourceOf, withSource, type TrainingExample } from "langsmith-finetune";
 *
 * function withoutSystem(example: TrainingExample): TrainingExample {
 *   const messages = example.messages.filter(({ role }) => role !== "system");
 *   return withSource({ messages }, sourceOf(example));
 * }
 * ```
 */
export function withSource<T extends object>(example: T, source: ExampleSource | undefined): T {
  if (typeof example !== "object" || example === null) checkArgument("example", example, row);
  if (source !== undefined) (example as WithSource)[SOURCE] = source;
  return example;
}
