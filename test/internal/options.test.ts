import { describe, expect, it } from "vitest";
import { InvalidOptionError } from "langsmith-finetune";
import { closestName } from "../../src/internal/closest-name.js";
import {
  abortSignal,
  boolean,
  either,
  iterable,
  list,
  number,
  object,
  positiveInteger,
  range,
  record,
  required,
  string,
  text,
  word,
} from "../../src/internal/kinds.js";
import { checkArgument, checkOptions } from "../../src/internal/options.js";

interface Options {
  model: string;
  score?: { min?: number; max?: number };
  near?: boolean | { threshold?: number };
  method?: "sampled" | "all";
  tags?: readonly string[];
  rank?: number;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

function check(options: unknown, prefix?: string): InvalidOptionError | undefined {
  try {
    checkOptions<Options>(
      "curate",
      options,
      {
        model: required(text),
        score: range,
        near: either(boolean, object<{ threshold?: number }>({ threshold: number({ min: 0.3, max: 1 }) })),
        method: word("sampled", "all"),
        tags: list(string),
        rank: positiveInteger,
        headers: record(string),
        signal: abortSignal,
      },
      prefix,
    );
    return undefined;
  } catch (error) {
    if (InvalidOptionError.isInstance(error)) return error;
    throw error;
  }
}

describe("checkOptions", () => {
  it("accepts what the type accepts", () => {
    expect(check({ model: "m" })).toBeUndefined();
    expect(
      check({
        model: "m",
        score: { min: 1 },
        near: { threshold: 0.5 },
        method: "all",
        tags: ["a"],
        rank: 8,
        headers: { a: "b" },
        signal: new AbortController().signal,
      }),
    ).toBeUndefined();
    expect(check({ model: "m", rank: undefined, near: false })).toBeUndefined();
  });

  it.each([
    [
      { modle: "m", model: "m" },
      "modle",
      /Unknown option modle of curate\. Did you mean model\? The options are: model/,
    ],
    [{ model: "m", tag: [] }, "tag", /Did you mean tags\?/],
    [{ model: "m", colour: 1 }, "colour", /curate\. The options are/],
    [{}, "model", /curate: model is missing; it must be a non-empty string/],
    [{ model: "" }, "model", /must be a non-empty string; got ""/],
    [{ model: "m", rank: 0 }, "rank", /rank must be a positive integer; got 0/],
    [{ model: "m", rank: null }, "rank", /positive integer; got null/],
    [{ model: "m", score: { minimum: 1 } }, "score.minimum", /Did you mean score\.min\?/],
    [{ model: "m", score: { min: 2, max: 1 } }, "score.max", /at least score\.min, 2; got 1/],
    [{ model: "m", near: { threshold: 2 } }, "near.threshold", /at least 0\.3 and at most 1; got 2/],
    [{ model: "m", near: "yes" }, "near", /true or false or an object with threshold; got "yes"/],
    [{ model: "m", method: "each" }, "method", /"sampled" or "all"; got "each"/],
    [{ model: "m", tags: "a" }, "tags", /an array/],
    [{ model: "m", tags: ["a", 1] }, "tags[1]", /must be a string; got 1/],
    [{ model: "m", headers: { a: 1 } }, "headers.a", /must be a string/],
    [{ model: "m", signal: {} }, "signal", /an AbortSignal; got an object/],
    [undefined, "options", /curate: the options must be an object; got undefined/],
    [null, "options", /got null/],
    [[], "options", /got an array/],
    [new Set(), "options", /got an instance of Set/],
    [() => 1, "options", /got a function/],
  ])("refuses %j", (options, option, message) => {
    const error = check(options);
    expect(error?.option).toBe(option);
    expect(error?.message).toMatch(message);
  });

  it("names nested options by their whole path", () => {
    expect(check({ model: "m", rank: -1 }, "train.")?.option).toBe("train.rank");
    expect(check(3, "train.")?.message).toMatch(/curate: train must be an object; got 3/);
  });

  it("repeats no credential", () => {
    for (const options of [
      { model: "m", apikey: "sk-secret" },
      "sk-secret",
      { model: "m", headers: { "api-key": 7 } },
    ]) {
      const error = check(options);
      expect(error).toBeDefined();
      expect(JSON.stringify([error?.message, error?.value])).not.toContain("sk-secret");
    }
    expect(check({ model: "m", headers: { "api-key": 7 } })?.value).toBe("(not shown)");
  });
});

it("takes no string for an iterable", () => {
  expect(() => checkArgument("rows", "train.jsonl", iterable)).toThrow(
    'rows must be an array, a generator or another iterable; got "train.jsonl".',
  );
  expect(() => checkArgument("rows", new Set(), iterable)).not.toThrow();
});

it.each([
  ["feedbak", ["feedback", "filter"], "feedback"],
  ["sinse", ["since", "size"], "since"],
  ["epoch", ["epochs", "backend"], "epochs"],
  ["lerningRate", ["learningRate", "rank"], "learningRate"],
  ["minimum", ["min", "max"], "min"],
  ["to", ["by", "at"], undefined],
  ["APIKEY", ["apiKey"], "apiKey"],
  ["temperature", ["model", "path"], undefined],
])("finds the name that %s means", (name, known, expected) => {
  expect(closestName(name, known)).toBe(expected);
});
