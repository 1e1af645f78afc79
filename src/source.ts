import { kind } from "./internal/kinds.js";
import { checkArgument } from "./internal/options.js";
import type { ExampleSource, ExampleTarget } from "./types.js";

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

/**
 * The targets of a row: the answers that it teaches, each with the run that gave it, in their order.
 * An assistant message is a target unless its weight is 0. Where a run is not known, the entry has only
 * the message's place. Empty for what has no messages, such as a preference pair.
 *
 * @example
 * ```ts
 * import { targetsOf, type TrainingExample } from "langsmith-finetune";
 *
 * function describe(example: TrainingExample): string[] {
 *   return targetsOf(example).map(({ message, runId }) => `message ${message} is the answer of run ${runId}`);
 * }
 * ```
 */
export function targetsOf(example: object): ExampleTarget[] {
  if (typeof example !== "object" || example === null) checkArgument("example", example, row);
  const places = learnedMessages(example);
  const source = sourceOf(example);
  const { targets } = source;
  if (targets === undefined) {
    const { messages } = example as { messages?: readonly unknown[] };
    // A source that names a run names the one that gave the last message.
    return places.map((message) => (message + 1 === messages?.length ? targetOfSource(source, message) : { message }));
  }
  // A step that took messages away and left the source as it was moved all of them alike.
  if (targets.length === places.length) {
    return targets.every(({ message }, index) => message === places[index])
      ? targets
      : places.map((message, index) => ({ ...targets[index], message }));
  }
  return places.map((message) => targets.find((target) => target.message === message) ?? { message });
}

/** The places of the assistant messages that a row teaches. */
export function learnedMessages(example: object): number[] {
  const { messages } = example as { messages?: unknown };
  const places: number[] = [];
  if (!Array.isArray(messages)) return places;
  for (let index = 0; index < messages.length; index += 1) {
    const message: unknown = messages[index];
    if (typeof message !== "object" || message === null) continue;
    const { role, weight } = message as { role?: unknown; weight?: unknown };
    if (role === "assistant" && weight !== 0) places.push(index);
  }
  return places;
}

/** What a source says of the run that gave the answer at this place. */
export function targetOfSource(source: ExampleSource, message: number): ExampleTarget {
  const target: ExampleTarget = { message };
  if (source.runId !== undefined) target.runId = source.runId;
  if (source.runName !== undefined) target.runName = source.runName;
  if (source.traceId !== undefined) target.traceId = source.traceId;
  if (source.threadId !== undefined) target.threadId = source.threadId;
  if (source.userId !== undefined) target.userId = source.userId;
  if (source.exampleId !== undefined) target.exampleId = source.exampleId;
  if (source.model !== undefined) target.model = source.model;
  if (source.provider !== undefined) target.provider = source.provider;
  if (source.startTime !== undefined) target.startTime = source.startTime;
  if (source.finishReason !== undefined) target.finishReason = source.finishReason;
  if (source.feedback !== undefined) target.feedback = source.feedback;
  if (source.joinedFeedback !== undefined) target.joinedFeedback = source.joinedFeedback;
  if (source.tags !== undefined) target.tags = source.tags;
  if (source.votes !== undefined) target.votes = source.votes;
  if (source.verdict !== undefined) target.verdict = source.verdict;
  if (source.teacher !== undefined) target.teacher = source.teacher;
  return target;
}
