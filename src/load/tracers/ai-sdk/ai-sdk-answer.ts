import { isRecord } from "../../../internal/is-record.js";
import type { TrainingMessage } from "../../../types.js";
import { readMessage } from "../../../messages/messages.js";
import { Unreadable } from "../../../messages/unreadable.js";
import { isCompaction, isSilent, providerCalls } from "../../../messages/senders/ai-sdk-prompt.js";
import { isAnthropic, isOpenAI, type AiSdkSender } from "../../../messages/senders/ai-sdk.js";
import { firstText } from "../../../internal/first-text.js";
import type { TracedRun } from "../tracer.js";

/** The model's answer, as the SDK had it from the provider's package. */
export function readAnswer(run: TracedRun, sender: AiSdkSender): TrainingMessage[] {
  const { outputs } = run;
  checkStructuredOutput(run, sender);
  checkCalls(run);
  const answer: TrainingMessage[] = [];
  readMessage({ content: "", ...ownAnswer(outputs, sender) }, answer, "outputs", { isAnswer: true });
  const message = answer.at(-1);
  // OpenAI's package, from version 6 on, gives the words of a refusal as the text.
  if (
    message?.role === "assistant" &&
    typeof message.content === "string" &&
    message.content !== "" &&
    isRefusal(outputs, sender)
  ) {
    message.refusal = message.content;
    message.content = null;
  }
  return answer;
}

/** Why the model ended. */
export function finishReasonOf(outputs: Record<string, unknown>, sender?: AiSdkSender): string | undefined {
  if (sender && isRefusal(outputs, sender)) return "refusal";
  const { finishReason, finish_reason: finish } = outputs;
  return isRecord(finishReason) ? firstText(finishReason.unified, finishReason.raw) : firstText(finishReason, finish);
}

// The answer without the calls that the provider ran itself: a streamed one does not mark them.
function ownAnswer(outputs: Record<string, unknown>, { isRunByProvider }: AiSdkSender): Record<string, unknown> {
  const content: unknown = Array.isArray(outputs.content)
    ? outputs.content.filter((part) => !isSilent(part) && !isCompaction(part))
    : outputs.content;
  if (!Array.isArray(outputs.tool_calls)) return { ...outputs, content };
  const ids = providerCalls(content);
  const calls = outputs.tool_calls.filter(
    (call) =>
      !isRecord(call) ||
      !(ids.has(call.id) || isRunByProvider(isRecord(call.function) ? call.function.name : undefined, call.id)),
  );
  return { ...outputs, content, tool_calls: calls };
}

function isRefusal({ finishReason }: Record<string, unknown>, sender: AiSdkSender): boolean {
  return (
    isOpenAI(sender) &&
    isRecord(finishReason) &&
    finishReason.unified === "content-filter" &&
    finishReason.raw !== "content_filter"
  );
}

// Models that Anthropic's package asks for structured output itself; others are given a tool of its own for it.
const NATIVE = /claude-[a-z]+-(?:4-[15-9]|[5-9])(?!\d)/;

/**
 * Where the package asks for structured output by a tool of its own, the trace has the call's
 * arguments as a text, without the call and its id, and not the tool; others put instructions of
 * their own into the prompt.
 */
function checkStructuredOutput({ inputs, outputs }: TracedRun, sender: AiSdkSender): void {
  const { finishReason, tool_calls: calls } = outputs;
  const hasCall =
    (Array.isArray(calls) && calls.length > 0) ||
    (Array.isArray(outputs.content) && outputs.content.some((part) => isRecord(part) && part.type === "tool-call"));
  const raw = isRecord(finishReason) ? finishReason.raw : undefined;
  const isAsked =
    isRecord(inputs.responseFormat) &&
    inputs.responseFormat.type === "json" &&
    !isAskedNatively(inputs.responseFormat.schema, sender);
  if ((raw === "tool_use" && !hasCall) || isAsked) {
    throw new Unreadable(
      "unknown-shape",
      "The SDK asked for structured output by a tool or by words of its own, which are not in the run.",
      "outputs",
    );
  }
}

function isAskedNatively(schema: unknown, { provider, model, version, options }: AiSdkSender): boolean {
  const hasSchema = schema !== undefined && schema !== null;
  if (provider.startsWith("deepseek.")) return false;
  if (provider.startsWith("mistral.")) return hasSchema && options.structuredOutputs !== false;
  if (!hasSchema || !isAnthropic(provider) || options.structuredOutputMode === "outputFormat") return true;
  return (
    options.structuredOutputMode !== "jsonTool" && version !== 5 && !provider.includes("bedrock") && NATIVE.test(model)
  );
}

// The telemetry has one call's arguments for all calls of an id.
function checkCalls({ outputs: { tool_calls: calls }, params }: TracedRun): void {
  if (params.aiVersion === undefined || !Array.isArray(calls) || calls.length < 2) return;
  if (new Set(calls.map((call) => (isRecord(call) ? call.id : call))).size < calls.length) {
    throw new Unreadable(
      "invalid-tool-call",
      "Calls share an id, and the tracer keeps the arguments of one of them only.",
      "outputs.tool_calls",
    );
  }
}
