import { firstText } from "../../../internal/first-text.js";
import { arrayOf, isRecord } from "../../../internal/is-record.js";
import { readMessage } from "../../../messages/messages.js";
import { Unreadable } from "../../../messages/unreadable.js";
import type { TrainingMessage } from "../../../types.js";
import { promptOf } from "../common/prompt.js";
import { inInputs, inParameters, toolsAt } from "../common/requested-tools.js";
import type { TracedRun, Tracer } from "../tracer.js";

/**
 * Dify: a message of a chat application has its answer in `outputs.choices`, which is one object; a
 * node of a workflow has `outputs.text`. Files stand beside the texts of messages, without their
 * bytes. Known by its source alone (`api/core/ops/langsmith_trace` of langgenius/dify).
 */
export const dify: Tracer = {
  name: "dify",
  read(run) {
    const { outputs } = run;
    const message = answerIn(run);
    if (!message) return undefined;
    checkFiles(arrayOf(run.inputs.messages), "inputs.messages");
    checkFiles([message], "outputs");
    const answer: TrainingMessage[] = [];
    readMessage({ ...message, role: "assistant" }, answer, "outputs", { isAnswer: true });
    return {
      prompt: promptOf(run.inputs),
      answer,
      // A node of a workflow has no tools of its own, and those of an agent are not written.
      tools: toolsAt(inParameters(run), inInputs(run)) ?? "not-recorded",
      finishReason: firstText(outputs.finish_reason),
    };
  },
};

function answerIn({ outputs, metadata }: TracedRun): Record<string, unknown> | undefined {
  if (isRecord(outputs.choices) && "role" in outputs.choices) return outputs.choices;
  const isNode = "node_execution_id" in metadata || "workflow_run_id" in metadata;
  return isNode && typeof outputs.text === "string" ? { content: outputs.text } : undefined;
}

function checkFiles(messages: readonly unknown[], path: string): void {
  for (const message of messages) {
    if (!isRecord(message)) continue;
    const files = [...arrayOf(message.files), ...arrayOf(message.file_list)].filter(Boolean);
    if (files.length > 0)
      throw new Unreadable("unsupported-content", "A message has files beside its text, without their bytes.", path);
  }
}
