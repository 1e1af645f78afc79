// Written by scripts/write-subpaths.ts from src/index.ts.

export { Calculator, calculate, type Operation } from "./calculator.js";
export {
  convertToOpenAIFunction,
  type ConvertToOpenAIOptions,
  type FunctionWithParameters,
} from "./convert-to-openai-function.js";
export { convertToOpenAITool, type ToolWithParameters } from "./convert-to-openai-tool.js";
export type { FunctionSchema, ValidatingSchema } from "./function-schema.js";
export { SchemaOutputParser, type SchemaOutputParserOptions } from "./schema-output-parser.js";
