// A group with a quantifier or a choice inside, itself repeated: the shape that takes exponential
// time on the wrong text.
const RISKY = /\((?:[^()\\]|\\.)*(?:[*+}|])(?:[^()\\]|\\.)*\)\s*(?:[*+]|\{\d+,\d*\})/;
const NESTED = /\)\s*(?:[*+]|\{\d+,\d*\})(?:[^()\\]|\\.)*\)\s*(?:[*+]|\{\d+,\d*\})/;
const LONGEST_TEXT = 10_000;

interface RegExpLike {
  test(text: string): boolean;
}

/**
 * The regular expressions of parameter schemas come from traces, in any dialect. One that this
 * engine does not know, or that could run for minutes, says nothing: a check that cannot be made
 * finds no fault.
 */
export function tolerantRegExp(pattern: string, flags: string): RegExpLike {
  const compiled =
    RISKY.test(pattern) || NESTED.test(pattern)
      ? undefined
      : (tryCompile(pattern, flags) ?? tryCompile(pattern, flags.replace("u", "")));
  return { test: (text) => compiled === undefined || text.length > LONGEST_TEXT || compiled.test(text) };
}
// Ajv writes this into standalone code, which is never made here.
tolerantRegExp.code = "new RegExp";

function tryCompile(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return undefined;
  }
}
