import { HttpError } from "./http-error.js";

/** A point in time with the microseconds that tracers send and dates cannot hold. */
export interface Timestamp {
  /** Milliseconds since 1970, with microseconds as the fraction. */
  milliseconds: number;
  /** ISO 8601, UTC, six digits, without the zone: the form of the v1 API. v2 adds a `Z`. */
  text: string;
}

const iso = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/i;

/** Numbers up to this are seconds, greater ones milliseconds: as Pydantic reads a date, which LangSmith's server uses. */
const MOST_SECONDS = 2e10;
/** The last time that a date can hold. */
const LAST = 8.64e15;

/** Reads what clients send: ISO 8601 (UTC where no zone is given), or seconds or milliseconds since 1970. */
export function parseTimestamp(value: unknown): Timestamp | undefined {
  if (typeof value === "number") return fromNumber(value);
  if (typeof value !== "string") return undefined;
  if (/^\d+(?:\.\d+)?$/.test(value)) return fromNumber(Number(value));
  const parts = iso.exec(value);
  if (parts === null) return undefined;
  const [, day, time, fraction = "", zone = "Z"] = parts;
  const seconds = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(seconds)) return undefined;
  const microseconds = Number(fraction.slice(0, 6).padEnd(6, "0"));
  return fromMilliseconds(seconds + microseconds / 1000);
}

function fromNumber(value: number): Timestamp | undefined {
  const milliseconds = Math.abs(value) <= MOST_SECONDS ? value * 1000 : value;
  return Math.abs(milliseconds) <= LAST ? fromMilliseconds(milliseconds) : undefined;
}

/** The time that a parameter of a request names; one that is not a time is refused. */
export function requireTimestamp(value: unknown, name: string): Timestamp {
  const timestamp = parseTimestamp(value);
  if (timestamp === undefined) throw new HttpError(422, `${name} is not a date and time: ${JSON.stringify(value)}`);
  return timestamp;
}

export function fromMilliseconds(milliseconds: number): Timestamp {
  const micros = Math.round(milliseconds * 1000);
  const whole = Math.floor(micros / 1000);
  const rest = String(micros - whole * 1000).padStart(3, "0");
  return { milliseconds: micros / 1000, text: `${new Date(whole).toISOString().slice(0, -1)}${rest}` };
}

/** `20261122T065851711003Z`: the time in a part of a dotted order. */
export function dottedTime(timestamp: Timestamp): string {
  return `${timestamp.text.replace(/[-:.]/g, "")}Z`;
}
