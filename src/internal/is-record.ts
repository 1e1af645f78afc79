/** True for a plain JSON object: not null, not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const EMPTY: Record<string, unknown> = Object.freeze({});

const NONE: readonly unknown[] = Object.freeze([]);

/** The value as an array; an empty one, which nobody can write into, for anything else. */
export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : NONE;
}

/** The value as an object; an empty one, which nobody can write into, for anything else. */
export function objectOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : EMPTY;
}
