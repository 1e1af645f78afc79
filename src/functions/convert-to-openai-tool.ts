import type { OpenAITool } from "../types.js";
import {
  convertToOpenAIFunction,
  type FunctionWithParameters,
  type ConvertToOpenAIOptions,
} from "./convert-to-openai-function.js";
import type { FunctionSchema } from "./function-schema.js";

/** An OpenAI tool definition that says what its parameters are. */
export interface ToolWithParameters extends OpenAITool {
  function: FunctionWithParameters;
}

/**
 * Makes an OpenAI tool definition, `{ type: "function", function }`. Takes and throws the same as
 * `convertToOpenAIFunction`.
 *
 * @example
 * ```ts
 * import { Calculator, convertToOpenAITool } from "langsmith-finetune";
 *
 * const tool = convertToOpenAITool(Calculator);
 * console.log(tool.function.name); // Calculator
 * ```
 */
export function convertToOpenAITool(schema: FunctionSchema, options: ConvertToOpenAIOptions = {}): ToolWithParameters {
  return { type: "function", function: convertToOpenAIFunction(schema, options) };
}
