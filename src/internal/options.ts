import { InvalidOptionError } from "../errors.js";

/** Throws for names that a step does not know: a misspelt option must not do nothing in silence. */
export function checkKnownOptions(options: object, known: readonly string[], prefix = ""): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new InvalidOptionError({
      option: `${prefix}${name}`,
      value: (options as Record<string, unknown>)[name],
      message: `There is no option ${prefix}${name}.`,
      hint: `Known are: ${known.map((word) => `${prefix}${word}`).join(", ")}.`,
    });
  }
}

/** Throws unless `value` is a number in the range, an integer where asked. */
export function checkNumber(
  option: string,
  value: unknown,
  {
    minimum = -Infinity,
    maximum = Infinity,
    integer = false,
  }: { minimum?: number; maximum?: number; integer?: boolean },
): asserts value is number {
  const fits =
    typeof value === "number" && value >= minimum && value <= maximum && (!integer || Number.isInteger(value));
  if (fits) return;
  const kind = integer ? "a whole number" : "a number";
  const bounds = [minimum !== -Infinity && `at least ${minimum}`, maximum !== Infinity && `at most ${maximum}`].filter(
    Boolean,
  );
  throw new InvalidOptionError({
    option,
    value,
    message: `${option} must be ${[kind, bounds.join(" and ")].filter(Boolean).join(", ")}; it is ${shown(value)}.`,
  });
}

/** Throws unless `value` is one of the words. */
export function checkWord(option: string, value: unknown, words: readonly string[]): void {
  if (typeof value === "string" && words.includes(value)) return;
  throw new InvalidOptionError({
    option,
    value,
    message: `${option} must be ${words.map((word) => JSON.stringify(word)).join(" or ")}; it is ${shown(value)}.`,
  });
}

/** Throws for what cannot be iterated, naming the argument. */
export function checkIterable(argument: string, value: unknown): void {
  const iterable =
    typeof value === "object" && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);
  if (iterable) return;
  throw new InvalidOptionError({
    option: argument,
    value,
    message: `${argument} must be an array, a generator or another iterable of rows; it is ${shown(value)}.`,
  });
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  return String(value);
}
