import { isRecord } from "../../internal/is-record.js";
import type { TrainingMessage } from "../../types.js";
import { readMessage, readMessages } from "../messages.js";
import { Unreadable } from "../unreadable.js";
import { firstText } from "./first-text.js";
import { promptOf, withSystem } from "./prompt.js";
import type { RunParts, RunShape } from "./run-shape.js";

/**
 * The Vercel AI SDK 4 to 7: `wrapAISDK`, whose outputs are one message with the SDK's parts, and
 * the telemetry integration of version 7, which leaves the system text in
 * `extra.invocation_params.instructions`.
 */
export const aiSdk: RunShape = {
  name: "ai-sdk",
  read(run) {
    const { inputs, outputs, params } = run;
    if (!isAiSdk(run) || outputs.role !== "assistant" || !("content" in outputs || "tool_calls" in outputs)) return undefined;
    const answer: TrainingMessage[] = [];
    readMessage({ ...outputs, content: outputs.content ?? "" }, answer, "outputs", true);
    return { prompt: withSystem(params.instructions ?? params.system, promptOf(inputs)), answer, finishReason: finishReasonOf(outputs) };
  },
};

/** The exporter of `langsmith` up to 0.3: stored LangChain messages, the answer under `outputs.llm_output`. */
export const aiSdkExporter: RunShape = {
  name: "ai-sdk-exporter",
  read({ inputs, outputs, metadata }) {
    const operation = firstText(metadata["ai.operationId"]);
    if (outputs.llm_output === undefined && operation === undefined) return undefined;
    if (!isRecord(outputs.llm_output)) {
      throw new Unreadable("unknown-shape", "The run holds the object that was generated and not the model's answer, which may have been a call or a text.", "outputs");
    }
    const answer: TrainingMessage[] = [];
    readMessage(outputs.llm_output, answer, "outputs.llm_output", true);
    return { prompt: readMessages(inputs.messages, "inputs.messages"), answer };
  },
};

function isAiSdk({ outputs, metadata }: RunParts): boolean {
  const integration = firstText(metadata.ls_integration);
  return integration?.startsWith("vercel-ai-sdk") === true || "finishReason" in outputs;
}

function finishReasonOf({ finishReason, finish_reason: finish }: Record<string, unknown>): string | undefined {
  return isRecord(finishReason) ? firstText(finishReason.unified, finishReason.raw) : firstText(finishReason, finish);
}
