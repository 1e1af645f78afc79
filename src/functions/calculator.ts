import { kind, required, word } from "../internal/kinds.js";
import { checkOptions } from "../internal/options.js";
import { z } from "zod/v4";

const number = kind<number>("a number", (value) => typeof value === "number");

/** What `Calculator` can do with its two numbers. */
export type Operation = "+" | "-" | "*" | "/";

/** A call of the `Calculator` function. */
export interface Calculator {
  num1: number;
  num2: number;
  operation: Operation;
}

/**
 * The schema of the walkthrough: a function named `Calculator` that takes two numbers and an operation.
 * `convertToOpenAIFunction(Calculator)` makes a function definition of it.
 *
 * @example
 * ```ts
 * import { Calculator, calculate } from "langsmith-finetune";
 *
 * const answer = calculate(Calculator.parse({ num1: 45, num2: 9, operation: "/" })); // 5
 * console.log(answer);
 * ```
 */
// The name is a title and not an id: ids must be unique in zod's registry, and the ESM and the
// CommonJS build of this package may both be loaded.
export const Calculator = /* @__PURE__ */ (() =>
  z
    .object({
      num1: z.number(),
      num2: z.number(),
      operation: z.enum(["+", "-", "*", "/"]).describe("+,-,*,/"),
    })
    .meta({ title: "Calculator", description: "A calculator function" }))();

/**
 * Carries out a call of `Calculator`.
 *
 * @returns The result, or "Cannot divide by zero".
 *
 * @example
 * ```ts
 * import { calculate } from "langsmith-finetune";
 *
 * console.log(calculate({ num1: 12, num2: 6, operation: "*" })); // 72
 * ```
 */
export function calculate(call: Calculator): number | "Cannot divide by zero" {
  // With `returnExceptions`, LangChain's batch hands the error of one step to the next as its input.
  if (call instanceof Error) throw call;
  checkOptions<Calculator>("calculate", call, {
    num1: required(number),
    num2: required(number),
    operation: required(word("+", "-", "*", "/")),
  });
  const { num1, num2, operation } = call;
  switch (operation) {
    case "+":
      return num1 + num2;
    case "-":
      return num1 - num2;
    case "*":
      return num1 * num2;
    case "/":
      return num2 === 0 ? "Cannot divide by zero" : num1 / num2;
  }
}
