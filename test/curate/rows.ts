import fc from "fast-check";
import { withSource, type ExampleSource, type TrainingExample, type TrainingMessage } from "langsmith-finetune";

/** A row with one question and one answer. */
export function row(question: string, answer: string, source?: ExampleSource): TrainingExample {
  return conversation(
    [
      ["user", question],
      ["assistant", answer],
    ],
    source,
  );
}

export function conversation(turns: readonly (readonly [string, string])[], source?: ExampleSource): TrainingExample {
  return withSource({ messages: turns.map(([role, content]) => ({ role, content }) as TrainingMessage) }, source);
}

export async function collect<T>(source: AsyncIterable<T> | Iterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** Messages, and rows of them. */
export const example = (...messages: TrainingExample["messages"]): TrainingExample => ({ messages });
export const user = (content: string) => ({ role: "user" as const, content });
export const assistant = (content: string, weight?: 0 | 1) => ({
  role: "assistant" as const,
  content,
  ...(weight !== undefined && { weight }),
});
export const system = (content: string) => ({ role: "system" as const, content });

/** Sentences that share nothing: near to no other. */
export function sentence(seed: number, words = 30): string {
  let state = (seed + 1) * 2654435761;
  return Array.from({ length: words }, () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return `w${(state >>> 0).toString(36)}`;
  }).join(" ");
}

/** Small datasets in which rows share threads, prompts and content. */
export const datasets = fc
  .array(
    fc.record({
      thread: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
      question: fc.integer({ min: 0, max: 15 }),
      answer: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 40 },
  )
  .map((items) =>
    items.map(({ thread, question, answer }, index) =>
      row(`q${question} ${sentence(question)}`, `a${answer} ${sentence(100 + answer)}`, {
        runId: `run-${index}`,
        ...(thread !== undefined && { threadId: `thread-${thread}` }),
      }),
    ),
  );

/** A permutation that depends on the seed alone. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed | 0;
  return items
    .map((item) => {
      state = (Math.imul(state ^ 0x9e3779b9, 0x85ebca6b) + 1) | 0;
      return { item, place: Math.imul(state ^ (state >>> 13), 0xc2b2ae35) };
    })
    .sort((left, right) => left.place - right.place)
    .map(({ item }) => item);
}
