// The values of Python that a template can meet. What JSON holds is JavaScript's own value but for dicts, which
// are maps (their order and keys are Python's), and for whole floats, which JavaScript cannot tell from ints.
import { ExactNumber } from "../../internal/exact-json.js";
import { fail, overLimit, unsupported } from "./failure.js";

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Value[]
  | PyDict
  | PyFloat
  | PyTuple
  | PyRange
  | PyIterator
  | DictView
  | Undefined
  | Namespace
  | PyFunction
  | PyObject
  | Markup;

export type PyDict = ReadonlyMap<Key, Value>;
export type Key = string | number | bigint | null;
export type KeywordArguments = ReadonlyMap<string, Value>;
export type Call = (args: readonly Value[], keywords: KeywordArguments) => Value;

/** A float that is a whole number or not finite. Any other is a plain number. */
export class PyFloat {
  constructor(readonly value: number) {}
}

export class PyTuple {
  constructor(
    readonly items: readonly Value[],
    /** The fields of a named tuple. */
    readonly fields?: readonly string[],
  ) {}
}

export class PyRange {
  readonly length: number;

  constructor(
    readonly start: number,
    readonly stop: number,
    readonly step: number,
  ) {
    this.length = Math.max(0, Math.ceil((stop - start) / step));
  }
}

/** A generator or iterator of Python: read once, without a length. */
export class PyIterator {
  constructor(readonly iterator: Iterator<Value>) {}
}

/** `dict.items()`, `.keys()` or `.values()`. */
export class DictView {
  constructor(
    readonly dict: PyDict,
    readonly kind: "items" | "keys" | "values",
  ) {}
}

/** What is not there. Prints as nothing; most uses of it fail with `message`. */
export class Undefined {
  constructor(readonly message: string) {}
}

export class Namespace {
  readonly attributes = new Map<string, Value>();
}

export class PyFunction {
  constructor(
    readonly name: string,
    readonly call: Call,
    /** As Python prints it, where that has no address in it. */
    readonly printed?: string,
  ) {}
}

/** An object with attributes: `loop`, a cycler, a macro. */
export interface PyObject {
  readonly typeName: string;
  attribute(name: string): Value | undefined;
  printed?(): string;
  readonly call?: Call;
}

/** Text that is marked as safe. It prints as it is; Python escapes what is joined to it, which is not supported. */
export class Markup {
  constructor(readonly text: string) {}
}

export function isDict(value: Value): value is PyDict {
  return value instanceof Map;
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isObject(value: Value): value is PyObject {
  return typeof value === "object" && value !== null && "typeName" in value;
}

/** True for a float, also a whole one. */
export function isFloat(value: Value): value is number | PyFloat {
  return value instanceof PyFloat || (typeof value === "number" && !Number.isInteger(value));
}

export function isInteger(value: Value): value is number | bigint {
  return typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value));
}

/** `??` for values, of which null is one. */
export function orElse(value: Value | undefined, otherwise: () => Value): Value {
  return value === undefined ? otherwise() : value;
}

/** The name of the type in Python's messages. */
export function typeName(value: Value): string {
  if (value === null) return "NoneType";
  if (typeof value === "string") return "str";
  if (typeof value === "boolean") return "bool";
  if (isInteger(value)) return "int";
  if (isFloat(value)) return "float";
  if (isList(value)) return "list";
  if (isDict(value)) return "dict";
  if (value instanceof PyTuple) return "tuple";
  if (value instanceof PyRange) return "range";
  if (value instanceof PyIterator) return "generator";
  if (value instanceof DictView) return `dict_${value.kind}`;
  if (value instanceof Undefined) return "Undefined";
  if (value instanceof Namespace) return "Namespace";
  if (value instanceof PyFunction) return "function";
  return value instanceof Markup ? "Markup" : value.typeName;
}

export function isTrue(value: Value): boolean {
  if (value === null || value === "" || value === 0 || value === 0n || value instanceof Undefined) return false;
  if (typeof value === "boolean") return value;
  if (isList(value)) return value.length > 0;
  if (isDict(value)) return value.size > 0;
  if (value instanceof PyTuple) return value.items.length > 0;
  if (value instanceof PyFloat) return value.value !== 0;
  if (value instanceof PyRange) return value.length > 0;
  if (value instanceof DictView) return value.dict.size > 0;
  return value instanceof Markup ? value.text !== "" : true;
}

/** The items that a `for` goes through. */
export function iterate(value: Value): Iterable<Value> {
  if (isList(value)) return value;
  if (typeof value === "string") return codePoints(value);
  if (isDict(value)) return value.keys();
  if (value instanceof PyTuple) return value.items;
  if (value instanceof DictView) return viewItems(value);
  if (value instanceof PyRange) return rangeItems(value);
  if (value instanceof PyIterator) return { [Symbol.iterator]: () => value.iterator };
  if (value instanceof Undefined) return [];
  if (value instanceof Markup) return unsupported("Going through a safe text");
  return fail(`'${typeName(value)}' object is not iterable`);
}

function* viewItems({ dict, kind }: DictView): Generator<Value> {
  if (kind === "keys") yield* dict.keys();
  else if (kind === "values") yield* dict.values();
  else for (const entry of dict) yield new PyTuple(entry);
}

function* rangeItems({ start, step, length }: PyRange): Generator<Value> {
  for (let index = 0; index < length; index += 1) yield start + index * step;
}

const SURROGATE = /[\uD800-\uDFFF]/;

/** The characters as Python counts them. */
export function codePoints(text: string): readonly string[] {
  return SURROGATE.test(text) ? Array.from(text) : text.split("");
}

export function textLength(text: string): number {
  return SURROGATE.test(text) ? Array.from(text).length : text.length;
}

/** `len(value)`, or nothing where Python has none. */
export function lengthOf(value: Value): number | undefined {
  if (typeof value === "string") return textLength(value);
  if (isList(value)) return value.length;
  if (isDict(value)) return value.size;
  if (value instanceof PyTuple) return value.items.length;
  if (value instanceof PyRange) return value.length;
  if (value instanceof DictView) return value.dict.size;
  if (value instanceof Markup) return textLength(value.text);
  return value instanceof Undefined ? 0 : undefined;
}

/** A number of Python as one of JavaScript's; nothing for what is not a number. Booleans are numbers. */
export function numberOf(value: Value): number | bigint | undefined {
  if (typeof value === "number" || typeof value === "bigint") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  return value instanceof PyFloat ? value.value : undefined;
}

/** A whole number in JavaScript's range; fails as Python does for anything else. */
export function indexOf(value: Value, what: string): number {
  if (typeof value === "boolean") return Number(value);
  if (isInteger(value)) return Number(value);
  return fail(`${what} must be an integer, not ${typeName(value)}`);
}

const COMPARED = 5_000_000;

/** Python's `==`. */
export function isEqual(left: Value, right: Value): boolean {
  let stepsLeft = COMPARED;
  const equal = (one: Value, other: Value): boolean => {
    if (one === other) return typeof one !== "number" || !Number.isNaN(one);
    if (--stepsLeft < 0) overLimit("Comparing two values takes too many steps.");
    const [number, otherNumber] = [numberOf(one), numberOf(other)];
    if (number !== undefined || otherNumber !== undefined)
      // `==` compares a number with a big one by value.
      return number !== undefined && otherNumber !== undefined && number == otherNumber;
    if (isList(one)) return isList(other) && sameItems(one, other);
    if (one instanceof PyTuple) return other instanceof PyTuple && sameItems(one.items, other.items);
    if (isDict(one)) {
      if (!isDict(other) || one.size !== other.size) return false;
      for (const [key, value] of one) {
        const mine = other.get(key);
        if (mine === undefined || !equal(value, mine)) return false;
      }
      return true;
    }
    if (one instanceof Markup || other instanceof Markup) return plain(one) === plain(other);
    if (one instanceof PyRange && other instanceof PyRange)
      return one.length === other.length && sameItems([...rangeItems(one)], [...rangeItems(other)]);
    if (one instanceof DictView && other instanceof DictView) return unsupported("Comparing views of dicts");
    return one instanceof Undefined && other instanceof Undefined;
  };
  const sameItems = (one: readonly Value[], other: readonly Value[]) =>
    one.length === other.length && one.every((item, index) => equal(item, other[index] as Value));
  return equal(left, right);
}

const plain = (value: Value) => (value instanceof Markup ? value.text : value);

/** Below, at or above zero, by Python's order. Fails for what has none. */
export function compare(left: Value, right: Value, operator: string): number {
  const [one, other] = [numberOf(left), numberOf(right)];
  if (one !== undefined && other !== undefined) return one < other ? -1 : one > other ? 1 : one === other ? 0 : NaN;
  if (typeof left === "string" && typeof right === "string") return compareText(left, right);
  const [items, otherItems] = [sequence(left), sequence(right)];
  if (items && otherItems && isList(left) === isList(right)) {
    const index = items.findIndex((item, at) => at >= otherItems.length || !isEqual(item, otherItems[at] as Value));
    if (index < 0 || index >= otherItems.length) return items.length - otherItems.length;
    return compare(items[index] as Value, otherItems[index] as Value, operator);
  }
  if (left instanceof Undefined) return fail(left.message);
  if (right instanceof Undefined) return fail(right.message);
  return fail(`'${operator}' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`);
}

function sequence(value: Value): readonly Value[] | undefined {
  return isList(value) ? value : value instanceof PyTuple ? value.items : undefined;
}

/** By code points, as Python orders texts. */
function compareText(left: string, right: string): number {
  if (left === right) return 0;
  if (!SURROGATE.test(left) && !SURROGATE.test(right)) return left < right ? -1 : 1;
  const [one, other] = [Array.from(left), Array.from(right)];
  for (let index = 0; index < Math.min(one.length, other.length); index += 1) {
    const difference = (one[index]?.codePointAt(0) ?? 0) - (other[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** Python's `needle in holder`. */
export function isIn(needle: Value, holder: Value): boolean {
  if (typeof holder === "string") {
    if (typeof needle === "string") return holder.includes(needle);
    return fail(`'in <string>' requires string as left operand, not ${typeName(needle)}`);
  }
  if (isDict(holder)) return isHashable(needle) && holder.has(keyOf(needle));
  if (holder instanceof DictView && holder.kind === "keys") return isHashable(needle) && holder.dict.has(keyOf(needle));
  if (!isIterable(holder)) return fail(`argument of type '${typeName(holder)}' is not iterable`);
  for (const item of iterate(holder)) if (isEqual(item, needle)) return true;
  return false;
}

export function isIterable(value: Value): boolean {
  return lengthOf(value) !== undefined || value instanceof PyIterator;
}

/** What can be looked for in a dict; a list fails, as in Python. What no dict of ours can hold is simply not in it. */
function isHashable(value: Value): boolean {
  if (isList(value) || isDict(value)) return fail(`unhashable type: '${typeName(value)}'`);
  return value === null || typeof value === "string" || numberOf(value) !== undefined;
}

/** The value as a key of a dict. Whole floats and booleans are the same key as the int, as in Python. */
export function keyOf(value: Value): Key {
  if (typeof value === "string" || value === null) return value;
  const number = numberOf(value);
  if (number !== undefined) return number;
  if (isList(value) || isDict(value)) return fail(`unhashable type: '${typeName(value)}'`);
  return unsupported(`A dict key of type ${typeName(value)}`);
}

function exactNumber(text: string): Value {
  if (!/[.eE]/.test(text)) return BigInt(text);
  const value = Number(text);
  return Number.isInteger(value) || !Number.isFinite(value) ? new PyFloat(value) : value;
}

/** What JSON can say as values of Python. Own objects of the row only; nothing of theirs is kept. */
export function fromJson(value: unknown): Value {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "bigint":
      return value;
    case "number":
      // JavaScript writes an exponent from here on, which makes it a float for Python.
      if (Math.abs(value) < 1e21) return value === 0 ? 0 : value;
      return new PyFloat(value);
    case "object":
      if (value === null) return null;
      if (Array.isArray(value)) return value.map(fromJson);
      if (value instanceof ExactNumber) return exactNumber(value.text);
      return new Map(
        Object.entries(value)
          .filter(([, item]) => item !== undefined)
          .map(([key, item]) => [key, fromJson(item)]),
      );
    default:
      return null;
  }
}
