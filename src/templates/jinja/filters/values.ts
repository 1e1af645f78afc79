// Filters of any value.
import { attribute } from "../attributes.js";
import { str } from "../text.js";
import { isTrue, orElse, typeName, Undefined, type Value } from "../values.js";
import { type Filter, filter, flag } from "./filter.js";

function otherwise(value: Value, given: readonly (Value | undefined)[]): Value {
  const [instead = "", always] = given;
  return value instanceof Undefined || (flag(always) && !isTrue(value)) ? instead : value;
}

/** Filters of any value. */
export const VALUES: readonly (readonly [string, Filter])[] = [
  filter(
    "attr",
    ["name"],
    (value, [name = ""], { budget }) => {
      return orElse(
        attribute(value, str(name), budget),
        () => new Undefined(`'${typeName(value)}' has no attribute '${str(name)}'`),
      );
    },
    1,
  ),
  filter("d", ["default_value", "boolean"], otherwise),
  filter("default", ["default_value", "boolean"], otherwise),
];
