import { boolean, text } from "../internal/kinds.js";
import { checkOptions } from "../internal/options.js";
import { isBaseMessageChunk, type BaseMessage } from "@langchain/core/messages";
import {
  BaseCumulativeTransformOutputParser,
  OutputParserException,
  parsePartialJson,
} from "@langchain/core/output_parsers";
import type { ChatGeneration, Generation } from "@langchain/core/outputs";
import { compare } from "@langchain/core/utils/json_patch";
import { deepCompareStrict } from "@langchain/core/utils/json_schema";
import { concat } from "@langchain/core/utils/stream";
import { isRecord, objectOf } from "../internal/is-record.js";
import { functionCalls, type FunctionCall } from "./function-calls.js";
import { functionParts } from "./function-parts.js";
import type { FunctionSchema, ValidatingSchema } from "./function-schema.js";
import { schemaName } from "./schema-name.js";
import { validatorOf, type Validate } from "./validator-of.js";

export interface SchemaOutputParserOptions {
  /**
   * The function whose call is read, where the model may call several.
   * @default the tool's name or the schema's title; without either, any
   */
  name?: string;
  /**
   * Stream JSON Patch operations instead of the whole value so far.
   * @default false
   */
  diff?: boolean;
}

/**
 * Reads the arguments of a function call out of a chat model's message, and checks them with the
 * schema. Takes calls of the tool form and of the legacy form (`function_call`), parsed or raw. Of
 * several calls of the function it reads the first.
 *
 * Streams what is there of the arguments so far, unchecked, as LangChain's own parsers do; when the
 * model has ended, the whole is checked, and given once more where the schema changed it. A step
 * after the parser gets the last value and not a sum of all.
 *
 * `invoke` and the end of a stream throw LangChain's `OutputParserException`, with the model's
 * output as `llmOutput`, where there is no call, a call of another function, arguments that are not
 * JSON or do not fit the schema, or a refusal.
 *
 * @example
 * ```ts
 * import { ChatPromptTemplate } from "@langchain/core/prompts";
 * import { ChatOpenAI } from "@langchain/openai";
 * import { Calculator, calculate, convertToOpenAIFunction, SchemaOutputParser } from "langsmith-finetune";
 *
 * const chain = ChatPromptTemplate.fromMessages([["user", "{input}"]])
 *   .pipe(new ChatOpenAI({ model: "gpt-4o-mini" }).withConfig({ functions: [convertToOpenAIFunction(Calculator)] }))
 *   .pipe(new SchemaOutputParser(Calculator))
 *   .pipe(calculate);
 * console.log(await chain.invoke({ input: "What's 45/9?" }));
 * ```
 */
export class SchemaOutputParser<Output = Record<string, unknown>> extends BaseCumulativeTransformOutputParser<Output> {
  static override lc_name(): string {
    return "SchemaOutputParser";
  }

  override lc_namespace = ["langsmith_finetune", "functions"];

  /** The function whose call is read; left out where any will do. */
  readonly functionName?: string;
  readonly #validate: Validate<Output>;

  /** @throws InvalidOptionError where no function can be made of the schema. */
  constructor(schema: ValidatingSchema<unknown, Output> | FunctionSchema, options: SchemaOutputParserOptions = {}) {
    checkOptions<SchemaOutputParserOptions>("SchemaOutputParser", options, { name: text, diff: boolean });
    const { name, diff = false } = options;
    super({ diff });
    const parts = functionParts(schema);
    this.functionName = name ?? parts.name ?? schemaName(parts.schema);
    this.#validate = validatorOf<Output>(parts.schema);
  }

  /** Takes the arguments as JSON text. */
  override async parse(text: string): Promise<Output> {
    return this.#checked({ text });
  }

  override async parseResult(generations: Generation[] | ChatGeneration[]): Promise<Output> {
    const [generation] = generations;
    if (generation === undefined) throw new OutputParserException("The model gave no answer.");
    const message = messageOf(generation);
    return message === undefined ? this.parse(generation.text) : this.#checked(this.#select(message));
  }

  override async parsePartialResult(generations: Generation[] | ChatGeneration[]): Promise<Output | undefined> {
    const [generation] = generations;
    if (generation === undefined) return undefined;
    const message = messageOf(generation);
    const call =
      message === undefined ? { text: generation.text } : functionCalls(message).find((one) => this.#isWanted(one));
    const value = call && partialValue(call);
    return isRecord(value) ? (value as Output) : undefined;
  }

  override async *_transform(source: AsyncGenerator<string | BaseMessage>): AsyncGenerator<Output> {
    let whole: string | BaseMessage | undefined;
    let previous: unknown;
    for await (const chunk of source) {
      whole = whole === undefined ? chunk : joined(whole, chunk);
      const value = await this.parsePartialResult([asGeneration(whole)]);
      if (value === undefined || deepCompareStrict(value, previous)) continue;
      yield this.#emit(previous, replaceable(value));
      previous = value;
    }
    if (whole === undefined) return;
    const value = await this.parseResult([asGeneration(whole)]);
    if (!deepCompareStrict(value, previous)) yield this.#emit(previous, value);
  }

  protected override _diff(previous: unknown, next: unknown): unknown {
    return compare(objectOf(previous), objectOf(next));
  }

  #emit(previous: unknown, next: Output): Output {
    return this.diff ? (this._diff(previous, next) as Output) : next;
  }

  #isWanted({ name }: FunctionCall): boolean {
    // The name of a streamed legacy call may come after its first arguments.
    return this.functionName === undefined || name === undefined || name === this.functionName;
  }

  #select(message: BaseMessage): FunctionCall {
    const calls = functionCalls(message);
    const wanted = this.functionName ?? "a function";
    const { refusal } = message.additional_kwargs;
    if (calls.length === 0) {
      const said = typeof refusal === "string" ? refusal : message.text;
      const what = typeof refusal === "string" ? "refused" : "answered in prose";
      throw new OutputParserException(`The model ${what} instead of calling ${wanted}: ${JSON.stringify(said)}`, said);
    }
    const names = [...new Set(calls.map(({ name }) => name ?? "(no name)"))];
    const call = calls.find((one) => this.#isWanted(one));
    const found = JSON.stringify(calls.map(({ name, text, value }) => ({ name, arguments: text ?? value })));
    if (call === undefined) {
      throw new OutputParserException(`The model called ${names.join(", ")} and not ${wanted}.`, found);
    }
    if (this.functionName === undefined && names.length > 1) {
      throw new OutputParserException(
        `The model called ${names.join(", ")}. Tell the parser which to read: { name }.`,
        found,
      );
    }
    return call;
  }

  async #checked(call: FunctionCall): Promise<Output> {
    const name = call.name ?? this.functionName ?? "the function";
    const text = call.text ?? JSON.stringify(call.value);
    if (call.error !== undefined) {
      throw new OutputParserException(`The arguments of ${name} are not valid JSON: ${call.error} Text: ${text}`, text);
    }
    let value = call.value;
    if (value === undefined) {
      try {
        // Some models send no text at all for a function without parameters.
        value = text.trim() === "" && call.name !== undefined ? {} : JSON.parse(text);
      } catch (error) {
        throw new OutputParserException(
          `The arguments of ${name} are not valid JSON: ${String(error)}. Text: ${text}`,
          text,
        );
      }
    }
    const result = await this.#validate(value);
    if ("value" in result) return result.value;
    throw new OutputParserException(
      `The arguments of ${name} do not fit its schema: ${result.problems.join("; ")}. Text: ${text}`,
      text,
    );
  }
}

function joined(whole: string | BaseMessage, chunk: string | BaseMessage): string | BaseMessage {
  if (typeof whole === "string" && typeof chunk === "string") return whole + chunk;
  if (isBaseMessageChunk(whole as BaseMessage) && isBaseMessageChunk(chunk as BaseMessage)) return concat(whole, chunk);
  throw new OutputParserException("The model streamed several whole messages, which cannot be read as one call.");
}

function messageOf(generation: Generation | ChatGeneration): BaseMessage | undefined {
  return "message" in generation ? generation.message : undefined;
}

function asGeneration(whole: string | BaseMessage): Generation | ChatGeneration {
  return typeof whole === "string" ? { text: whole } : ({ text: whole.text, message: whole } satisfies ChatGeneration);
}

function partialValue({ text, value, error }: FunctionCall): unknown {
  if (value !== undefined || error !== undefined || text === undefined) return value;
  try {
    return parsePartialJson(text);
  } catch {
    return undefined; // Not JSON, or not yet: the end of the stream says which.
  }
}

/**
 * LangChain adds up the chunks that one step streams into the next, and with them the numbers in
 * them (4, then 45, makes 49). A value with its own `concat` is asked instead: the newer replaces it.
 */
function replaceable<T>(value: T): T {
  const copy = { ...value };
  Object.defineProperty(copy, "concat", { value: (newer: unknown) => newer, enumerable: false });
  return copy;
}
