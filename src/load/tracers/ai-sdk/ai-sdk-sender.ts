import { isRecord, objectOf } from "../../../internal/is-record.js";
import { firstText } from "../../../internal/first-text.js";
import { isAnthropic, type AiSdkSender } from "../../../messages/senders/ai-sdk.js";
import type { TracedRun } from "../tracer.js";

// Tools of which the provider's own answer holds call and result. The others that a provider defines
// (a shell, an editor, a computer) are run by the caller.
const RUN_BY_PROVIDER =
  /\.(web_search|web_fetch|file_search|code_interpreter|code_execution|image_generation|mcp|tool_search|google_search|google_maps|enterprise_web_search|url_context|vertex_rag_store|x_search|browser_search)/;

/** The package that sent a call of the AI SDK, by the run's name, its options and its tools. */
export function aiSdkSender(run: TracedRun): AiSdkSender {
  const { inputs, params } = run;
  const provider = providerOf(run);
  const names = new Set<unknown>();
  const tools: unknown[] = [params.tools, inputs.tools].find(Array.isArray) ?? [];
  for (const tool of tools) {
    const own = isRecord(tool) && typeof tool.id === "string" ? RUN_BY_PROVIDER.exec(tool.id)?.[1] : undefined;
    // The caller names the tool; version 5 gives its calls the provider's name of it.
    if (own !== undefined) names.add(own).add((tool as Record<string, unknown>).name);
  }
  const options = objectOf(inputs.providerOptions ?? inputs.providerMetadata);
  return {
    provider,
    model: firstText(run.metadata.ls_model_name) ?? "",
    version: versionOf(run, tools),
    options: objectOf(options[/^\w+/.exec(provider)?.[0] ?? ""] ?? options.openai),
    isRunByProvider: (name, id) =>
      names.has(name) ||
      (names.has("mcp") && typeof name === "string" && name.startsWith("mcp.")) ||
      (isAnthropic(provider) && typeof id === "string" && /^(?:srvtoolu|mcptoolu)_/.test(id)),
  };
}

// The run is named after the provider (after its class, for the version 4), or after the model if somebody wrapped it before; then the
// answer's own metadata stand under the provider's name.
function providerOf({ name, outputs, metadata }: TracedRun): string {
  const [, kind] = /^OpenAI(Chat|Responses|Completion)LanguageModel$/.exec(name) ?? [];
  if (kind !== undefined) return `openai.${kind.toLowerCase()}`;
  if (name !== metadata.ls_model_name || !isRecord(outputs.providerMetadata)) return name;
  const { openai, azure, anthropic } = outputs.providerMetadata;
  if (isRecord(anthropic)) return "anthropic.messages";
  const own = isRecord(openai) ? openai : azure;
  if (!isRecord(own)) return name;
  return `${isRecord(openai) ? "openai" : "azure"}.${"responseId" in own ? "responses" : "chat"}`;
}

// Streams have no header that says it. Version 4 alone has a mode, 5 a plain word for the end; 7 alone
// has a choice of tools where there are none, and writes a tool's schema before its description.
function versionOf({ inputs, outputs, params, metadata }: TracedRun, tools: readonly unknown[]): number | undefined {
  if (isRecord(inputs.mode)) return 4;
  const agent = isRecord(inputs.headers) ? inputs.headers["user-agent"] : undefined;
  const [, major] = /^(?:ai\/)?(\d+)\./.exec(firstText(params.aiVersion, agent) ?? "") ?? [];
  if (major !== undefined) return Number(major);
  if (metadata.ls_integration !== "vercel-ai-sdk") return undefined;
  if (typeof outputs.finishReason === "string") return 5;
  if (tools.length === 0) return inputs.toolChoice === undefined ? undefined : 7;
  const keys = tools
    .map((tool) => (isRecord(tool) ? Object.keys(tool) : []))
    .find((each) => each.includes("description") && each.includes("inputSchema"));
  if (keys === undefined) return undefined;
  return keys.indexOf("inputSchema") < keys.indexOf("description") ? 7 : 6;
}
