import type { Calculator } from "langsmith-finetune";

const OPERATIONS = ["+", "-", "*", "/"] as const;

/** The walkthrough's kind of question, with two-digit numbers: all different, in a fixed order. */
export function makeQuestions(count: number): { input: string; call: Calculator }[] {
  const questions = new Map<string, Calculator>();
  // A linear congruential generator (Numerical Recipes), so that every run asks the same.
  let state = 7;
  const below = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  while (questions.size < count) {
    const call: Calculator = { num1: 10 + below(90), num2: 10 + below(90), operation: OPERATIONS[below(4)] ?? "+" };
    questions.set(`What's ${call.num1}${call.operation}${call.num2}?`, call);
  }
  return [...questions].map(([input, call]) => ({ input, call }));
}

/** What a question asks for, read back out of it. */
export function askedFor(question: string): Calculator {
  const [, left, operation, right] = /^What's (\d+)([-+*/])(\d+)\?$/.exec(question) ?? [];
  if (operation === undefined) throw new Error(`No question of this kind: ${question}`);
  return { num1: Number(left), num2: Number(right), operation: operation as Calculator["operation"] };
}
