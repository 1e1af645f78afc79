/** Run number `index` of an endless series, as its line of JSON: about `size` bytes, no two alike. */
export function runLine(index: number, size?: number): string;

/** The same series as the v2 API gives it, with the starts that are asked for. */
export function runWriter(size?: number): (index: number, start: number) => string;
