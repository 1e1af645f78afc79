import { isRecord, objectOf } from "../../../internal/is-record.js";
import { Unreadable } from "../../../messages/unreadable.js";
import { openAIChat } from "../openai/chat.js";
import { openAIResponses } from "../openai/responses.js";
import type { TracedRun, Tracer } from "../tracer.js";

type Fields = Record<string, unknown>;

/**
 * LiteLLM's callback `langsmith`: the inputs are its logging payload, with the messages beside
 * `model_parameters`, where the tools and the settings are; the outputs are the response in OpenAI's
 * form, whichever provider was called.
 *
 * https://github.com/BerriAI/litellm: `litellm/integrations/langsmith.py`, `StandardLoggingPayload`
 */
export const liteLlm: Tracer = {
  name: "litellm",
  read(run) {
    const { inputs, outputs } = run;
    if (typeof inputs.call_type !== "string" || !("litellm_call_id" in inputs || "model_parameters" in inputs))
      return undefined;
    checkCallType(inputs.call_type);
    const parameters = objectOf(inputs.model_parameters);
    if (!isResponses(inputs.call_type, outputs))
      return openAIChat.read(withRequest(run, requestOf(inputs, parameters)));
    // The answer repeats the instructions; the parameters of a proxy's request may lack them.
    const instructions = parameters.instructions ?? outputs.instructions;
    const request = { ...parameters, instructions, input: inputs.messages ?? parameters.input };
    return openAIResponses.read(withRequest(run, request));
  },
};

const CHAT = /^a?(?:completion|anthropic_messages|responses|generate_content(?:_stream)?|completion_with_fallbacks)$/;
const TEXT = /^a?text_completion$/;

function checkCallType(type: string): void {
  if (CHAT.test(type)) return;
  if (TEXT.test(type))
    throw new Unreadable("text-completion", "The run completes a text; it is not a chat.", "inputs.call_type");
  throw new Unreadable(
    "not-conversation",
    `The run is a call of the kind ${type}, which is not a chat.`,
    "inputs.call_type",
  );
}

function isResponses(type: string, outputs: Fields): boolean {
  return Array.isArray(outputs.output) || (/responses$/.test(type) && !Array.isArray(outputs.choices));
}

// Anthropic's API has its system prompt beside the messages; a proxy leaves it among the parameters.
function requestOf({ messages, stream }: Fields, parameters: Fields): Fields {
  return { ...parameters, stream, messages };
}

// The response is whole also where it was streamed, so that nothing in it is a chunk.
function withRequest(run: TracedRun, request: Fields): TracedRun {
  const { messages } = request;
  if (isRecord(messages)) throw new Unreadable("unknown-shape", "The messages are an object.", "inputs.messages");
  if (typeof messages === "string")
    throw new Unreadable("text-completion", "The input is one text; it is not a chat.", "inputs.messages");
  return { ...run, inputs: request, isExtraOmitted: false };
}
