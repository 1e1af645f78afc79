import type { RequestedTools } from "../tracer.js";

/** Tools that were sent as strict ones by an option that stands elsewhere. */
export function strictTools(given: RequestedTools): RequestedTools {
  if (typeof given === "string") return given;
  const { tools, builtIn } = given;
  return { tools: tools.map((tool) => ({ ...tool, function: { ...tool.function, strict: true } })), builtIn };
}
