import type { Skip } from "../types.js";

/** Counts skips by code, with one example of each. */
export class SkipCounts {
  readonly #counts = new Map<string, { count: number; example: string }>();
  total = 0;

  add({ code, message }: Skip): void {
    this.total += 1;
    const known = this.#counts.get(code);
    if (known) known.count += 1;
    else this.#counts.set(code, { count: 1, example: message });
  }

  byCode(): Record<string, number> {
    return Object.fromEntries([...this.#counts].map(([code, { count }]) => [code, count]));
  }

  /** A line for each code, the most frequent first. */
  lines(): string[] {
    return [...this.#counts]
      .sort(([, left], [, right]) => right.count - left.count)
      .map(([code, { count, example }]) => `  skipped ${count} (${code}): ${example}`);
  }
}
