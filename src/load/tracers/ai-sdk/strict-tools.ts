import type { ToolDefinitions } from "../../../messages/tool-definition.js";

/** Tools that were sent as strict ones by an option that stands elsewhere. */
export function strictTools({ tools, builtIn }: ToolDefinitions): ToolDefinitions {
  return { tools: tools.map((tool) => ({ ...tool, function: { ...tool.function, strict: true } })), builtIn };
}
