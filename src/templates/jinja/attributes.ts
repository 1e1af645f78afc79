// `value.name` and `value[key]`: Jinja tries the one and then the other.
import { NO_KEYWORDS, take } from "./arguments.js";
import { fail, unsupported } from "./failure.js";
import type { Budget } from "./limits.js";
import { stringMethod } from "./string-methods.js";
import {
  type Call,
  codePoints,
  DictView,
  isDict,
  isEqual,
  isInteger,
  isList,
  isObject,
  keyOf,
  lengthOf,
  Markup,
  Namespace,
  numberOf,
  orElse,
  type PyDict,
  PyFloat,
  PyFunction,
  PyIterator,
  PyRange,
  PyTuple,
  typeName,
  Undefined,
  type Value,
} from "./values.js";

/** `value.name` as Jinja resolves it: the attribute, else the item. */
export function getAttribute(value: Value, name: string, budget: Budget): Value {
  if (value instanceof Undefined) return fail(value.message);
  const found = attribute(value, name, budget);
  return orElse(found === undefined ? item(value, name) : found, () => missing(value, name));
}

/** `value[key]` as Jinja resolves it: the item, else the attribute. */
export function getItem(value: Value, key: Value, budget: Budget): Value {
  if (value instanceof Undefined) return fail(value.message);
  const found = item(value, key);
  if (found !== undefined) return found;
  return orElse(typeof key === "string" ? attribute(value, key, budget) : undefined, () => missing(value, key));
}

function missing(value: Value, key: Value): Undefined {
  const name = typeof key === "string" ? `'${key}'` : String(numberOf(key) ?? typeName(key));
  return new Undefined(`'${value === null ? "None" : `${typeName(value)} object`}' has no attribute ${name}`);
}

function item(value: Value, key: Value): Value | undefined {
  if (isDict(value)) {
    if (typeof key !== "string" && key !== null && numberOf(key) === undefined) return undefined;
    return value.get(keyOf(key));
  }
  const index = isInteger(key) ? Number(key) : typeof key === "boolean" ? Number(key) : undefined;
  if (index === undefined) return undefined;
  if (typeof value === "string") return codePoints(value).at(index);
  if (isList(value)) return value.at(index);
  if (value instanceof PyTuple) return value.items.at(index);
  if (value instanceof PyRange) {
    const at = index < 0 ? value.length + index : index;
    return at >= 0 && at < value.length ? value.start + at * value.step : undefined;
  }
  return undefined;
}

/** The attribute of Python's own object. The sandbox hides what begins with `_` and what would change it. */
export function attribute(value: Value, name: string, budget: Budget): Value | undefined {
  if (value instanceof Namespace) return value.attributes.get(name);
  if (isObject(value)) return value.attribute(name);
  if (isDict(value)) return dictMethod(value, name);
  if (typeof value === "string") {
    const method = stringMethod(name);
    return method && new PyFunction(name, (args, keywords) => method(value, args, keywords, budget));
  }
  if (isList(value)) return sequenceMethod(value, name, MUTATING_LIST);
  if (value instanceof PyTuple) {
    const field = value.fields?.indexOf(name) ?? -1;
    return field >= 0 ? value.items[field] : sequenceMethod(value.items, name, NONE);
  }
  if (OTHER_ATTRIBUTES.has(name) && hasOthers(value)) return unsupported(`The attribute ${name} of ${typeName(value)}`);
  return undefined;
}

const NONE: ReadonlySet<string> = new Set();
const MUTATING_LIST: ReadonlySet<string> = new Set([
  "append",
  "clear",
  "extend",
  "insert",
  "pop",
  "remove",
  "reverse",
  "sort",
]);
const MUTATING_DICT: ReadonlySet<string> = new Set(["clear", "pop", "popitem", "setdefault", "update"]);
// Of numbers, ranges, views and safe texts.
const OTHER_ATTRIBUTES: ReadonlySet<string> = new Set([
  ..."real imag numerator denominator bit_length bit_count conjugate to_bytes as_integer_ratio is_integer hex".split(
    " ",
  ),
  ..."start stop step count index mapping isdisjoint send throw close".split(" "),
  ..."strip lstrip rstrip upper lower split replace join startswith endswith format title unescape striptags".split(
    " ",
  ),
]);

function hasOthers(value: Value): boolean {
  return (
    numberOf(value) !== undefined ||
    value instanceof PyFloat ||
    value instanceof PyRange ||
    value instanceof DictView ||
    value instanceof PyIterator ||
    value instanceof Markup
  );
}

/** What the sandbox hides is there, and undefined; a call of it fails. */
function hidden(name: string, of: string): Undefined {
  return new Undefined(`access to attribute '${name}' of '${of}' object is unsafe.`);
}

function dictMethod(dict: PyDict, name: string): Value | undefined {
  if (MUTATING_DICT.has(name)) return hidden(name, "dict");
  const method = (call: Call) => new PyFunction(name, call);
  switch (name) {
    case "get":
      return method((args, keywords) => {
        const [key = null, otherwise = null] = take("get", args, keywords, ["key", "default", "/"], 1);
        if (key instanceof Undefined) return otherwise;
        return orElse(dict.get(keyOf(key)), () => otherwise);
      });
    case "items":
    case "keys":
    case "values":
      return method((args, keywords) => {
        take(name, args, keywords, [], 0);
        return new DictView(dict, name);
      });
    case "copy":
      return method(() => new Map(dict));
    case "fromkeys":
      return method(() => unsupported("dict.fromkeys"));
    default:
      return undefined;
  }
}

function sequenceMethod(items: readonly Value[], name: string, mutating: ReadonlySet<string>): Value | undefined {
  if (mutating.has(name)) return hidden(name, "list");
  if (name === "copy" && mutating === MUTATING_LIST) return new PyFunction(name, () => [...items]);
  if (name === "count")
    return new PyFunction(name, (args) => {
      const [wanted = null] = take(name, args, NO_KEYWORDS, ["value", "/"], 1);
      return items.filter((one) => isEqual(one, wanted)).length;
    });
  if (name !== "index") return undefined;
  return new PyFunction(name, (args) => {
    if (args.length > 1) return unsupported("list.index with bounds");
    const [wanted = null] = take(name, args, NO_KEYWORDS, ["value", "/"], 1);
    const at = items.findIndex((one) => isEqual(one, wanted));
    return at < 0 ? fail("The value is not in the list") : at;
  });
}

/** `value[start:stop:step]`, which does not go through Jinja's own look-up. */
export function getSlice(value: Value, bounds: readonly (Value | undefined)[]): Value {
  if (value instanceof Undefined) return fail(value.message);
  const length = lengthOf(value);
  const sliceable = typeof value === "string" || isList(value) || value instanceof PyTuple || value instanceof PyRange;
  if (!sliceable || length === undefined) return fail(`'${typeName(value)}' object cannot be sliced`);
  const [start, stop, by] = bounds.map((bound) => {
    if (bound === undefined || bound === null) return undefined;
    if (typeof bound === "boolean" || isInteger(bound)) return Number(bound);
    return fail("slice indices must be integers or None");
  });
  const step = by ?? 1;
  if (step === 0) return fail("slice step cannot be zero");
  const at = (bound: number | undefined, otherwise: number) => {
    if (bound === undefined) return otherwise;
    const from = bound < 0 ? bound + length : bound;
    return step > 0 ? Math.min(Math.max(from, 0), length) : Math.min(Math.max(from, -1), length - 1);
  };
  const first = at(start, step > 0 ? 0 : length - 1);
  const last = at(stop, step > 0 ? length : -1);
  if (value instanceof PyRange)
    return new PyRange(value.start + first * value.step, value.start + last * value.step, value.step * step);
  const all: readonly Value[] = typeof value === "string" ? codePoints(value) : isList(value) ? value : value.items;
  const picked: Value[] = [];
  if (step === 1) for (const one of all.slice(first, last)) picked.push(one);
  else for (let index = first; step > 0 ? index < last : index > last; index += step) picked.push(all[index] as Value);
  if (typeof value === "string") return picked.join("");
  return isList(value) ? picked : new PyTuple(picked);
}
