/** Run number `index` of an endless series, as its line of JSON: about `size` bytes, no two alike. */
export function runLine(index: number, size?: number): string;
