import { arrayOf, isRecord } from "../../../internal/is-record.js";
import { Unreadable } from "../../../messages/unreadable.js";
import { withUnrecordedEnd } from "../common/end-of-text.js";
import { traceable } from "../traceable/traceable.js";
import type { Conversation, Tracer } from "../tracer.js";

/**
 * Google's Agent Development Kit under LangSmith's integration for it: messages in OpenAI's form, the
 * parts of one joined by a space, and tools with Gemini's types. How an answer ended is not written,
 * nor what was thought.
 */
export const googleAdk: Tracer = {
  name: "google-adk",
  read(run): Conversation | undefined {
    const { inputs, outputs, metadata } = run;
    if (metadata.ls_integration !== "google-adk" && metadata.llm_call_type === undefined) return undefined;
    checkParts(arrayOf(inputs.messages), "inputs.messages");
    checkParts([outputs], "outputs");
    const read = traceable.read(run);
    if (!read) return undefined;
    // A request without tools is written as one whose tools are not.
    const hasTools = typeof read.tools !== "string" && read.tools.tools.length > 0;
    return withUnrecordedEnd(hasTools ? read : { ...read, tools: "not-recorded" });
  },
};

// The text of a Python dictionary, where a message held more than texts, calls and results.
const DICTIONARY =
  /\{'type': '(?:image|file|executable_code|code_execution_result|thinking|audio|video)'|\{'(?:inline_data|file_data|video_metadata|thought|executable_code)':/;

function checkParts(messages: readonly unknown[], path: string): void {
  for (const message of messages) {
    if (isRecord(message) && typeof message.content === "string" && DICTIONARY.test(message.content))
      throw new Unreadable(
        "unsupported-content",
        "The tracer wrote a part of a message (a file, code) as the text of a Python object.",
        path,
      );
  }
}
