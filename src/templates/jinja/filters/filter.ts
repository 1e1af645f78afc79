// What a filter of Jinja is, and what filters share.
import { take } from "../arguments.js";
import { getItem } from "../attributes.js";
import type { Budget } from "../limits.js";
import { isTrue, type KeywordArguments, PyIterator, Undefined, type Value } from "../values.js";

/** What a filter may ask of the interpreter. */
export interface FilterContext {
  readonly budget: Budget;
  filter(name: string, value: Value, args: readonly Value[], keywords: KeywordArguments): Value;
  test(name: string, value: Value, args: readonly Value[], keywords: KeywordArguments): boolean;
}

export type Filter = (
  value: Value,
  args: readonly Value[],
  keywords: KeywordArguments,
  context: FilterContext,
) => Value;

/** A filter with these parameters after the value, of which none is required but where `required` says so. */
export function filter(
  name: string,
  parameters: readonly string[],
  apply: (value: Value, given: readonly (Value | undefined)[], context: FilterContext) => Value,
  required = 0,
): [string, Filter] {
  return [
    name,
    (value, args, keywords, context) => apply(value, take(name, args, keywords, parameters, required), context),
  ];
}

export const missing = (what: string) => new Undefined(`${what}, sequence was empty.`);
export const isGiven = (value: Value | undefined): value is Value => value !== undefined && value !== null;
export const flag = (value: Value | undefined) => value !== undefined && isTrue(value);
export const generator = (iterator: Iterator<Value>) => new PyIterator(iterator);

export type Getter = (item: Value) => Value;

/** How an item is looked at: by a path with dots, a number, or as it is. */
export function getter(path: Value | undefined, { budget }: FilterContext, otherwise?: Value): Getter {
  if (!isGiven(path)) return (item) => item;
  const parts: Value[] =
    typeof path === "string" ? path.split(".").map((word) => (/^\d+$/.test(word) ? Number(word) : word)) : [path];
  return (item) => {
    let found = item;
    for (const part of parts) {
      found = getItem(found, part, budget);
      if (isGiven(otherwise) && found instanceof Undefined) found = otherwise;
    }
    return found;
  };
}

export const ignoreCase = (value: Value) => (typeof value === "string" ? value.toLowerCase() : value);
