import { firstText } from "../../../internal/first-text.js";
import { arrayOf, isRecord } from "../../../internal/is-record.js";
import { traceable } from "../traceable/traceable.js";
import type { Conversation, TracedRun, Tracer } from "../tracer.js";

type Fields = Record<string, unknown>;

/**
 * pi, the coding agent, by LangSmith's extension for it: the inputs are the provider's whole request,
 * the answer has pi's own parts. Over the Responses API the id of a call is two in one; tool messages
 * name their call as Anthropic does.
 */
export const pi: Tracer = {
  name: "pi",
  read(run): Conversation | undefined {
    const { inputs, outputs, metadata } = run;
    if (metadata.ls_integration !== "pi") return undefined;
    const [answer] = arrayOf(outputs.messages);
    const conversation = traceable.read({
      ...run,
      inputs: { ...inputs, messages: messagesAsSent(inputs.messages) },
      outputs: { ...outputs, messages: messagesAsSent(outputs.messages) },
    });
    return conversation && { ...conversation, finishReason: finishReasonOf(answer, metadata) };
  },
};

// The provider's word, or pi's own.
function finishReasonOf(answer: unknown, metadata: TracedRun["metadata"]): string | undefined {
  const { rawStopReason, stopReason }: Fields = isRecord(answer) ? answer : {};
  const raw = firstText(rawStopReason);
  const reason = firstText(metadata.stop_reason, stopReason);
  if (reason === "toolUse") return undefined;
  return reason === "stop" || reason === undefined ? (raw ?? reason) : reason;
}

function messagesAsSent(messages: unknown): unknown {
  return Array.isArray(messages) ? messages.map(messageAsSent) : messages;
}

function messageAsSent(message: unknown): unknown {
  if (!isRecord(message)) return message;
  const sent: Fields = { ...message };
  if (message.role === "tool") sent.tool_call_id = callId(message.tool_call_id ?? message.tool_use_id);
  if (Array.isArray(message.content)) sent.content = message.content.map(partAsSent);
  if (Array.isArray(message.tool_calls))
    sent.tool_calls = message.tool_calls.map((call: unknown) =>
      isRecord(call) ? { ...call, id: callId(call.id) } : call,
    );
  return sent;
}

function partAsSent(part: unknown): unknown {
  if (!isRecord(part) || (part.type !== "tool_call" && part.type !== "tool_use")) return part;
  return { ...part, id: callId(part.id) };
}

// `call_1|fc_1`: the id of the call, and that of the item which held it.
function callId(id: unknown): unknown {
  return typeof id === "string" ? id.replace(/\|(?:fc_?|item_|msg_).*$/s, "") : id;
}
