import type { AnyIterable } from "../types.js";

/**
 * Works on `width` items at a time and gives the results in the order of the items. Reads no further ahead than that;
 * closes the source on early exit, and then lets `stop` end what still runs. A width that is known only once the source
 * has begun is a function of an item.
 */
export async function* inOrder<Input, Output>(
  source: AnyIterable<Input>,
  width: number | ((item: Input) => number),
  work: (item: Input, number: number) => Promise<Output>,
  stop: (reason: unknown) => void,
): AsyncGenerator<Output, void, undefined> {
  const pending: Promise<Output>[] = [];
  let number = 0;
  let reason: unknown = new DOMException("The reading has ended.", "AbortError");
  try {
    for await (const item of source) {
      number += 1;
      const result = work(item, number);
      // Its failure is met when its turn comes.
      result.catch(() => undefined);
      pending.push(result);
      if (pending.length >= (typeof width === "number" ? width : width(item))) yield await first(pending);
    }
    while (pending.length > 0) yield await first(pending);
  } catch (error) {
    reason = error;
    throw error;
  } finally {
    stop(reason);
    await Promise.allSettled(pending);
  }
}

function first<Output>(pending: Promise<Output>[]): Promise<Output> {
  return pending.shift() as Promise<Output>;
}
