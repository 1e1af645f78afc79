// Filters that order, group and compare items.
import { fail } from "../failure.js";
import { compare, isDict, iterate, keyOf, orElse, PyTuple, typeName, type Value } from "../values.js";
import { type Filter, filter, type FilterContext, flag, generator, getter, ignoreCase, missing } from "./filter.js";

function sortedBy(items: readonly Value[], key: (item: Value) => readonly Value[], reverse: boolean): Value[] {
  const keyed = items.map((item, index) => ({ item, index, key: key(item) }));
  keyed.sort((left, right) => {
    const order = compare(left.key, right.key, "<");
    return (reverse ? -order : order) || left.index - right.index;
  });
  return keyed.map(({ item }) => item);
}

function sort(value: Value, given: readonly (Value | undefined)[], context: FilterContext): Value[] {
  const [reverse, sensitive, path] = given;
  const getters =
    typeof path === "string" ? path.split(",").map((one) => getter(one, context)) : [getter(path, context)];
  const fold = flag(sensitive) ? (item: Value) => item : ignoreCase;
  return sortedBy([...iterate(value)], (item) => getters.map((get) => fold(get(item))), flag(reverse));
}

function* grouped(value: Value, given: readonly (Value | undefined)[], context: FilterContext): Generator<Value> {
  const [path, otherwise, sensitive] = given;
  const get = getter(path, context, otherwise);
  const fold = flag(sensitive) ? (item: Value) => item : ignoreCase;
  const key = (item: Value) => fold(get(item));
  let group: Value[] = [];
  const made = () => new PyTuple([get(group[0] as Value), group], ["grouper", "list"]);
  for (const item of sortedBy([...iterate(value)], (one) => [key(one)], false)) {
    if (group.length > 0 && compare(key(group[0] as Value), key(item), "<") !== 0) {
      yield made();
      group = [];
    }
    group.push(item);
  }
  if (group.length > 0) yield made();
}

function* unique(value: Value, given: readonly (Value | undefined)[], context: FilterContext): Generator<Value> {
  const [sensitive, path] = given;
  const get = getter(path, context);
  const seen = new Set<unknown>();
  for (const item of iterate(value)) {
    const key = keyOf(flag(sensitive) ? get(item) : ignoreCase(get(item)));
    if (seen.has(key)) continue;
    seen.add(key);
    yield item;
  }
}

function extreme(name: "min" | "max"): [string, Filter] {
  return filter(name, ["case_sensitive", "attribute"], (value, [sensitive, path], context) => {
    const get = getter(path, context);
    const key = (item: Value) => (flag(sensitive) ? get(item) : ignoreCase(get(item)));
    let found: Value | undefined;
    for (const item of iterate(value)) {
      if (found === undefined) found = item;
      else if (name === "min" ? compare(key(item), key(found), "<") < 0 : compare(key(item), key(found), ">") > 0)
        found = item;
    }
    return orElse(found, () => missing("No aggregated item"));
  });
}

function dictSort(value: Value, given: readonly (Value | undefined)[]): Value {
  const [sensitive, by = "key", reverse] = given;
  if (!isDict(value)) return fail(`'${typeName(value)}' object has no attribute 'items'`);
  if (by !== "key" && by !== "value") return fail('You can only sort by either "key" or "value"');
  const position = by === "key" ? 0 : 1;
  return sortedBy(
    [...value].map((entry) => new PyTuple(entry)),
    (item) => {
      const key = item instanceof PyTuple ? (item.items[position] ?? null) : null;
      return [flag(sensitive) ? key : ignoreCase(key)];
    },
    flag(reverse),
  );
}

/** Filters that order, group and compare items. */
export const ORDER: readonly (readonly [string, Filter])[] = [
  filter("dictsort", ["case_sensitive", "by", "reverse"], dictSort),
  filter(
    "groupby",
    ["attribute", "default", "case_sensitive"],
    (value, given, context) => [...grouped(value, given, context)],
    1,
  ),
  extreme("max"),
  extreme("min"),
  filter("sort", ["reverse", "case_sensitive", "attribute"], sort),
  filter("unique", ["case_sensitive", "attribute"], (value, given, context) =>
    generator(unique(value, given, context)),
  ),
];
