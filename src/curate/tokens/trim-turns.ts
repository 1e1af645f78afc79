import { sourceOf, withSource } from "../../source.js";
import type { ExampleSource, TrainingExample } from "../../types.js";

/**
 * A row without its oldest turns, as few of them as it takes to fit. A turn begins with a user
 * message and goes to the next one, so that a call is never parted from its answers and no answer
 * from its question. System messages at the beginning stay. Nothing when the last turn alone does
 * not fit, or when nothing that is trained would be left.
 */
export function trimTurns<Row extends TrainingExample>(
  row: Row,
  fits: (shorter: Row) => boolean,
): { example: Row; removed: number } | undefined {
  const { messages } = row;
  let first = 0;
  while (messages[first]?.role === "system" || messages[first]?.role === "developer") first += 1;
  const system = messages.slice(0, first);
  for (const start of turnStarts(messages, first)) {
    const rest = messages.slice(start);
    if (!rest.some((message) => message.role === "assistant" && message.weight !== 0)) return undefined;
    const example = withSource({ ...row, messages: [...system, ...rest] }, sourceWithout(row, first, start));
    if (fits(example)) return { example, removed: start - first };
  }
  return undefined;
}

/** The source of a row that has lost the messages from `first` up to `start`: the targets that stay have moved. */
function sourceWithout(row: object, first: number, start: number): ExampleSource {
  const source = sourceOf(row);
  if (source.targets === undefined) return source;
  const targets = source.targets
    .filter(({ message }) => message >= start)
    .map((target) => ({ ...target, message: target.message - (start - first) }));
  return { ...source, targets };
}

/** Where turns begin, without the first: a user message that does not follow another. */
function turnStarts(messages: TrainingExample["messages"], first: number): number[] {
  const starts: number[] = [];
  for (let index = first + 1; index < messages.length; index += 1) {
    if (messages[index]?.role === "user" && messages[index - 1]?.role !== "user") starts.push(index);
  }
  return starts;
}
