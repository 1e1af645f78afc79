// What stands behind `is`.
import { take } from "./arguments.js";
import { fail, unsupported } from "./failure.js";
import { arithmetic } from "./numbers.js";
import { str } from "./text.js";
import {
  compare,
  isDict,
  isEqual,
  isFloat,
  isIn,
  isInteger,
  isIterable,
  isList,
  isObject,
  type KeywordArguments,
  lengthOf,
  Markup,
  numberOf,
  PyFunction,
  PyRange,
  PyTuple,
  typeName,
  Undefined,
  type Value,
} from "./values.js";

type Test = (value: Value, args: readonly Value[], keywords: KeywordArguments) => boolean;

export function findTest(name: string): Test | undefined {
  return TESTS.get(name);
}

const plain = (name: string, is: (value: Value) => boolean): [string, Test] => [
  name,
  (value, args, keywords) => {
    take(name, args, keywords, [], 0);
    return is(value);
  },
];

const pair = (is: (left: Value, right: Value) => boolean, ...names: string[]): [string, Test][] =>
  names.map((name) => [
    name,
    (value, args, keywords) => is(value, take(name, args, keywords, ["other"], 1)[0] ?? null),
  ]);

const ordered = (operator: string, is: (order: number) => boolean, ...names: string[]) =>
  pair((left, right) => is(compare(left, right, operator)), operator, ...names);

function rest(value: Value, by: Value): Value {
  return (
    arithmetic("%", value, by) ?? fail(`unsupported operand type(s) for %: '${typeName(value)}' and '${typeName(by)}'`)
  );
}

function isSame(left: Value, right: Value): boolean {
  if (left === null || right === null || typeof left === "boolean" || typeof right === "boolean") return left === right;
  if (typeof left === "object" && typeof right === "object") return left === right;
  // Which texts and numbers are one object is Python's own affair.
  return typeof left === typeof right ? unsupported("sameas for texts and numbers") : false;
}

const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  plain("defined", (value) => !(value instanceof Undefined)),
  plain("undefined", (value) => value instanceof Undefined),
  plain("none", (value) => value === null),
  plain("boolean", (value) => typeof value === "boolean"),
  plain("true", (value) => value === true),
  plain("false", (value) => value === false),
  plain("integer", isInteger),
  plain("float", isFloat),
  plain("number", (value) => numberOf(value) !== undefined),
  plain("string", (value) => typeof value === "string" || value instanceof Markup),
  plain("mapping", isDict),
  plain("iterable", isIterable),
  plain("sequence", isSequence),
  plain(
    "callable",
    (value) =>
      value instanceof PyFunction || value instanceof Undefined || (isObject(value) && value.call !== undefined),
  ),
  plain("escaped", (value) => value instanceof Markup),
  plain("odd", (value) => isEqual(rest(value, 2), 1)),
  plain("even", (value) => isEqual(rest(value, 2), 0)),
  plain("lower", (value) => hasCase(value) && str(value) === str(value).toLowerCase()),
  plain("upper", (value) => hasCase(value) && str(value) === str(value).toUpperCase()),
  ...pair((value, by) => isEqual(rest(value, by), 0), "divisibleby"),
  ...pair(isSame, "sameas"),
  ...pair((value, holder) => isIn(value, holder), "in"),
  ...pair(isEqual, "==", "eq", "equalto"),
  ...pair((left, right) => !isEqual(left, right), "!=", "ne"),
  ...ordered(">", (order) => order > 0, "gt", "greaterthan"),
  ...ordered(">=", (order) => order >= 0, "ge"),
  ...ordered("<", (order) => order < 0, "lt", "lessthan"),
  ...ordered("<=", (order) => order <= 0, "le"),
  plain("filter", () => unsupported("The test filter")),
  plain("test", () => unsupported("The test test")),
]);

const hasCase = (value: Value) => /[\p{Lu}\p{Ll}\p{Lt}]/u.test(str(value));

/** Has a length and is asked for items by number or key. */
function isSequence(value: Value): boolean {
  if (value instanceof Undefined || value instanceof Markup) return true;
  const subscribed =
    typeof value === "string" || isList(value) || isDict(value) || value instanceof PyTuple || value instanceof PyRange;
  return subscribed && lengthOf(value) !== undefined;
}
