import { firstText } from "../../../internal/first-text.js";
import { arrayOf, isRecord, objectOf } from "../../../internal/is-record.js";
import { readMessage, readMessages } from "../../../messages/messages.js";
import { argumentsText } from "../../../messages/tool-call.js";
import { NO_TOOLS } from "../../../messages/tool-definition.js";
import { refusesUnknownFields } from "../../../messages/unknown-fields.js";
import { kindOf, Unreadable } from "../../../messages/unreadable.js";
import type { TrainingMessage } from "../../../types.js";
import { toolsAt } from "../common/requested-tools.js";
import { settingsOf } from "../common/settings.js";
import type { TracedRun, Tracer } from "../tracer.js";

/**
 * Mastra's exporter: the outputs are `{ text, toolCalls }`, tools and end are in the metadata. One run
 * stands for the whole loop of an agent's model calls (`model_generation`), so it is one call only
 * where it ends with its calls, or has none.
 */
export const mastra: Tracer = {
  name: "mastra",
  read(run) {
    const { inputs, outputs, metadata } = run;
    if (
      metadata.mastra_span_type === undefined ||
      !("text" in outputs || "toolCalls" in outputs || "object" in outputs)
    )
      return undefined;
    const finishReason = firstText(metadata.finishReason, outputs.finishReason);
    const calls = callsOf(outputs);
    checkSingleCall(run, calls, finishReason);
    const answer: TrainingMessage[] = [];
    const text = firstText(outputs.text) ?? objectText(outputs.object);
    const message = { role: "assistant", content: text ?? "", reasoning: outputs.reasoningText, tool_calls: calls };
    readMessage(message, answer, "outputs", { isAnswer: true });
    return {
      prompt: readMessages(inputs.messages, "inputs.messages"),
      answer,
      tools:
        toolsAt([metadata.tools, "extra.metadata.tools"]) ?? (isFilled(metadata.availableTools) ? "lost" : NO_TOOLS),
      ...settingsOf([objectOf(metadata.modelParameters)]),
      finishReason,
    };
  },
};

const checkFields = refusesUnknownFields({
  code: "unknown-shape",
  holder: "The outputs",
  meaningful: /call|tool|function|invocation|action/i,
  known: new Set(["toolCalls", "toolResults"]),
});

function isFilled(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function callsOf(outputs: TracedRun["outputs"]): unknown[] {
  checkFields(outputs, "outputs");
  const { toolCalls } = outputs;
  if (toolCalls !== undefined && toolCalls !== null && !Array.isArray(toolCalls))
    throw new Unreadable("invalid-tool-call", `The calls are ${kindOf(toolCalls)}.`, "outputs.toolCalls");
  return arrayOf(toolCalls).map((call) => {
    const inner = isRecord(call) && isRecord(call.payload) ? call.payload : call;
    return isRecord(inner)
      ? { id: inner.toolCallId, name: inner.toolName, arguments: inner.args ?? inner.input }
      : inner;
  });
}

function objectText(value: unknown): string | undefined {
  return isRecord(value) || Array.isArray(value) ? argumentsText(value, "outputs.object") : undefined;
}

// After a call that was answered within the run the text is that of several answers, or of the last.
function checkSingleCall(
  { outputs, metadata, inputs }: TracedRun,
  calls: readonly unknown[],
  finishReason: string | undefined,
): void {
  const isLoop =
    (calls.length > 0 && finishReason !== "tool-calls") ||
    arrayOf(outputs.toolResults).length > 0 ||
    (typeof metadata.stepCount === "number" && metadata.stepCount > 1) ||
    arrayOf(outputs.steps).length > 1;
  if (isLoop) {
    throw new Unreadable(
      "unknown-shape",
      "The run is a whole loop of calls: what the model was sent between them is not in it.",
      "outputs.toolCalls",
    );
  }
  if (!Array.isArray(inputs.messages))
    throw new Unreadable("unknown-shape", "The inputs hold no messages.", "inputs.messages");
}
