import type { TrainingExample } from "../types.js";

/** The names of the tools and functions that a row's assistant messages call, each once. */
export function calledTools(example: TrainingExample): string[] {
  const names = new Set<string>();
  for (const message of example.messages) {
    if (message.role !== "assistant") continue;
    for (const call of message.tool_calls ?? []) names.add(call.function.name);
    if (message.function_call) names.add(message.function_call.name);
  }
  return [...names];
}

/** The names of the tools and functions that a row's model was given, each once. */
export function definedTools(example: TrainingExample): string[] {
  const names = new Set<string>();
  for (const tool of example.tools ?? []) names.add(tool.function.name);
  for (const called of example.functions ?? []) names.add(called.name);
  return [...names];
}
