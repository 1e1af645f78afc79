import type { OpenAIFunction, OpenAITool } from "../types.js";

/**
 * A schema with the Standard Schema interface, as those of zod 3.25, zod 4, zod/mini, valibot and
 * ArkType are.
 */
export interface ValidatingSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => ValidationResult<Output> | Promise<ValidationResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a `ValidatingSchema` says of a value. */
export type ValidationResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly ValidationIssue[] };

export interface ValidationIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A LangChain tool: a `StructuredTool`, what `tool()` makes, `StructuredToolParams` or a `RunnableToolLike`. */
export interface LangChainToolLike {
  name: string;
  description?: string | undefined;
  schema: object;
}

/** A tool as Anthropic's API takes it. */
export interface AnthropicToolForm {
  name: string;
  description?: string;
  input_schema: object;
}

/** A tool as the Model Context Protocol lists it. */
export interface McpToolForm {
  name: string;
  description?: string;
  inputSchema: object;
}

/** A tool as the Converse API of Amazon Bedrock takes it. */
export interface BedrockToolForm {
  toolSpec: { name?: string | undefined; description?: string | undefined; inputSchema?: object | undefined };
}

/** JSON Schema of an object; its `title` is the function's name. */
export type JsonSchemaForm = Record<string, unknown>;

/** Everything that `convertToOpenAIFunction` and `convertToOpenAITool` take. */
export type FunctionSchema =
  | ValidatingSchema
  | LangChainToolLike
  | OpenAIFunction
  | OpenAITool
  | AnthropicToolForm
  | McpToolForm
  | BedrockToolForm
  | JsonSchemaForm;
