import { InvalidOptionError } from "../errors.js";
import { closestName } from "./closest-name.js";
import { shown, shownOption } from "./shown.js";

/** What a value must be. The kinds are in `kinds.ts`; a room may make its own with {@link kind}. */
export interface Kind<in Value> {
  /** Completes the sentence "limit must be …". */
  readonly expected: string;
  /** Whether the value is of this kind, looked at from outside. */
  fits(value: unknown): boolean;
  /** Looks inside a value that fits, and throws an `InvalidOptionError` for what is wrong there. */
  inspect?(value: unknown, option: string): void;
  /** Never set. Makes TypeScript compare the kind with the type of the option. */
  readonly accepts?: (value: Value) => void;
}

/** A kind whose value must be given. Made by `required`. */
export interface RequiredKind<in Value> extends Kind<Value> {
  readonly required: true;
}

/** One kind for each option of a type: an option without one, and one that does not accept the type, do not compile. */
export type OptionKinds<Options> = {
  readonly [Name in keyof Options]-?: object extends Pick<Options, Name>
    ? Kind<Exclude<Options[Name], undefined>>
    : RequiredKind<Exclude<Options[Name], undefined>>;
};

/** Where options stand, for the messages. */
export interface OptionPlace {
  /** The function that was called: `curate`, `openAI`. */
  readonly call?: string;
  /** What stands before each name: `tokens.`. */
  readonly prefix?: string;
}

/**
 * Checks the options of a public entrance: an unknown name, a missing required one, a wrong type and a value out of
 * range are an `InvalidOptionError` that names the option. An option that is `undefined` counts as not given.
 *
 * ```text
 * checkOptions<CountTokensOptions>("countTokens", options, { model: required(text), perRow: boolean, signal: abortSignal });
 * ```
 */
export function checkOptions<Options extends object>(
  call: string,
  options: unknown,
  kinds: OptionKinds<Options>,
  prefix = "",
): asserts options is Options {
  checkFields(options, kinds, { call, prefix });
}

/** Checks an argument that is not an object with options. `name` is the parameter's name. */
export function checkArgument<Value>(name: string, value: unknown, kind: Kind<Value>): asserts value is Value {
  if (!kind.fits(value)) throw wrongKind(name, value, kind);
  kind.inspect?.(value, name);
}

/** What {@link checkOptions} does, for a caller that has only a prefix. */
export function checkFields(
  options: unknown,
  kinds: Readonly<Record<string, Kind<never>>>,
  { call, prefix = "" }: OptionPlace,
): void {
  const place = call === undefined ? "" : `${call}: `;
  if (!isOptionsObject(options)) {
    const subject = prefix === "" ? `${place}the options` : `${place}${prefix.replace(/\.$/, "")}`;
    throw new InvalidOptionError({
      option: prefix === "" ? "options" : prefix.replace(/\.$/, ""),
      value: typeof options === "string" ? undefined : options,
      // A string is not repeated: it may be the API key.
      message: `${subject} must be an object; got ${typeof options === "string" ? "a string" : shown(options)}.`,
      hint: knownNames(kinds, prefix),
    });
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(kinds, name)) throw unknownOption(name, value, kinds, { call, prefix });
  }
  for (const [name, kind] of Object.entries(kinds)) {
    const value = options[name];
    const option = `${prefix}${name}`;
    if (value === undefined) {
      if ("required" in kind) throw missing(option, kind, place);
    } else if (!kind.fits(value)) throw wrongKind(option, value, kind, place);
    else kind.inspect?.(value, option);
  }
}

function isOptionsObject(options: unknown): options is Record<string, unknown> {
  return (
    typeof options === "object" &&
    options !== null &&
    !Array.isArray(options) &&
    // A step's rows in the place of its options.
    !(Symbol.asyncIterator in options) &&
    !(Symbol.iterator in options)
  );
}

function unknownOption(
  name: string,
  value: unknown,
  kinds: Readonly<Record<string, unknown>>,
  { call, prefix = "" }: OptionPlace,
): InvalidOptionError {
  const closest = closestName(name, Object.keys(kinds));
  const guess = closest === undefined ? "" : `Did you mean ${prefix}${closest}? `;
  return new InvalidOptionError({
    option: `${prefix}${name}`,
    value: shownOption(name, value),
    message: `Unknown option ${prefix}${name}${call === undefined ? "" : ` of ${call}`}.`,
    hint: `${guess}${knownNames(kinds, prefix)}`,
  });
}

function knownNames(kinds: Readonly<Record<string, unknown>>, prefix: string): string {
  const names = Object.keys(kinds).map((name) => `${prefix}${name}`);
  return names.length === 0 ? "It has no options." : `The options are: ${names.join(", ")}.`;
}

function missing(option: string, kind: Kind<never>, place: string): InvalidOptionError {
  return new InvalidOptionError({
    option,
    value: undefined,
    message: `${place}${option} is missing; it must be ${kind.expected}.`,
  });
}

function wrongKind(option: string, value: unknown, kind: Kind<never>, place = ""): InvalidOptionError {
  const safe = shownOption(option, value);
  return new InvalidOptionError({
    option,
    value: safe,
    message: `${place}${option} must be ${kind.expected}; got ${shown(safe)}.`,
  });
}

/** Throws unless `value` is one of the words. */
export function checkWord(option: string, value: unknown, words: readonly string[]): void {
  if (typeof value === "string" && words.includes(value)) return;
  throw new InvalidOptionError({
    option,
    value,
    message: `${option} must be ${words.map((word) => JSON.stringify(word)).join(" or ")}; got ${shown(value)}.`,
  });
}
