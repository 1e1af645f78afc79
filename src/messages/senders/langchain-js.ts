import { readOpenAIToolCalls } from "../tool-call.js";
import type { Sender } from "./sender.js";

/** LangChain.js, with a provider's package that changes nothing that is known. */
export const langchainJs: Sender = {
  content: (_kind, body) => body,
  name: (fields) => fields.name,
  roleMessage: (fields, content, extra) => ({
    role: fields.role,
    content,
    tool_calls: extra.tool_calls,
    function_call: extra.function_call,
    tool_call_id: fields.tool_call_id,
  }),
  items: () => false,
  // The parsed calls alone, or the raw ones where none could be parsed.
  calls({ parsed, raw, path, readParsed }) {
    if (parsed.length > 0) return readParsed();
    return raw.length > 0 ? readOpenAIToolCalls(raw, `${path}.additional_kwargs.tool_calls`) : [];
  },
  sendsLegacyCalls: true,
  sendsTextBesideCalls: true,
  sendsRefusals: false,
  conversation: (messages) => messages,
};
