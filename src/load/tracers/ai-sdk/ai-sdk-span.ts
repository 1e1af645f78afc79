import { firstText } from "../../../internal/first-text.js";
import { arrayOf, objectOf } from "../../../internal/is-record.js";
import { exactJsonOrSame } from "../../../messages/free-form-json.js";
import { Unreadable } from "../../../messages/unreadable.js";
import type { TracedRun, Tracer } from "../tracer.js";
import { aiSdk } from "./ai-sdk.js";

type Fields = Record<string, unknown>;

/**
 * The AI SDK's own spans, through LangSmith's exporter for OpenTelemetry or any other: prompt, tools,
 * answer and end are in attributes (`ai.*`), which are all in the metadata. What the server takes for
 * inputs and outputs has the calls without the text beside them, and is not used.
 *
 * https://ai-sdk.dev/docs/ai-sdk-core/telemetry
 */
export const aiSdkSpan: Tracer = {
  name: "ai-sdk-span",
  read(run) {
    const { metadata } = run;
    const messages = exactJsonOrSame(metadata["ai.prompt.messages"]);
    const operation = firstText(metadata["ai.operationId"], metadata["operation.name"]) ?? "";
    if (!Array.isArray(messages) || !operation.startsWith("ai.")) return undefined;
    const outputs = answerOf(metadata);
    if (operation.includes("doStream") && outputs.finishReason === undefined)
      throw new Unreadable("partial-stream", "The stream did not end.", "extra.metadata");
    const conversation = aiSdk.read({
      ...asCall(run, outputs),
      inputs: {
        messages,
        tools: arrayOf(exactJsonOrSame(metadata["ai.prompt.tools"])).map(exactJsonOrSame),
        toolChoice: exactJsonOrSame(metadata["ai.prompt.toolChoice"]),
        ...(isObject(operation) && {
          responseFormat: { type: "json", schema: exactJsonOrSame(metadata["ai.schema"]) ?? {} },
        }),
      },
    });
    // The schema is an attribute of the span around this one.
    if (conversation && metadata["ai.schema"] === undefined) delete conversation.responseFormat;
    return conversation;
  },
};

function isObject(operation: string): boolean {
  return /Object/.test(operation);
}

// As `wrapAISDK` writes a call: named after the provider, without the attributes of the span.
function asCall(run: TracedRun, outputs: Fields): TracedRun {
  const { metadata } = run;
  const agent = firstText(metadata["ai.request.headers.user-agent"]);
  return {
    ...run,
    name: firstText(metadata["ai.model.provider"]) ?? run.name,
    outputs,
    params: agent === undefined ? {} : { aiVersion: agent },
    metadata: { ls_model_name: metadata["ai.model.id"] ?? metadata.ls_model_name },
    isExtraOmitted: false,
  };
}

function answerOf(metadata: Fields): Fields {
  const text = firstText(metadata["ai.response.text"]) ?? firstText(metadata["ai.response.object"]);
  const calls = arrayOf(exactJsonOrSame(metadata["ai.response.toolCalls"])).map((call) => ({
    type: "tool-call",
    ...objectOf(call),
  }));
  return {
    role: "assistant",
    content: [...(text === undefined ? [] : [{ type: "text", text }]), ...calls],
    reasoning: firstText(metadata["ai.response.reasoning"]),
    finishReason: firstText(metadata["ai.response.finishReason"]),
  };
}
