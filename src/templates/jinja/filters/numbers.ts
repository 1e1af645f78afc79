// Filters of numbers.
import { fail } from "../failure.js";
import { fixedText, floatOf, integerOf, rounded, roundedToTens } from "../numbers.js";
import { stripEnd, stripStart } from "../space.js";
import { indexOf, isFloat, isInteger, numberOf, PyFloat, typeName, Undefined, type Value } from "../values.js";
import { type Filter, filter, flag } from "./filter.js";

const INTEGER = /^[+-]?\d+(?:_\d+)*$/;
const FLOAT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+)(?:e[+-]?\d+)?$/i;

function parseFloatText(text: string): number | undefined {
  const trimmed = stripStart(stripEnd(text));
  if (/^[+-]?(?:inf|infinity)$/i.test(trimmed)) return trimmed.startsWith("-") ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(trimmed)) return Number.NaN;
  return FLOAT.test(trimmed) ? Number(trimmed.replaceAll("_", "")) : undefined;
}

/** `int(float(text))`. */
function floatAsInteger(text: string, otherwise: Value): Value {
  const float = parseFloatText(text);
  return float === undefined || !Number.isFinite(float) ? otherwise : integerOf(BigInt(Math.trunc(float)));
}

const PREFIXES: Readonly<Record<string, number>> = { "0x": 16, "0o": 8, "0b": 2 };

/** `int(text, base)`; nothing for what is not a number of that base. */
function integerInBase(text: string, base: number): Value | undefined {
  const [, sign, unsigned = ""] = /^([+-]?)(.*)$/s.exec(text.toLowerCase()) ?? [];
  const prefix = PREFIXES[unsigned.slice(0, 2)];
  const used = base === 0 ? (prefix ?? 10) : base;
  if (used < 2 || used > 36) return undefined;
  const digits = prefix === used ? unsigned.slice(2).replace(/^_/, "") : unsigned;
  // Without a base, `010` is not a number in Python.
  if (!/^[0-9a-z]+(?:_[0-9a-z]+)*$/.test(digits) || (base === 0 && prefix === undefined && /^0\d*[1-9]/.test(digits)))
    return undefined;
  let number = 0n;
  for (const digit of digits.replaceAll("_", "")) {
    const value = Number.parseInt(digit, 36);
    if (value >= used) return undefined;
    number = number * BigInt(used) + BigInt(value);
  }
  return integerOf(sign === "-" ? -number : number);
}

function toInteger(value: Value, otherwise: Value, base: number): Value {
  if (value instanceof Undefined) return fail(value.message);
  if (typeof value === "string") {
    const trimmed = stripStart(stripEnd(value));
    if (base !== 10) return integerInBase(trimmed, base) ?? floatAsInteger(value, otherwise);
    if (INTEGER.test(trimmed)) return integerOf(BigInt(trimmed.replaceAll("_", "").replace(/^\+/, "")));
    return floatAsInteger(value, otherwise);
  }
  const number = numberOf(value);
  if (number === undefined) return otherwise;
  if (typeof number === "bigint") return number;
  if (Number.isFinite(number)) return integerOf(Math.trunc(number));
  // Of infinity Python's own error comes through; of NaN it does not.
  return Number.isNaN(number) ? otherwise : fail("cannot convert float infinity to integer");
}

function toFloat(value: Value, otherwise: Value): Value {
  if (value instanceof Undefined) return fail(value.message);
  if (typeof value === "string") {
    const number = parseFloatText(value);
    return number === undefined ? otherwise : floatOf(number);
  }
  const number = numberOf(value);
  return number === undefined ? otherwise : floatOf(Number(number));
}

function round(value: Value, given: readonly (Value | undefined)[]): Value {
  const [precision = 0, method = "common"] = given;
  if (method !== "common" && method !== "ceil" && method !== "floor")
    return fail("method must be common, ceil or floor");
  const number = numberOf(value);
  if (number === undefined) return fail(`type ${typeName(value)} doesn't define __round__ method`);
  const digits = indexOf(precision, "precision");
  if (method === "common" && !isFloat(value)) {
    return digits < 0 ? roundedToTens(number, -digits) : typeof value === "boolean" ? Number(value) : value;
  }
  return rounded(Number(number), digits, method);
}

function fileSize(value: Value, [binary]: readonly (Value | undefined)[]): Value {
  const size = numberOf(toFloat(value, null));
  if (size === undefined) return fail(`could not convert ${typeName(value)} to float`);
  const bytes = Number(size);
  const base = flag(binary) ? 1024 : 1000;
  if (bytes === 1) return "1 Byte";
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const prefixes = "kMGTPEZY".split("").map((letter) => (flag(binary) ? `${letter.toUpperCase()}iB` : `${letter}B`));
  const units = prefixes.map((_, index) => Number(BigInt(base) ** BigInt(index + 2)));
  const found = units.findIndex((unit) => bytes < unit);
  const index = found < 0 ? units.length - 1 : found;
  return `${fixedText((base * bytes) / (units[index] ?? 1), 1)} ${prefixes[index]}`;
}

/** Filters of numbers. */
export const NUMBERS: readonly (readonly [string, Filter])[] = [
  filter("abs", [], (value) => {
    const number = numberOf(value) ?? fail(`bad operand type for abs(): '${typeName(value)}'`);
    return number < 0 || value instanceof PyFloat || Object.is(number, -0)
      ? isInteger(value)
        ? -number
        : floatOf(Math.abs(Number(number)))
      : number;
  }),
  filter("filesizeformat", ["binary"], fileSize),
  filter("float", ["default"], (value, [instead = new PyFloat(0)]) => toFloat(value, instead)),
  filter("int", ["default", "base"], (value, [instead = 0, base = 10]) =>
    toInteger(value, instead, indexOf(base, "base")),
  ),
  filter("round", ["precision", "method"], round),
];
