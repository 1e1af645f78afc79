import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { AIMessage, BaseMessage } from "@langchain/core/messages";
import type { Runnable } from "@langchain/core/runnables";
import { InvalidOptionError } from "../../errors.js";
import type { OpenAIFunction, OpenAITool, TrainingExample } from "../../types.js";

type Askable = Runnable<BaseMessage[], AIMessage>;

/**
 * The model with a row's tools or functions bound, so that it is asked what was asked in production.
 * Legacy functions are passed as such to OpenAI's models, which alone know them, and as tools to all others.
 */
export function bindRow(
  model: BaseChatModel,
  row: Pick<TrainingExample, "tools" | "functions" | "parallel_tool_calls">,
): Askable {
  const { tools = [], functions = [], parallel_tool_calls: parallel } = row;
  if (functions.length > 0 && tools.length === 0 && knowsFunctions(model)) {
    return model.withConfig({ functions } as object) as unknown as Askable;
  }
  const all = [...tools, ...functions.map((one: OpenAIFunction): OpenAITool => ({ type: "function", function: one }))];
  if (all.length === 0) return model as unknown as Askable;
  if (typeof model.bindTools !== "function") throw cannotBind(model);
  return model.bindTools(
    all,
    (parallel === undefined ? {} : { parallel_tool_calls: parallel }) as object,
  ) as unknown as Askable;
}

/** Throws for a model that cannot be given tools, where a row has some. Before anything is asked. */
export function checkBindable(
  name: string,
  model: BaseChatModel,
  row: Pick<TrainingExample, "tools" | "functions">,
): void {
  const needsTools = (row.tools?.length ?? 0) > 0 || ((row.functions?.length ?? 0) > 0 && !knowsFunctions(model));
  if (needsTools && typeof model.bindTools !== "function") throw cannotBind(model, name);
}

function knowsFunctions(model: BaseChatModel): boolean {
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
