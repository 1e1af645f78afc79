import type { OpenAITool, TrainingToolCall } from "../types.js";

/**
 * Some servers name the tool in every chunk of a stream, and LangChain Python puts the names one
 * after the other (`get_weatherget_weather`). Writes the name once where a known tool has it and no
 * tool has the repeated one. True if there was one.
 */
export function restoreRepeatedNames(calls: readonly TrainingToolCall[], tools: readonly OpenAITool[]): boolean {
  let isRestored = false;
  for (const call of calls) {
    const { name } = call.function;
    if (tools.some((tool) => tool.function.name === name)) continue;
    const named = tools.filter((tool) => name.length % tool.function.name.length === 0 && tool.function.name.repeat(name.length / tool.function.name.length) === name);
    if (!named[0] || named.length > 1) continue;
    call.function.name = named[0].function.name;
    isRestored = true;
  }
  return isRestored;
}
