import type { RE2JS } from "re2js";

interface RegExpLike {
  test(text: string): boolean;
  toString(): string;
}

/** The engine: RE2 in JavaScript, whose time grows with the text alone, whatever the pattern. */
type Engine = typeof RE2JS;

// What one call of `check` may look at: with these, no pattern and no text takes longer than some milliseconds.
const LONGEST_TEXT = 4_096;
const CHARACTERS_PER_CHECK = 32_768;
const LONGEST_PATTERN = 1_000;
/** Characters of the pattern times its counted repetitions, which the engine writes out. */
const LARGEST_PATTERN = 12_000;
const LARGEST_PROGRAM = 3_000;

/**
 * The regular expressions of parameter schemas come from traces, in any dialect, and JavaScript's own engine can take
 * for ever on them (`^(.*),(.*),(.*),(.*)$` against commas). RE2 cannot. A pattern that it does not know (look-around,
 * back references), one that is too large, and a text that is too long say nothing: a check that cannot be made
 * finds no fault.
 */
export interface TolerantRegExps {
  /** For ajv's `code.regExp`. */
  readonly regExp: { (pattern: string, flags: string): RegExpLike; code: string };
  /** To be called before each value that is checked. */
  begin(): void;
}

export async function loadTolerantRegExps(): Promise<TolerantRegExps> {
  const { RE2JS: engine } = await import("re2js");
  let characters = 0;
  const regExp = (pattern: string): RegExpLike => {
    const compiled = compile(engine, pattern);
    return {
      // Ajv knows compiled patterns by this, and would take any two without it for the same.
      toString: () => `/${pattern}/u`,
      test(text) {
        if (compiled === undefined || text.length > LONGEST_TEXT) return true;
        characters += text.length;
        return characters > CHARACTERS_PER_CHECK || compiled.test(text);
      },
    };
  };
  // Ajv writes this into standalone code, which is never made here.
  regExp.code = "new RegExp";
  return { regExp, begin: () => void (characters = 0) };
}

function compile(engine: Engine, pattern: string): RegExpLike | undefined {
  if (pattern.length > LONGEST_PATTERN || pattern.length * repetitions(pattern) > LARGEST_PATTERN) return undefined;
  try {
    const compiled = engine.compile(engine.translateRegExp(pattern));
    return compiled.programSize() > LARGEST_PROGRAM ? undefined : compiled;
  } catch {
    return undefined;
  }
}

/** The product of all counts, as if each stood inside of the others. */
function repetitions(pattern: string): number {
  let product = 1;
  for (const [, from = "1", to] of pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g))
    product *= Math.max(1, Number(to || from));
  return product;
}
