import fc from "fast-check";
import * as cl100k from "gpt-tokenizer/encoding/cl100k_base";
import * as o200k from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import { countPieces } from "../../src/curate/tokens/count-pieces.js";

const AS_TEXT = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };
const ENCODINGS = {
  o200k_base: (text: string) => o200k.countTokens(text, AS_TEXT),
  cl100k_base: (text: string) => cl100k.countTokens(text, AS_TEXT),
};

const letters = fc.stringMatching(/^[a-zA-Z]{1,8}$/);
const ascii = fc
  .array(fc.integer({ min: 0, max: 127 }), { maxLength: 60 })
  .map((codes) => String.fromCharCode(...codes));
/** What the rules for pieces are about: spaces, line ends, quotes, capitals, digits, slashes, in any order. */
const tricky = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        " ",
        "  ",
        "\n",
        "\r\n",
        "\t",
        "\v",
        "/",
        "//",
        "'",
        "'s",
        "'LL",
        "'Re",
        "'d",
        "!",
        '{"',
        "<|endoftext|>",
      ),
      letters,
      fc.stringMatching(/^[0-9]{1,7}$/),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(""));

describe.each(["o200k_base", "cl100k_base"] as const)("texts counted piece by piece, %s", (encoding) => {
  const counted = countPieces(encoding, ENCODINGS[encoding]);

  it.each([
    ["any ASCII", ascii],
    ["what the rules are about", tricky],
    [
      "other characters too",
      fc.oneof(
        fc.string({ unit: "grapheme", maxLength: 30 }),
        tricky.map((text) => `${text}é`),
      ),
    ],
  ])("have the tokens of the whole: %s", (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(counted(text)).toBe(ENCODINGS[encoding](text));
      }),
      { numRuns: 1000 },
    );
  });

  it("have them when all of two or three characters stand in all orders", () => {
    const characters = [" ", "\n", "\r", "\t", "a", "B", "7", "'", "s", "/", "."];
    const texts = characters.flatMap((first) =>
      characters.flatMap((second) =>
        characters.flatMap((third) => [first + second + third, `x${first}${second}${third}y`]),
      ),
    );
    for (const text of texts) expect(counted(text), JSON.stringify(text)).toBe(ENCODINGS[encoding](text));
  });

  it("never hand a text on that has more than one piece", () => {
    const pieces: string[] = [];
    const watched = countPieces(encoding, (text) => {
      pieces.push(text);
      return 1;
    });
    expect(watched("I'll pay$12345 now.\n\n  Thanks!")).toBe(pieces.length);
    expect(pieces.join("")).toBe("I'll pay$12345 now.\n\n  Thanks!");
  });
});
