import { calculate } from "../../functions/calculator.js";
import { findArithmetic } from "./arithmetic.js";
import {
  calculatorAmong,
  lastQuestion,
  takesCalculation,
  textOf,
  type ChatPrompt,
  type Model,
  type Reply,
} from "./chat-types.js";
import { sampleArguments } from "./sample-arguments.js";

/**
 * The base model: calculates, by calling a function that takes `num1`, `num2` and `operation` where
 * one is bound, and in prose otherwise. To everything else it says what it is. Where JSON is asked
 * for, it is a calculation of that form, or else made up.
 */
export const baseModel: Model = (prompt) => {
  const last = prompt.messages.at(-1);
  if (last?.role === "tool" || last?.role === "function") return resultInWords(textOf(last.content));

  const calculations = findArithmetic(lastQuestion(prompt.messages));
  const calculator = calculatorAmong(prompt);
  if (calculations.length > 0 && calculator !== undefined) {
    const calls = calculations.map((calculation) => ({ name: calculator, arguments: JSON.stringify(calculation) }));
    return { calls: prompt.parallel ? calls : calls.slice(0, 1) };
  }
  if (prompt.format !== undefined) {
    const fits = takesCalculation(prompt.format) && calculations.length > 0;
    return { text: JSON.stringify(fits ? calculations[0] : sampleArguments(prompt.format)) };
  }
  if (calculations.length > 0) {
    const sentences = calculations.map((one) => `${one.num1} ${one.operation} ${one.num2} is ${calculate(one)}.`);
    return { text: sentences.join(" ").replace(/is Cannot divide by zero/g, "cannot be: one cannot divide by zero") };
  }
  return { text: "I am a stand-in for a chat model: I can calculate with two numbers, and nothing else." };
};

/** A call that the request leaves no choice about. Its arguments have the right form and mean nothing. */
export function demandedCall({ choice, functions }: ChatPrompt): Reply | undefined {
  if (choice === "auto" || choice === "none") return undefined;
  const wanted = choice === "required" ? functions[0] : functions.find(({ name }) => name === choice.name);
  if (wanted === undefined) return undefined;
  return { calls: [{ name: wanted.name, arguments: JSON.stringify(sampleArguments(wanted.parameters)) }] };
}

/** The answer to a function's result. */
export function resultInWords(result: string): Reply {
  return { text: `The result is ${result.trim() === "" ? "empty" : result.trim().replace(/\.$/, "")}.` };
}
