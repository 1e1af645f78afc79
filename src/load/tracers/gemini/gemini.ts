import { isRecord, objectOf } from "../../../internal/is-record.js";
import { isMessage } from "../../../messages/messages.js";
import { Unreadable } from "../../../messages/unreadable.js";
import type { Conversation, TracedRun, Tracer } from "../tracer.js";
import { traceable } from "../traceable/traceable.js";

/**
 * Gemini's wrappers, `wrapGemini` and `wrap_gemini`: messages in OpenAI's form that the wrapper made
 * of Gemini's contents, read as those of any function. Refused is what the wrapper lost on its way.
 */
export const gemini: Tracer = {
  name: "gemini",
  read(run): Conversation | undefined {
    const { inputs, outputs, metadata } = run;
    if (
      metadata.ls_provider !== "google" ||
      !Array.isArray(inputs.messages) ||
      !(isMessage(outputs) || typeof outputs.content === "string")
    )
      return undefined;
    const messages = inputs.messages as unknown[];
    if (messages.some((message) => isRecord(message) && message.content === "")) {
      throw new Unreadable(
        "unknown-shape",
        "The tracer lost what a message of the prompt held: a call, a result, a file, or a text beside one.",
        "inputs.messages",
      );
    }
    // The client sends texts in a list as one turn; the wrapper makes a turn of each.
    if (
      messages.length > 1 &&
      messages.every((message) => isRecord(message) && message.role === "user" && typeof message.content === "string")
    ) {
      throw new Unreadable(
        "unknown-shape",
        "Turns of the user follow each other: texts in a list, which are sent as one turn, or turns.",
        "inputs.messages",
      );
    }
    if (metadata.ls_method === "traceable") checkPython(run);
    return traceable.read(run);
  },
};

// In Python, thoughts are written as text, and streams without their calls.
function checkPython({ inputs, outputs }: TracedRun): void {
  const config = objectOf(inputs.config);
  const thinking = objectOf(config.thinking_config ?? config.thinkingConfig);
  if ((thinking.include_thoughts ?? thinking.includeThoughts) === true) {
    throw new Unreadable("unknown-shape", "The tracer wrote the model's thoughts into its answer.", "outputs.content");
  }
  if (outputs.role === undefined && Array.isArray(config.tools) && config.tools.length > 0) {
    throw new Unreadable(
      "invalid-tool-call",
      "The tracer writes the text of a stream alone; whether there were calls is not in the run.",
      "outputs",
    );
  }
}
