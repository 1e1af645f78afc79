import type { Calculator, Operation } from "../../functions/calculator.js";

const WORDS: Readonly<Record<string, Operation>> = {
  "+": "+",
  plus: "+",
  "-": "-",
  "−": "-",
  minus: "-",
  "*": "*",
  "×": "*",
  x: "*",
  times: "*",
  "multiplied by": "*",
  "/": "/",
  "÷": "/",
  over: "/",
  "divided by": "/",
};

const NUMBER = String.raw`-?\d+(?:,\d{3})*(?:\.\d+)?`;
const OPERATOR = String.raw`\+|-|−|\*|×|x|/|÷|plus|minus|times|multiplied by|divided by|over`;
const EXPRESSION = new RegExp(
  String.raw`(?<![\w.])(${NUMBER})\s*(${OPERATOR})\s*(${NUMBER})(?![\w]|\.\d)(?!\s*\)*\s*(?:${OPERATOR})\s*\(*-?\d)`,
  "gi",
);

/** The calculations of two numbers that a text asks for, in their order. Longer ones are left out. */
export function findArithmetic(text: string): Calculator[] {
  const found: Calculator[] = [];
  let end = 0;
  for (const match of text.matchAll(EXPRESSION)) {
    const [whole, left = "", word = "", right = ""] = match;
    // The tail of a longer one ("1 + 2 + 3") is not a calculation of its own.
    const before = text.slice(end, match.index);
    end = match.index + whole.length;
    if (/[\d)]\s*(?:\+|-|−|\*|×|\/|÷)\s*\(*\s*$/.test(before)) continue;
    const operation = WORDS[word.toLowerCase()];
    if (operation !== undefined) found.push({ num1: toNumber(left), num2: toNumber(right), operation });
  }
  return found;
}

/** What a question looks like apart from its numbers and operators: `what's # ○ #?`. */
export function shapeOf(text: string): string {
  return text.toLowerCase().replace(EXPRESSION, "#○#").replace(/\s+/g, " ").trim();
}

const toNumber = (text: string) => Number(text.replaceAll(",", ""));
