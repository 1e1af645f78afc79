// Python's operators on the values of a template.
import { fail, unsupported } from "./failure.js";
import { formatPercent } from "./format.js";
import { escapeHtml } from "./html.js";
import type { Budget } from "./limits.js";
import { arithmetic } from "./numbers.js";
import type { BinaryOperator, Comparison } from "./syntax.js";
import {
  compare,
  isEqual,
  isIn,
  isList,
  Markup,
  numberOf,
  PyTuple,
  typeName,
  Undefined,
  type Value,
} from "./values.js";

/** `left operator right`, as Python computes it. */
export function binary(operator: BinaryOperator, left: Value, right: Value, budget: Budget): Value {
  const numeric = arithmetic(operator, left, right);
  if (numeric !== undefined) return numeric;
  if (typeof left === "string" && operator === "%") return formatPercent(left, right, budget);
  for (const side of [left, right]) if (side instanceof Undefined) return fail(side.message);
  if (left instanceof Markup || right instanceof Markup) return joinSafe(operator, left, right);
  if (operator === "+") {
    if (typeof left === "string" && typeof right === "string") return left + right;
    if (isList(left) && isList(right)) return [...left, ...right];
    if (left instanceof PyTuple && right instanceof PyTuple) return new PyTuple([...left.items, ...right.items]);
  }
  if (operator === "*") {
    const repeated = repeat(left, right, budget) ?? repeat(right, left, budget);
    if (repeated !== undefined) return repeated;
  }
  return fail(`unsupported operand type(s) for ${operator}: '${typeName(left)}' and '${typeName(right)}'`);
}

function repeat(value: Value, times: Value, budget: Budget): Value | undefined {
  const count = typeof times === "object" ? undefined : numberOf(times);
  if (count === undefined || !Number.isInteger(Number(count))) return undefined;
  const wanted = Math.max(0, Number(count));
  if (typeof value === "string") {
    budget.size(value.length * wanted);
    return value.repeat(wanted);
  }
  const items = isList(value) ? value : value instanceof PyTuple ? value.items : undefined;
  if (items === undefined) return undefined;
  budget.size(items.length * wanted);
  const all: Value[] = [];
  for (let round = 0; round < wanted; round += 1) for (const item of items) all.push(item);
  return isList(value) ? all : new PyTuple(all);
}

/** With `+`, what is joined to a safe text is escaped. */
function joinSafe(operator: string, left: Value, right: Value): Value {
  const safe = (value: Value) =>
    value instanceof Markup ? value.text : typeof value === "string" ? escapeHtml(value) : undefined;
  const [one, other] = [safe(left), safe(right)];
  if (operator !== "+" || one === undefined || other === undefined) return unsupported("Computing with a safe text");
  return new Markup(one + other);
}

/** Whether `left operator right` is true. */
export function holds(operator: Comparison, left: Value, right: Value): boolean {
  switch (operator) {
    case "==":
      return isEqual(left, right);
    case "!=":
      return !isEqual(left, right);
    case "in":
      return isIn(left, right);
    case "notin":
      return !isIn(left, right);
    case "<":
      return compare(left, right, operator) < 0;
    case "<=":
      return compare(left, right, operator) <= 0;
    case ">":
      return compare(left, right, operator) > 0;
    case ">=":
      return compare(left, right, operator) >= 0;
  }
}
