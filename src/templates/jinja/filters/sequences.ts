// Filters of sequences and of each of their items.
import { fail, unsupported } from "../failure.js";
import { arithmetic } from "../numbers.js";
import { str } from "../text.js";
import {
  codePoints,
  DictView,
  indexOf,
  isDict,
  isIterable,
  isList,
  isTrue,
  iterate,
  type KeywordArguments,
  lengthOf,
  orElse,
  PyIterator,
  typeName,
  Undefined,
  type Value,
} from "../values.js";
import { type Filter, filter, type FilterContext, generator, type Getter, getter, isGiven, missing } from "./filter.js";

const map: Filter = (value, args, keywords, context) => {
  const apply = mapping(args, keywords, context);
  return generator(
    (function* () {
      if (isTrue(value)) for (const item of iterate(value)) yield apply(item);
    })(),
  );
};

function mapping(args: readonly Value[], keywords: KeywordArguments, context: FilterContext): Getter {
  if (args.length === 0 && keywords.has("attribute")) {
    for (const name of keywords.keys())
      if (name !== "attribute" && name !== "default") return fail(`Unexpected keyword argument '${name}'`);
    return getter(keywords.get("attribute"), context, keywords.get("default"));
  }
  const [name, ...more] = args;
  if (typeof name !== "string") return fail("map requires a filter argument");
  return (item) => context.filter(name, item, more, keywords);
}

function selection(keep: boolean, byAttribute: boolean): Filter {
  return (value, args, keywords, context) => {
    if (byAttribute && args.length === 0) return fail("Missing parameter for attribute name");
    const get = byAttribute ? getter(args[0], context) : (item: Value) => item;
    const [name, ...more] = byAttribute ? args.slice(1) : args;
    const holds = (item: Value) => {
      if (name === undefined) return isTrue(get(item));
      return typeof name === "string" ? context.test(name, get(item), more, keywords) : fail("There is no such test");
    };
    return generator(
      (function* () {
        if (isTrue(value)) for (const item of iterate(value)) if (holds(item) === keep) yield item;
      })(),
    );
  };
}

function* batches(value: Value, size: number, fill: Value | undefined): Generator<Value> {
  let batch: Value[] = [];
  for (const item of iterate(value)) {
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
    batch.push(item);
  }
  if (batch.length === 0) return;
  if (isGiven(fill)) while (batch.length < size) batch.push(fill);
  yield batch;
}

function* slices(value: Value, count: number, fill: Value | undefined): Generator<Value> {
  const items = [...iterate(value)];
  const size = Math.floor(items.length / count);
  const larger = items.length % count;
  let from = 0;
  for (let index = 0; index < count; index += 1) {
    const slice = items.slice(from, (from += size + (index < larger ? 1 : 0)));
    if (isGiven(fill) && index >= larger) slice.push(fill);
    yield slice;
  }
}

/** Where there is a choice, no two renderings are the same. */
function random(value: Value): Value {
  const items =
    isList(value) || typeof value === "string"
      ? [...iterate(value)]
      : unsupported(`A random item of a ${typeName(value)}`);
  if (items.length > 1) return unsupported("The filter random, which gives another item each time,");
  return orElse(items[0], () => missing("No random item"));
}

function reversed(value: Value): Value {
  if (typeof value === "string") return codePoints(value).toReversed().join("");
  if (!isIterable(value)) return fail("argument must be iterable");
  if (value instanceof PyIterator) return [...iterate(value)].reverse();
  return generator([...iterate(value)].reverse()[Symbol.iterator]());
}

function length(value: Value): Value {
  return lengthOf(value) ?? fail(`object of type '${typeName(value)}' has no len()`);
}

function sumOf(value: Value, given: readonly (Value | undefined)[], context: FilterContext): Value {
  const [path, start = 0] = given;
  const get = getter(path, context);
  let total = start;
  for (const item of iterate(value)) {
    const next = get(item);
    total =
      arithmetic("+", total, next) ??
      (isList(total) && isList(next)
        ? [...total, ...next]
        : fail(`unsupported operand type(s) for +: '${typeName(total)}' and '${typeName(next)}'`));
  }
  return total;
}

function join(value: Value, given: readonly (Value | undefined)[], context: FilterContext): Value {
  const [separator = "", path] = given;
  const get = getter(path, context);
  const glue = str(separator);
  let size = 0;
  const words = [...iterate(value)].map((item) => {
    const word = str(get(item));
    context.budget.size((size += word.length + glue.length));
    return word;
  });
  return words.join(glue);
}

function last(value: Value): Value {
  if (value instanceof PyIterator) return fail("'generator' object is not reversible");
  return orElse((isList(value) ? value : [...iterate(value)]).at(-1), () => missing("No last item"));
}

function first(value: Value): Value {
  for (const item of iterate(value)) return item;
  return missing("No first item");
}

function items(value: Value): Value {
  if (value instanceof Undefined) return generator([][Symbol.iterator]());
  if (!isDict(value)) return fail("Can only get item pairs from a mapping.");
  return generator(iterate(new DictView(value, "items"))[Symbol.iterator]());
}

/** Filters of sequences and of each of their items. */
export const SEQUENCES: readonly (readonly [string, Filter])[] = [
  filter(
    "batch",
    ["linecount", "fill_with"],
    (value, [count = 0, fill]) => generator(batches(value, indexOf(count, "linecount"), fill)),
    1,
  ),
  filter("count", [], length),
  filter("first", [], first),
  filter("items", [], items),
  filter("join", ["d", "attribute"], join),
  filter("last", [], last),
  filter("length", [], length),
  filter("list", [], (value) => [...iterate(value)]),
  ["map", map],
  filter("random", [], random),
  ["reject", selection(false, false)],
  ["rejectattr", selection(false, true)],
  filter("reverse", [], reversed),
  ["select", selection(true, false)],
  ["selectattr", selection(true, true)],
  filter(
    "slice",
    ["slices", "fill_with"],
    (value, [count = 0, fill]) => generator(slices(value, indexOf(count, "slices"), fill)),
    1,
  ),
  filter("sum", ["attribute", "start"], sumOf),
];
