// The functions that a template is given: Jinja's own, and those of transformers.
import { NO_KEYWORDS, take } from "./arguments.js";
import { fail, TemplateFailure, unsupported } from "./failure.js";
import { strftime } from "./format.js";
import { str } from "./text.js";
import {
  indexOf,
  isDict,
  iterate,
  type Key,
  keyOf,
  type KeywordArguments,
  Namespace,
  PyFunction,
  type PyObject,
  PyRange,
  type Value,
} from "./values.js";

/** What `range` of Jinja's sandbox makes at most. */
const LONGEST_RANGE = 100_000;

export function globals(now: () => Date): ReadonlyMap<string, Value> {
  const functions = [
    new PyFunction("range", range),
    new PyFunction("dict", (args, keywords) => dictOf("dict", args, keywords)),
    new PyFunction("namespace", namespace),
    new PyFunction("cycler", (args) => new Cycler(args)),
    new PyFunction("joiner", joiner),
    new PyFunction("lipsum", () => unsupported("The function lipsum")),
    new PyFunction("raise_exception", (args, keywords) => {
      const [message = null] = take("raise_exception", args, keywords, ["message"], 1);
      throw new TemplateFailure("raised", str(message));
    }),
    new PyFunction("strftime_now", (args, keywords) => {
      const [format = null] = take("strftime_now", args, keywords, ["format"], 1);
      return typeof format === "string" ? strftime(now(), format) : fail("strftime() needs a text");
    }),
  ];
  return new Map(functions.map((one) => [one.name, one]));
}

function range(args: readonly Value[], keywords: KeywordArguments): Value {
  const numbers = take("range", args, keywords, ["start", "stop", "step", "/"], 1).map((value) =>
    value === undefined ? undefined : indexOf(value, "range() argument"),
  );
  const [first = 0, second, step = 1] = numbers;
  if (step === 0) return fail("range() arg 3 must not be zero");
  const made = second === undefined ? new PyRange(0, first, 1) : new PyRange(first, second, step);
  if (made.length > LONGEST_RANGE)
    return fail(`Range too big. The sandbox blocks ranges larger than ${LONGEST_RANGE}.`);
  return made;
}

function dictOf(called: string, args: readonly Value[], keywords: KeywordArguments): Map<Key, Value> {
  const [given] = take(called, args, NO_KEYWORDS, ["mapping", "/"], 0);
  const dict = new Map<Key, Value>();
  if (given !== undefined && isDict(given)) for (const [key, value] of given) dict.set(key, value);
  else if (given !== undefined)
    for (const entry of iterate(given)) {
      const [key, value, ...more] = [...iterate(entry)];
      if (key === undefined || value === undefined || more.length > 0)
        return fail("dictionary update sequence element has a length other than 2");
      dict.set(keyOf(key), value);
    }
  for (const [name, value] of keywords) dict.set(name, value);
  return dict;
}

function namespace(args: readonly Value[], keywords: KeywordArguments): Value {
  const made = new Namespace();
  for (const [name, value] of dictOf("namespace", args, keywords)) setOnNamespace(made, String(name), value);
  return made;
}

/** transformers refuses names that begin with `_`. */
export function setOnNamespace(target: Namespace, name: string, value: Value): void {
  if (name.startsWith("_"))
    fail(`Chat templates cannot store underscore-prefixed attributes on a namespace: '${name}'`);
  target.attributes.set(name, value);
}

class Cycler implements PyObject {
  readonly typeName = "Cycler";
  private at = 0;

  constructor(private readonly items: readonly Value[]) {
    if (items.length === 0) fail("at least one item has to be provided");
  }

  attribute(name: string): Value | undefined {
    const current = this.items[this.at];
    if (name === "current") return current;
    if (name === "reset")
      return new PyFunction(name, () => {
        this.at = 0;
        return null;
      });
    if (name !== "next") return undefined;
    return new PyFunction(name, () => {
      const value = this.items[this.at] ?? null;
      this.at = (this.at + 1) % this.items.length;
      return value;
    });
  }
}

function joiner(args: readonly Value[], keywords: KeywordArguments): Value {
  const [separator = ", "] = take("joiner", args, keywords, ["sep"], 0);
  let used = false;
  return new PyFunction("joiner", () => {
    if (used) return separator;
    used = true;
    return "";
  });
}
