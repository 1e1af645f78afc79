import type { RE2JS } from "re2js";
import { excerpt } from "./wording.js";

interface RegExpLike {
  test(text: string): boolean;
  toString(): string;
}

/** The engine: RE2 in JavaScript, whose time grows with the text alone, whatever the pattern. */
type Engine = typeof RE2JS;

// Linear is not yet fast: a program of a thousand steps over a megabyte takes minutes. So work is counted, never
// timed, and the same row has the same findings on every machine. A unit is about 0.1 microseconds (measured on one
// core of 2020 with the worst patterns known), so that the two budgets of a row together stay under 50 milliseconds.
const WORK_PER_ROW = 150_000;
const QUESTIONS_PER_ROW = 20_000;
const LARGEST_PATTERN = 8_000;
const PATTERNS_PER_ROW = 12_000;
const LARGEST_PROGRAM = 2_000;
/** Compiled patterns that are kept: each may hold some megabytes of what the engine learned. */
const KEPT = 64;

/**
 * The regular expressions of parameter schemas come from traces, in any dialect, and JavaScript's own engine can take
 * for ever on them (`^(.*),(.*),(.*),(.*)$` against commas). RE2 cannot. A pattern that it does not know (look-ahead,
 * back references), one that is too large, and a text that is too long for its pattern find no fault, and
 * {@link TolerantRegExps.unchecked} says so.
 */
export interface TolerantRegExps {
  /** For ajv's `code.regExp`. */
  readonly regExp: { (pattern: string, flags: string): RegExpLike; code: string };
  /** To be called before each row: its budget of work is whole again. */
  begin(): void;
  /** Why a pattern was not tried since the last call of this; undefined if all were. */
  unchecked(): string | undefined;
}

export async function loadTolerantRegExps(): Promise<TolerantRegExps> {
  const { RE2JS: engine } = await import("re2js");
  const kept = new Map<string, CompiledPattern | undefined>();
  const ofRow = new Set<string>();
  let work = 0;
  let questions = 0;
  let size = 0;
  let reason: string | undefined;

  /** The reason why the pattern cannot be tried, or its answer. */
  const ask = (pattern: string, patternSize: number, text: string): string | boolean => {
    if (patternSize > LARGEST_PATTERN) return "is too large to be tried in bounded time";
    if (!ofRow.has(pattern)) {
      // Whether an earlier row left it compiled or not: the findings of a row depend on the row alone.
      size += patternSize;
      ofRow.add(pattern);
    }
    if (size > PATTERNS_PER_ROW) return "comes after more patterns than are tried in one row";
    const compiled = take(kept, pattern, engine);
    if (compiled === undefined) return "is not one that can be tried in linear time (look-ahead, back references)";
    if (compiled.program > LARGEST_PROGRAM) return "is too large to be tried in bounded time";
    work += compiled.workFor(text.length);
    if (work > WORK_PER_ROW) return `is not tried: ${text.length} characters are too much for it in bounded time`;
    return compiled.test(text);
  };

  const regExp = (pattern: string): RegExpLike => {
    const patternSize = pattern.length * repetitions(pattern);
    return {
      // Ajv knows compiled patterns by this, and would take any two without it for the same.
      toString: () => `/${pattern}/u`,
      test(text) {
        questions += 1;
        // Passing over so many still takes time. This ends the check of the value, which is then unchecked.
        if (questions > QUESTIONS_PER_ROW) throw new Error("its patterns are asked too often for one row");
        const answer = ask(pattern, patternSize, text);
        if (typeof answer === "boolean") return answer;
        reason ??= `the pattern ${excerpt(pattern)} ${answer}`;
        return true;
      },
    };
  };
  // Ajv writes this into standalone code, which is never made here.
  regExp.code = "new RegExp";
  return {
    regExp,
    begin() {
      work = 0;
      questions = 0;
      size = 0;
      ofRow.clear();
    },
    unchecked() {
      const said = reason;
      reason = undefined;
      return said;
    },
  };
}

interface CompiledPattern {
  readonly program: number;
  /** Units of work for a text of so many characters, at the most. */
  workFor(characters: number): number;
  test(text: string): boolean;
}

function take(
  kept: Map<string, CompiledPattern | undefined>,
  pattern: string,
  engine: Engine,
): CompiledPattern | undefined {
  if (kept.has(pattern)) return kept.get(pattern);
  const compiled = compile(engine, pattern);
  if (kept.size >= KEPT) kept.clear();
  kept.set(pattern, compiled);
  return compiled;
}

function compile(engine: Engine, pattern: string): CompiledPattern | undefined {
  try {
    const compiled = engine.compile(engine.translateRegExp(pattern));
    const program = compiled.programSize();
    // A character costs the whole program where it leads to a state that is new, and one unit elsewhere (while the
    // engine itself is not compiled yet; a tenth of that later).
    // There are at most as many such steps as sets of instructions times kinds of characters.
    const kinds = /\\p/i.test(pattern) ? Number.POSITIVE_INFINITY : 4 * pattern.length + 20;
    const newStates = 2 ** (program - 1) * kinds;
    return {
      program,
      workFor: (characters) => Math.min(characters, newStates) * (program + 30) + characters,
      test: (text) => compiled.test(text),
    };
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
