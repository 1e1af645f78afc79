// `pprint.pformat` of Python: dicts sorted by their keys, and what is longer than a line written over several.
import type { Budget } from "./limits.js";
import { SPACE_CLASS } from "./space.js";
import { splitLines } from "./string-methods.js";
import { repr } from "./text.js";
import { compare, isDict, isList, type Key, type PyDict, PyTuple, textLength, type Value } from "./values.js";

const WIDTH = 80;

/** Where a value is written: behind `indent` columns, with `allowance` columns of brackets to come behind it. */
interface Place {
  readonly indent: number;
  readonly allowance: number;
  /** Zero for the whole value. */
  readonly level: number;
}

/** `pformat(value)`. */
export function prettyPrint(value: Value, budget: Budget): string {
  return written(sorted(value, budget), { indent: 0, allowance: 0, level: 0 }, budget);
}

/** The value with the keys of every dict in order. */
function sorted(value: Value, budget: Budget): Value {
  budget.step();
  return budget.deeper(() => {
    if (isList(value)) return value.map((item) => sorted(item, budget));
    if (value instanceof PyTuple)
      return new PyTuple(
        value.items.map((item) => sorted(item, budget)),
        value.fields,
      );
    if (!isDict(value)) return value;
    const entries = [...value].map(([key, item]): [Key, Value] => [key, sorted(item, budget)]);
    return new Map(entries.sort(([left], [right]) => byKey(left, right)));
  });
}

/** Keys that cannot be compared go by the name of their type. */
function byKey(left: Key, right: Key): number {
  const rank = (key: Key) => (key === null ? 0 : typeof key === "string" ? 2 : 1);
  return rank(left) - rank(right) || (left === null ? 0 : compare(left, right, "<"));
}

function written(value: Value, place: Place, budget: Budget): string {
  budget.step();
  const whole = repr(value);
  if (textLength(whole) <= WIDTH - place.indent - place.allowance) return whole;
  const inner = { ...place, level: place.level + 1 };
  return budget.deeper(() => {
    if (isDict(value)) return `{${entries(value, inner, budget)}}`;
    if (isList(value)) return `[${items(value, inner, 1, budget)}]`;
    if (value instanceof PyTuple && !value.fields) {
      const end = value.items.length === 1 ? ",)" : ")";
      return `(${items(value.items, inner, end.length, budget)}${end}`;
    }
    return typeof value === "string" ? text(value, inner) : whole;
  });
}

function entries(dict: PyDict, { indent, allowance, level }: Place, budget: Budget): string {
  const all = [...dict];
  return all
    .map(([key, item], index) => {
      const name = repr(key);
      const place = {
        indent: indent + 1 + textLength(name) + 2,
        allowance: index === all.length - 1 ? allowance + 1 : 1,
        level,
      };
      return `${name}: ${written(item, place, budget)}`;
    })
    .join(`,\n${" ".repeat(indent + 1)}`);
}

function items(all: readonly Value[], { indent, allowance, level }: Place, end: number, budget: Budget): string {
  return all
    .map((item, index) =>
      written(item, { indent: indent + 1, allowance: index === all.length - 1 ? allowance + end : 1, level }, budget),
    )
    .join(`,\n${" ".repeat(indent + 1)}`);
}

const WORDS = new RegExp(`(?:(?!${SPACE_CLASS})[^])*${SPACE_CLASS}*`, "gu");

/** A long text as several that stand below each other, in brackets where it is the whole value. */
function text(value: string, { indent: outer, allowance: after, level }: Place): string {
  const brackets = level === 1;
  const indent = brackets ? outer + 1 : outer;
  const allowance = brackets ? after + 1 : after;
  const width = WIDTH - indent;
  const pieces: string[] = [];
  const lines = splitLines(value, true);
  lines.forEach((line, index) => {
    const last = index === lines.length - 1;
    if (textLength(repr(line)) <= (last ? width - allowance : width)) return pieces.push(repr(line));
    const words = (line.match(WORDS) ?? []).filter(Boolean);
    let current = "";
    words.forEach((word, at) => {
      const room = last && at === words.length - 1 ? width - allowance : width;
      if (textLength(repr(current + word)) <= room) current += word;
      else {
        if (current !== "") pieces.push(repr(current));
        current = word;
      }
    });
    return pieces.push(repr(current));
  });
  if (pieces.length === 1) return repr(lines.at(-1) ?? "");
  const joined = pieces.join(`\n${" ".repeat(indent)}`);
  return brackets ? `(${joined})` : joined;
}
