/** One benchmark. A file `*.bench.ts` in this folder exports one as its default. */
export interface Bench {
  name: string;
  /** It measures the files in dist, and not the source. */
  needsBuild?: boolean;
  /** Runs it and prints what it found with `print`. Throws if a bound that the project promises is missed. */
  run(print: (line: string) => void): Promise<void>;
}

/** The middle of several measurements. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/**
 * Measures several ways of doing the same side by side: in each round every way once, in turn, so
 * that what else the machine does meets all of them. Gives the median seconds of each: of the clock, or with
 * `processor` of the processor time of this process, which does not count the waiting for others.
 */
export async function sideBySide<Name extends string>(
  ways: Record<Name, () => unknown>,
  { rounds = 9, warmUp = 2, processor = false } = {},
): Promise<Record<Name, number>> {
  const names = Object.keys(ways) as Name[];
  const now = () => (processor ? processorSeconds() : performance.now() / 1000);
  const seconds = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      const start = now();
      await ways[name]();
      if (round >= 0) seconds.get(name)?.push(now() - start);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(seconds.get(name) ?? [])])) as Record<Name, number>;
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
