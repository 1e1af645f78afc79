// Jinja's filters, and `tojson` as transformers defines it.
import { take } from "./arguments.js";
import { attribute, getItem } from "./attributes.js";
import { fail, unsupported } from "./failure.js";
import { formatPercent } from "./format.js";
import { attributesOf, escapeHtml, linked, urlEncoded, withoutTags } from "./html.js";
import { dumps } from "./json.js";
import type { Budget } from "./limits.js";
import { arithmetic, fixedText, floatOf, integerOf, rounded, roundedToTens } from "./numbers.js";
import { prettyPrint } from "./pretty-print.js";
import { stripEnd, stripStart } from "./space.js";
import { capitalized, centered, replaced, splitLines } from "./string-methods.js";
import { str } from "./text.js";
import {
  codePoints,
  compare,
  DictView,
  indexOf,
  isDict,
  isFloat,
  isInteger,
  isIterable,
  isList,
  isTrue,
  iterate,
  keyOf,
  type KeywordArguments,
  lengthOf,
  Markup,
  numberOf,
  orElse,
  PyFloat,
  PyIterator,
  PyTuple,
  typeName,
  Undefined,
  type Value,
} from "./values.js";
import { wrapLine } from "./word-wrap.js";

/** What a filter may ask of the interpreter. */
export interface FilterContext {
  readonly budget: Budget;
  filter(name: string, value: Value, args: readonly Value[], keywords: KeywordArguments): Value;
  test(name: string, value: Value, args: readonly Value[], keywords: KeywordArguments): boolean;
}

type Filter = (value: Value, args: readonly Value[], keywords: KeywordArguments, context: FilterContext) => Value;

/** Nothing for a name that Jinja has no filter of. */
export function findFilter(name: string): Filter | undefined {
  return FILTERS.get(name);
}

/** A filter with these parameters after the value, of which none is required but where `required` says so. */
function filter(
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

const missing = (what: string) => new Undefined(`${what}, sequence was empty.`);
const isGiven = (value: Value | undefined): value is Value => value !== undefined && value !== null;
const flag = (value: Value | undefined) => value !== undefined && isTrue(value);
const generator = (iterator: Iterator<Value>) => new PyIterator(iterator);

// ── of attributes ──

type Getter = (item: Value) => Value;

/** How an item is looked at: by a path with dots, a number, or as it is. */
function getter(path: Value | undefined, { budget }: FilterContext, otherwise?: Value): Getter {
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

const ignoreCase = (value: Value) => (typeof value === "string" ? value.toLowerCase() : value);

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

// ── of every item ──

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

// ── of numbers ──

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

// ── of texts ──

function indent(value: Value, given: readonly (Value | undefined)[], { budget }: FilterContext): Value {
  const [width = 4, first, blank] = given;
  if (typeof value !== "string") return fail(`can only concatenate ${typeName(value)} (not "str")`);
  const indention = typeof width === "string" ? width : " ".repeat(Math.max(0, indexOf(width, "width")));
  const lines = splitLines(`${value}\n`);
  budget.size(value.length + lines.length * indention.length);
  const [head = "", ...rest] = lines;
  const indented = rest.map((line) => (line === "" && !flag(blank) ? line : indention + line));
  return (flag(first) ? indention : "") + [head, ...indented].join("\n");
}

function truncate(value: Value, given: readonly (Value | undefined)[]): Value {
  const [length = 255, killWords, end = "...", leeway] = given;
  const text = codePoints(typeof value === "string" ? value : fail("truncate needs a text"));
  const most = indexOf(length, "length");
  const tail = str(end);
  if (most < codePoints(tail).length) return fail(`expected length >= ${codePoints(tail).length}, got ${most}`);
  if (text.length <= most + (isGiven(leeway) ? indexOf(leeway, "leeway") : 5)) return value;
  const kept = text.slice(0, most - codePoints(tail).length).join("");
  if (flag(killWords)) return kept + tail;
  const space = kept.lastIndexOf(" ");
  return (space < 0 ? kept : kept.slice(0, space)) + tail;
}

function title(value: Value): Value {
  return str(value)
    .split(/([-\s({[<]+)/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join("");
}

function urlize(value: Value, given: readonly (Value | undefined)[]): Value {
  const [limit, nofollow, target, rel, schemes] = given;
  const words = isGiven(rel) ? str(rel).split(/\s+/).filter(Boolean) : [];
  const follows = [...words, "noopener", ...(flag(nofollow) ? ["nofollow"] : [])];
  return linked(value, {
    ...(isGiven(limit) && { limit: indexOf(limit, "trim_url_limit") }),
    rel: [...new Set(follows)].sort().join(" "),
    ...(isGiven(target) && { target: str(target) }),
    schemes: (isGiven(schemes) ? [...iterate(schemes)] : []).map((scheme) =>
      typeof scheme === "string" && /^[\p{L}\p{N}_.+-]{2,}:\/{0,2}$/u.test(scheme)
        ? scheme
        : fail(`${str(scheme)} is not a valid URI scheme prefix.`),
    ),
  });
}

function wordWrap(value: Value, given: readonly (Value | undefined)[], { budget }: FilterContext): Value {
  const [width = 79, breakLongWords = true, separator, breakOnHyphens = true] = given;
  if (typeof value !== "string") return fail(`'${typeName(value)}' object has no attribute 'splitlines'`);
  const columns = indexOf(width, "width");
  const end = isGiven(separator) ? str(separator) : "\n";
  const lines = splitLines(value).map((line) => {
    if (columns <= 0) return fail(`invalid width ${columns} (must be > 0)`);
    return wrapLine(line, {
      width: columns,
      breakLongWords: isTrue(breakLongWords),
      breakOnHyphens: isTrue(breakOnHyphens),
    });
  });
  const wrapped = lines.map((line) => line.join(end));
  budget.size(wrapped.reduce((sum, line) => sum + line.length + end.length, 0));
  return wrapped.join(end);
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

/** Where there is a choice, no two renderings are the same. */
function random(value: Value): Value {
  const items =
    isList(value) || typeof value === "string"
      ? [...iterate(value)]
      : unsupported(`A random item of a ${typeName(value)}`);
  if (items.length > 1) return unsupported("The filter random, which gives another item each time,");
  return orElse(items[0], () => missing("No random item"));
}

function toJson(value: Value, given: readonly (Value | undefined)[]): Value {
  const [ensureAscii, indentGiven, separators, sortKeys] = given;
  const indention = isGiven(indentGiven)
    ? typeof indentGiven === "string"
      ? indentGiven
      : " ".repeat(Math.max(0, indexOf(indentGiven, "indent")))
    : undefined;
  const [item = indention === undefined ? ", " : ",", key = ": "] = isGiven(separators) ? [...iterate(separators)] : [];
  if (typeof item !== "string" || typeof key !== "string") return fail("separators must be two texts");
  return dumps(value, {
    ensureAscii: flag(ensureAscii),
    ...(indention !== undefined && { indent: indention }),
    itemSeparator: item,
    keySeparator: key,
    sortKeys: flag(sortKeys),
  });
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

function otherwise(value: Value, given: readonly (Value | undefined)[]): Value {
  const [instead = "", always] = given;
  return value instanceof Undefined || (flag(always) && !isTrue(value)) ? instead : value;
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

function items(value: Value): Value {
  if (value instanceof Undefined) return generator([][Symbol.iterator]());
  if (!isDict(value)) return fail("Can only get item pairs from a mapping.");
  return generator(iterate(new DictView(value, "items"))[Symbol.iterator]());
}

const FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  filter("abs", [], (value) => {
    const number = numberOf(value) ?? fail(`bad operand type for abs(): '${typeName(value)}'`);
    return number < 0 || value instanceof PyFloat || Object.is(number, -0)
      ? isInteger(value)
        ? -number
        : floatOf(Math.abs(Number(number)))
      : number;
  }),
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
  filter(
    "batch",
    ["linecount", "fill_with"],
    (value, [count = 0, fill]) => generator(batches(value, indexOf(count, "linecount"), fill)),
    1,
  ),
  filter("capitalize", [], (value) => capitalized(str(value))),
  filter("center", ["width"], (value, [width = 80], { budget }) =>
    centered(str(value), indexOf(width, "width"), " ", budget),
  ),
  filter("count", [], length),
  filter("d", ["default_value", "boolean"], otherwise),
  filter("default", ["default_value", "boolean"], otherwise),
  filter("dictsort", ["case_sensitive", "by", "reverse"], dictSort),
  filter("e", [], (value) => (value instanceof Markup ? value : new Markup(escapeHtml(str(value))))),
  filter("escape", [], (value) => (value instanceof Markup ? value : new Markup(escapeHtml(str(value))))),
  filter("filesizeformat", ["binary"], fileSize),
  filter("first", [], first),
  filter("float", ["default"], (value, [instead = new PyFloat(0)]) => toFloat(value, instead)),
  filter("forceescape", [], (value) => new Markup(escapeHtml(str(value)))),
  [
    "format",
    (value, args, keywords, { budget }) => {
      if (args.length > 0 && keywords.size > 0)
        return fail("can't handle positional and keyword arguments at the same time");
      return formatPercent(str(value), keywords.size > 0 ? new Map(keywords) : new PyTuple(args), budget);
    },
  ],
  filter(
    "groupby",
    ["attribute", "default", "case_sensitive"],
    (value, given, context) => [...grouped(value, given, context)],
    1,
  ),
  filter("indent", ["width", "first", "blank"], indent),
  filter("int", ["default", "base"], (value, [instead = 0, base = 10]) =>
    toInteger(value, instead, indexOf(base, "base")),
  ),
  filter("items", [], items),
  filter("join", ["d", "attribute"], join),
  filter("last", [], last),
  filter("length", [], length),
  filter("list", [], (value) => [...iterate(value)]),
  filter("lower", [], (value) => str(value).toLowerCase()),
  ["map", map],
  extreme("max"),
  extreme("min"),
  filter("pprint", [], (value, _, { budget }) => prettyPrint(value, budget)),
  filter("random", [], random),
  ["reject", selection(false, false)],
  ["rejectattr", selection(false, true)],
  filter(
    "replace",
    ["old", "new", "count"],
    (value, [old = "", by = "", count], { budget }) =>
      replaced(str(value), str(old), str(by), isGiven(count) ? indexOf(count, "count") : -1, budget),
    2,
  ),
  filter("reverse", [], reversed),
  filter("round", ["precision", "method"], round),
  filter("safe", [], (value) => new Markup(str(value))),
  ["select", selection(true, false)],
  ["selectattr", selection(true, true)],
  filter(
    "slice",
    ["slices", "fill_with"],
    (value, [count = 0, fill]) => generator(slices(value, indexOf(count, "slices"), fill)),
    1,
  ),
  filter("sort", ["reverse", "case_sensitive", "attribute"], sort),
  filter("string", [], str),
  filter("striptags", [], withoutTags),
  filter("sum", ["attribute", "start"], sumOf),
  filter("title", [], title),
  filter("tojson", ["ensure_ascii", "indent", "separators", "sort_keys"], toJson),
  filter("trim", ["chars"], (value, [characters]) => {
    const set = isGiven(characters) ? str(characters) : undefined;
    return stripStart(stripEnd(str(value), set), set);
  }),
  filter("truncate", ["length", "killwords", "end", "leeway"], truncate),
  filter("unique", ["case_sensitive", "attribute"], (value, given, context) =>
    generator(unique(value, given, context)),
  ),
  filter("urlencode", [], urlEncoded),
  filter("urlize", ["trim_url_limit", "nofollow", "target", "rel", "extra_schemes"], urlize),
  filter("upper", [], (value) => str(value).toUpperCase()),
  filter("wordcount", [], (value) => str(value).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
  filter("wordwrap", ["width", "break_long_words", "wrapstring", "break_on_hyphens"], wordWrap),
  filter("xmlattr", ["autospace"], (value, [autospace = true]) => attributesOf(value, isTrue(autospace))),
]);
