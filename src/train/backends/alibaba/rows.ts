import type { ValidationRules } from "../../../curate/rules.js";
import type { DatasetFormat } from "../../backend.js";
import { inCommonForm, isPreference, withoutWeights, type Row } from "../shared/conversation.js";
import { conversion, InconvertibleRowError } from "../shared/conversion.js";
import type { AlibabaOptions } from "./options.js";

/** Tokens of a row where the options say nothing; the documentation's own example. */
export const MAX_LENGTH = 8_192;

/**
 * `{ messages }` of texts. Sources, read on 2026-11-29: fine-tuning-api-guide (2026-06-03), upload-file-api. Rows with
 * tools and preference pairs exist there too, but their form stands on pages that could not be read.
 */
function alibabaRow(given: Row): object {
  if (isPreference(given))
    throw new InconvertibleRowError("$", "preference-not-supported", "The form of Alibaba's pairs is not known here.");
  const row = inCommonForm(withoutWeights(given));
  if (isPreference(row)) throw new Error("A row became a pair.");
  if (row.tools !== undefined && row.tools.length > 0) throw tools("$.tools");
  return {
    messages: row.messages.map((message, index) => {
      const path = `$.messages[${index}]`;
      const { role, content } = message;
      if (role === "tool" || role === "function") throw tools(`${path}.role`);
      if (role === "assistant" && (message.tool_calls ?? message.function_call) !== undefined) throw tools(path);
      if (typeof content === "string" || content === null || content === undefined)
        return { role, content: content ?? "" };
      const texts = content.map((part, at) => {
        if (part.type === "text") return part.text;
        throw new InconvertibleRowError(`${path}.content[${at}]`, "image-not-supported", "Images are not converted.");
      });
      return { role, content: texts.join("") };
    }),
  };
}

function tools(path: string): InconvertibleRowError {
  return new InconvertibleRowError(
    path,
    "tools-not-supported",
    "Alibaba trains on calls of tools, but in a form that is not known here.",
  );
}

const { render, check } = conversion(alibabaRow);

export const alibabaFile: DatasetFormat = { extension: ".jsonl", mediaType: "application/jsonl", render };

/** What Model Studio takes in a row and a file. */
export function alibabaRules({ maxLength = MAX_LENGTH }: AlibabaOptions): ValidationRules {
  return {
    name: "Alibaba Model Studio",
    // "300 MB for fine-tune": upload-file-api.
    maxBytes: 300 * 1024 * 1024,
    maxTokens: maxLength,
    tools: false,
    functions: false,
    finalToolCall: false,
    refusals: false,
    // "All assistant outputs are trained."
    loss: "all",
    parallelToolCalls: false,
    images: false,
    preference: false,
    unpaired: false,
    check,
  };
}
