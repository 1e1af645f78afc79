import { ServiceError } from "../../../errors.js";
import { isRecord } from "../../../internal/is-record.js";

export { objectOf } from "../../../internal/is-record.js";

// Answers of providers are read field by field: what is absent or of another type is absent, so
// that a field which a provider adds, drops or changes never breaks a running job.

/** The value as a list of objects; an empty one for anything else. */
export function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** The value, if it is a string with something in it. */
export function stringOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The value as a number; numbers in strings too, which is how Google and Fireworks write 64-bit integers. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** The number, if it is above zero: several providers write 0 for what is not known yet. */
export function positiveOf(value: unknown): number | undefined {
  const number = numberOf(value);
  return number !== undefined && number > 0 ? number : undefined;
}

/** ISO 8601 of milliseconds since 1970; undefined for a number that is not a time. */
export function isoTime(milliseconds: number): string | undefined {
  const time = new Date(milliseconds);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** The object without its undefined fields. */
export function defined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

/** True for a refusal with this HTTP status. */
export function hasStatus(error: unknown, status: number): boolean {
  return ServiceError.isInstance(error) && error.status === status;
}

/** The object without one of its fields. */
export function without<T extends object, Key extends keyof T>(object: T, key: Key): Omit<T, Key> {
  const copy = { ...object };
  Reflect.deleteProperty(copy, key);
  return copy;
}
