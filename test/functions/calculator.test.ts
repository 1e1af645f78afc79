import { RunnableLambda } from "@langchain/core/runnables";
import { tool } from "@langchain/core/tools";
import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { z } from "zod/v4";
import { Calculator, calculate, convertToOpenAIFunction, convertToOpenAITool } from "langsmith-finetune";

describe("Calculator", () => {
  it.each([
    [{ num1: 45, num2: 9, operation: "/" }, 5],
    [{ num1: 12, num2: 6, operation: "*" }, 72],
    [{ num1: 45, num2: 30, operation: "+" }, 75],
    [{ num1: 30, num2: 15, operation: "-" }, 15],
    [{ num1: 1, num2: 0, operation: "/" }, "Cannot divide by zero"],
    [{ num1: 0, num2: -0, operation: "/" }, "Cannot divide by zero"],
  ] as const)("calculates %j", (call, answer) => {
    expect(calculate(call)).toBe(answer);
    expect(Calculator.parse(call)).toEqual(call);
  });

  it("keeps the error of the step before it in its place in a batch", async () => {
    const step = RunnableLambda.from((input: string) => Calculator.parse(JSON.parse(input))).pipe(calculate);
    const inputs = ['{"num1":8,"num2":8,"operation":"*"}', "no JSON"];
    const results = await step.batch(inputs, {}, { returnExceptions: true });
    expect(results[0]).toBe(64);
    expect(results[1]).toBeInstanceOf(SyntaxError);
  });

  it("becomes the function of the walkthrough", () => {
    const definition = {
      name: "Calculator",
      description: "A calculator function",
      parameters: {
        type: "object",
        properties: {
          num1: { type: "number" },
          num2: { type: "number" },
          operation: { type: "string", enum: ["+", "-", "*", "/"], description: "+,-,*,/" },
        },
        required: ["num1", "num2", "operation"],
      },
    };
    expect(convertToOpenAIFunction(Calculator)).toEqual(definition);
    expect(convertToOpenAITool(Calculator)).toEqual({ type: "function", function: definition });
    expect(convertToOpenAIFunction(Calculator, { strict: true })).toEqual({
      ...definition,
      strict: true,
      parameters: { ...definition.parameters, additionalProperties: false },
    });
  });

  it("is an object schema to LangChain, by its types", async () => {
    expectTypeOf<z.infer<typeof Calculator>>().toEqualTypeOf<Calculator>();
    const calculator = tool((call: Calculator) => String(calculate(call)), { name: "calculator", schema: Calculator });
    expect(await calculator.invoke({ num1: 45, num2: 9, operation: "/" })).toBe("5");
  });

  it("refuses other operations and numbers as text", () => {
    expect(Calculator.safeParse({ num1: 1, num2: 2, operation: "%" }).success).toBe(false);
    expect(Calculator.safeParse({ num1: "1", num2: 2, operation: "+" }).success).toBe(false);
  });

  it("calculates what JavaScript does, for any numbers", () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(number, number, (num1, num2) => {
        expect(calculate({ num1, num2, operation: "+" })).toBe(num1 + num2);
        expect(calculate({ num1, num2, operation: "/" })).toBe(num2 === 0 ? "Cannot divide by zero" : num1 / num2);
      }),
    );
  });
});
