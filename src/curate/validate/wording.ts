import type { Finding } from "../../types.js";
import { boundedWords } from "../../internal/bounded.js";
import { findingKinds, type FindingCode } from "./codes.js";

/** The finding of a code. */
export function finding(line: number, code: FindingCode, path: string, message: string): Finding {
  const { severity, rule } = findingKinds[code];
  return boundedWords({ line, path, code, severity, message, rule });
}

/** `a string`, `null`, `a list`: for messages. */
export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "object":
      return "an object";
    case "undefined":
      return "nothing";
    default:
      return `a ${typeof value}`;
  }
}

/** A value of the row in a message: short, on one line. */
export function excerpt(value: unknown): string {
  const text =
    typeof value === "string" ? JSON.stringify(value) : typeof value === "object" ? typeName(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** The path of a key of the value at `path`. */
export function pathOf(path: string, key: string): string {
  return /^[A-Za-z_$][\w$]{0,99}$/.test(key)
    ? `${path}.${key}`
    : `${path}[${JSON.stringify(key.length > 200 ? `${key.slice(0, 200)}…` : key)}]`;
}
