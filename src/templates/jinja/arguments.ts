// How functions of Python take their arguments.
import { fail } from "./failure.js";
import { type KeywordArguments, typeName, type Value } from "./values.js";

export const NO_KEYWORDS: KeywordArguments = new Map();

/**
 * The arguments by the order of `names`, from positions and keywords. Those after the first `required` may be
 * missing. Names before a `/` are taken by position alone.
 */
export function take(
  called: string,
  args: readonly Value[],
  keywords: KeywordArguments,
  names: readonly string[],
  required: number,
): (Value | undefined)[] {
  const slash = names.indexOf("/");
  const known = names.filter((name) => name !== "/");
  if (args.length > known.length) fail(`${called}() takes at most ${known.length} arguments (${args.length} given)`);
  const found: (Value | undefined)[] = known.map((_, index) => args[index]);
  for (const [name, value] of keywords) {
    const index = known.indexOf(name);
    if (index < 0 || index < slash) fail(`${called}() got an unexpected keyword argument '${name}'`);
    if (index < args.length) fail(`${called}() got multiple values for argument '${name}'`);
    found[index] = value;
  }
  for (let index = 0; index < required; index += 1)
    if (found[index] === undefined) fail(`${called}() is missing the argument '${known[index]}'`);
  return found;
}

/** A text, or a `TypeError`. */
export function textArgument(called: string, value: Value | undefined): string {
  return typeof value === "string" ? value : fail(`${called}() needs a text, not ${typeName(value ?? null)}`);
}
