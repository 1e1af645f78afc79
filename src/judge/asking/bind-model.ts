import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { AIMessage, BaseMessage } from "@langchain/core/messages";
import type { Runnable } from "@langchain/core/runnables";
import { InvalidOptionError } from "../../errors.js";
import { isRecord } from "../../internal/is-record.js";
import type { OpenAIFunction, OpenAITool, TrainingExample } from "../../types.js";

type Askable = Runnable<BaseMessage[], AIMessage>;

/** What a call was made with beside its messages and tools. */
export interface RepeatedSettings {
  /** `tool_choice` or `function_call` of the request. */
  readonly toolChoice?: unknown;
  /** `response_format` of the request. Repeated to OpenAI's models alone, which know it by this name. */
  readonly responseFormat?: unknown;
}

/**
 * The model with a row's tools or functions bound, so that it is asked what was asked in production.
 * Legacy functions are passed as such to OpenAI's models, which alone know them, and as tools to all others.
 */
export function bindRow(
  model: BaseChatModel,
  row: Pick<TrainingExample, "tools" | "functions" | "parallel_tool_calls">,
  { toolChoice, responseFormat }: RepeatedSettings = {},
): Askable {
  const format =
    isRecord(responseFormat) && "type" in responseFormat && isOpenAI(model) ? { response_format: responseFormat } : {};
  const { tools = [], functions = [], parallel_tool_calls: parallel } = row;
  if (functions.length > 0 && tools.length === 0 && isOpenAI(model)) {
    return model.withConfig({ functions, ...format } as object) as unknown as Askable;
  }
  const all = [...tools, ...functions.map((one: OpenAIFunction): OpenAITool => ({ type: "function", function: one }))];
  if (all.length === 0)
    return (Object.keys(format).length === 0 ? model : model.withConfig(format as object)) as unknown as Askable;
  if (typeof model.bindTools !== "function") throw cannotBind(model);
  return model.bindTools(all, {
    ...(parallel !== undefined && { parallel_tool_calls: parallel }),
    ...choiceOf(toolChoice),
    ...format,
  } as object) as unknown as Askable;
}

/** Throws for a model that cannot be given tools, where a row has some. Before anything is asked. */
export function checkBindable(
  name: string,
  model: BaseChatModel,
  row: Pick<TrainingExample, "tools" | "functions">,
): void {
  const needsTools = (row.tools?.length ?? 0) > 0 || ((row.functions?.length ?? 0) > 0 && !isOpenAI(model));
  if (needsTools && typeof model.bindTools !== "function") throw cannotBind(model, name);
}

/** A request's choice in the words of LangChain, which every integration translates: `any`, `auto`, `none`, a name. */
function choiceOf(choice: unknown): { tool_choice?: string } {
  if (choice === "required" || choice === "any") return { tool_choice: "any" };
  if (choice === "none") return { tool_choice: "none" };
  if (!isRecord(choice)) return {};
  const name = isRecord(choice.function) ? choice.function.name : choice.name;
  return typeof name === "string" ? { tool_choice: name } : {};
}

function isOpenAI(model: BaseChatModel): boolean {
  return model._llmType() === "openai";
}

function cannotBind(model: BaseChatModel, name = "models"): InvalidOptionError {
  return new InvalidOptionError({
    option: "models",
    value: name,
    message: `The model ${name} (${model.getName()}) cannot bind tools, and the rows have tools: it would be asked something else than was asked in production.`,
    hint: "Leave it out, or compare on rows without tools.",
  });
}
