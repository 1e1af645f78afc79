import type { AnyIterable } from "../../types.js";

/**
 * Works on so many items at a time and gives the results in the order of the items. Reads no further ahead than that;
 * closes the source on early exit, and then lets `stop` end what still runs.
 */
export async function* inOrder<Input, Output>(
  source: AnyIterable<Input>,
  width: number,
  work: (item: Input, number: number) => Promise<Output>,
  stop: (reason: unknown) => void,
): AsyncGenerator<Output, void, undefined> {
  const pending: Promise<Output>[] = [];
  let number = 0;
  let reason: unknown = new Error("The rows were not read to the end.");
  try {
    for await (const item of source) {
      number += 1;
      const result = work(item, number);
      // It is looked at in its turn; until then its failure is nobody's.
      result.catch(() => undefined);
      pending.push(result);
      if (pending.length >= width) yield await (pending.shift() as Promise<Output>);
    }
    while (pending.length > 0) yield await (pending.shift() as Promise<Output>);
  } catch (error) {
    reason = error;
    throw error;
  } finally {
    stop(reason);
    await Promise.allSettled(pending);
  }
}
