import type { Distribution } from "./report.js";

const COLUMNS = 24;

/** How values are spread. Sorts them in place. */
export function distributionOf(values: Uint32Array): Distribution {
  values.sort();
  const count = values.length;
  const at = (share: number) => values[Math.max(0, Math.ceil(share * count) - 1)] ?? 0;
  let total = 0;
  for (const value of values) total += value;
  return {
    total,
    min: values[0] ?? 0,
    mean: count === 0 ? 0 : Math.round((total / count) * 100) / 100,
    median: at(0.5),
    p95: at(0.95),
    max: values[count - 1] ?? 0,
    histogram: columnsOf(values, at(0.99)),
  };
}

// Columns of a round width. A few very long rows would squeeze all others into one column, so what
// lies far above the rest shares the last.
function columnsOf(sorted: Uint32Array, p99: number): Distribution["histogram"] {
  if (sorted.length === 0) return [];
  const min = sorted[0] as number;
  const max = sorted[sorted.length - 1] as number;
  const upper = max > p99 * 1.5 ? p99 : max;
  const width = roundWidth((upper - min + 1) / COLUMNS);
  const from = Math.floor(min / width) * width;
  const columns = Math.max(1, Math.ceil((upper + 1 - from) / width));
  const counts = new Array<number>(columns).fill(0);
  let above = 0;
  for (const value of sorted) {
    const column = Math.floor((value - from) / width);
    if (column < columns) counts[column] = (counts[column] as number) + 1;
    else above += 1;
  }
  const histogram = counts.map((count, index) => ({
    from: from + index * width,
    to: from + (index + 1) * width,
    count,
  }));
  return above === 0 ? histogram : [...histogram, { from: from + columns * width, count: above }];
}

/** 1, 2, 5, 10, 20, 50, … */
function roundWidth(width: number): number {
  if (width <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(width));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= width) ?? 10;
  return factor * power;
}
