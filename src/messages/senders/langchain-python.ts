import { readBrokenCalls, readOpenAIToolCalls } from "../tool-call.js";
import type { Sender } from "./sender.js";

/** LangChain Python, with a provider's package that changes nothing that is known. */
export const langchainPython: Sender = {
  content: (_kind, body) => body,
  name: (fields, extra) => fields.name ?? extra.name,
  roleMessage: (fields, content) => ({ role: fields.role, content }),
  items: () => false,
  // The parsed calls and then the broken ones.
  calls({ parsed, broken, raw, path, readParsed }) {
    if (parsed.length > 0 || broken.length > 0)
      return [...readParsed(), ...readBrokenCalls(broken, `${path}.invalid_tool_calls`)];
    return raw.length > 0 ? readOpenAIToolCalls(raw, `${path}.additional_kwargs.tool_calls`) : [];
  },
  sendsLegacyCalls: true,
  sendsTextBesideCalls: true,
  sendsRefusals: false,
  conversation: (messages) => messages,
};
