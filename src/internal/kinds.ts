import { InvalidOptionError } from "../errors.js";
import type { AnyIterable, SkipOptions } from "../types.js";
import { checkArgument, checkFields, type Kind, type OptionKinds, type RequiredKind } from "./options.js";
import { shown } from "./shown.js";

/** A kind of one's own. `expected` completes the sentence "limit must be …". */
export function kind<Value>(expected: string, fits: (value: unknown) => boolean): Kind<Value> {
  return { expected, fits };
}

/** The kind for an option that must be given. */
export function required<Value>(given: Kind<Value>): RequiredKind<Value> {
  return { ...given, required: true };
}

export const anything: Kind<unknown> = kind("given", () => true);
export const boolean: Kind<boolean> = kind("true or false", (value) => typeof value === "boolean");
/** Any string, also an empty one. */
export const string: Kind<string> = kind("a string", (value) => typeof value === "string");
/** A string with something in it. */
export const text: Kind<string> = kind("a non-empty string", (value) => typeof value === "string" && value !== "");
export const callback: Kind<(...values: never[]) => unknown> = kind(
  "a function",
  (value) => typeof value === "function",
);
export const regularExpression: Kind<RegExp> = kind("a regular expression", (value) => value instanceof RegExp);
/** A value with the fields of an `AbortSignal`, of whatever realm or polyfill it comes. */
export const abortSignal: Kind<AbortSignal> = kind(
  "an AbortSignal",
  (value) => isObject(value) && typeof value.aborted === "boolean" && typeof value.addEventListener === "function",
);
/** A file's path or `file:` address. */
export const path: Kind<string | URL> = kind(
  "a path",
  (value) => (typeof value === "string" && value !== "") || value instanceof URL,
);

/** The bounds of {@link number}. */
export interface NumberBounds {
  /** The least value that is allowed. */
  readonly min?: number;
  /** The greatest value that is allowed. */
  readonly max?: number;
  /** Everything up to this value is too small. */
  readonly above?: number;
  readonly integer?: boolean;
}

/** A finite number within bounds. */
export function number({ min, max, above, integer = false }: NumberBounds = {}): Kind<number> {
  const positive = integer ? min === 1 : above === 0;
  const noun = `${positive ? "a positive" : integer ? "an" : "a"} ${integer ? "integer" : "number"}`;
  const bounds = [
    min !== undefined && !positive && `at least ${min}`,
    above !== undefined && !positive && `above ${above}`,
    max !== undefined && `at most ${max}`,
  ].filter((bound) => bound !== false);
  return kind(
    bounds.length === 0 ? noun : `${noun}, ${bounds.join(" and ")}`,
    (value) =>
      typeof value === "number" &&
      (integer ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
      (min === undefined || value >= min) &&
      (max === undefined || value <= max) &&
      (above === undefined || value > above),
  );
}

export const positiveInteger = number({ integer: true, min: 1 });
/** The most that is allowed of something, where it may also be unlimited. */
export const limit: Kind<number> = kind(
  "a positive integer or Infinity",
  (value) => value === Infinity || (Number.isSafeInteger(value) && (value as number) > 0),
);
export const positiveNumber = number({ above: 0 });
/** A length of time. */
export const milliseconds: Kind<number> = kind(
  "a positive number of milliseconds",
  (value) => typeof value === "number" && value > 0,
);

/** One of some fixed words. */
export function word<const Word extends string>(...words: readonly Word[]): Kind<Word> {
  return kind(words.map((one) => JSON.stringify(one)).join(" or "), (value) => words.includes(value as Word));
}

/** Options of a part that can be turned on and off. The part checks its own options. */
export const switchable: Kind<boolean | object> = kind(
  "true, false or an object with its options",
  (value) => typeof value === "boolean" || isObject(value),
);
/** Options of a part, which checks them itself. */
export const settings: Kind<object> = kind("an object with its options", isObject);

/** One fixed value that is not a word: `false`, `null`. */
export function only<const Value extends boolean | number | null>(fixed: Value): Kind<Value> {
  return kind(String(fixed), (value) => value === fixed);
}

/** Any of several kinds: the first that fits looks inside. */
export function either<Values extends readonly unknown[]>(
  ...kinds: { readonly [Index in keyof Values]: Kind<Values[Index]> }
): Kind<Values[number]> {
  const all: readonly Kind<never>[] = kinds;
  return {
    expected: all.map((one) => one.expected).join(" or "),
    fits: (value) => all.some((one) => one.fits(value)),
    inspect: (value, option) => all.find((one) => one.fits(value))?.inspect?.(value, option),
  };
}

/** An array whose items are of one kind. */
export function list<Value>(item: Kind<Value>): Kind<readonly Value[]> {
  return {
    expected: `an array; each item must be ${item.expected}`,
    fits: (value) => Array.isArray(value),
    inspect: (value, option) =>
      (value as readonly unknown[]).forEach((one, index) => checkArgument(`${option}[${index}]`, one, item)),
  };
}

/** Options within options. */
export function object<Options extends object>(kinds: OptionKinds<Options>): Kind<Options> {
  return {
    expected: `an object with ${Object.keys(kinds).join(", ")}`,
    fits: (value) => isObject(value) && !Array.isArray(value),
    inspect: (value, option) => checkFields(value, kinds, { prefix: `${option}.` }),
  };
}

/** An object with any names, whose values are of one kind. */
export function record<Value>(item: Kind<Value>): Kind<Readonly<Record<string, Value>>> {
  return {
    expected: "an object",
    fits: (value) => isObject(value) && !Array.isArray(value),
    inspect: (value, option) => {
      for (const [name, one] of Object.entries(value as object)) {
        if (one !== undefined) checkArgument(`${option}.${name}`, one, item);
      }
    },
  };
}

/** An object with these methods: a client, a fetcher, a backend. */
export function withMethods<Value extends object>(expected: string, ...methods: (keyof Value & string)[]): Kind<Value> {
  return kind(expected, (value) => isObject(value) && methods.every((method) => typeof value[method] === "function"));
}

/** An array, a generator or another iterable of rows. A string is none: its letters are not rows. */
export const iterable: Kind<AnyIterable<unknown>> = kind(
  "an array, a generator or another iterable",
  (value) => isObject(value) && (Symbol.asyncIterator in value || Symbol.iterator in value),
);

/** A range of numbers, both ends part of it, with further options beside its ends. */
export function rangeWith<Options extends NumberRange>(
  others: OptionKinds<Omit<Options, keyof NumberRange>>,
): Kind<Options> {
  const kinds = { min: number(), max: number(), ...others };
  return {
    expected: `an object with ${Object.keys(kinds).join(", ")}`,
    fits: (value) => isObject(value) && !Array.isArray(value),
    inspect(value, option) {
      checkFields(value, kinds, { prefix: `${option}.` });
      const { min, max } = value as NumberRange;
      if (min === undefined || max === undefined || min <= max) return;
      throw new InvalidOptionError({
        option: `${option}.max`,
        value: max,
        message: `${option}.max must be at least ${option}.min, ${min}; got ${shown(max)}.`,
      });
    },
  };
}

interface NumberRange {
  readonly min?: number;
  readonly max?: number;
}

/** A range of numbers, both ends part of it. */
export const range: Kind<NumberRange> = rangeWith<NumberRange>({});

/** The kinds of what every step that leaves something out takes. */
export const skipKinds: OptionKinds<SkipOptions> = { onSkip: callback, strict: boolean };

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null;
}
