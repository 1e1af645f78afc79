import { InvalidOptionError, TemplateError } from "../../errors.js";
import { isRecord } from "../../internal/is-record.js";
import { type ChatTemplateSource, readChatTemplate } from "../../templates/chat-template.js";
import { type ChatTokenizer, loadChatTokenizer } from "../../templates/chat-tokenizer.js";
import { renderChat } from "../../templates/render-chat.js";
import type { TrainingExample } from "../../types.js";
import type { RowTokens, TokenCounter } from "./counter.js";

/** Counts rows as an open model is given them: rendered by its chat template, in the tokens of its tokenizer. */
export async function createChatTokenCounter(
  given: string | ChatTokenizer,
  templateGiven: ChatTemplateSource | undefined,
): Promise<TokenCounter> {
  const source = templateGiven ?? (typeof given === "string" ? given : undefined);
  if (source === undefined) {
    throw new InvalidOptionError({
      option: "template",
      value: undefined,
      message: "Counting with a tokenizer needs the chat template too.",
      hint: "Pass template: the model's folder, its tokenizer_config.json, a .jinja file or the text.",
    });
  }
  const template = readChatTemplate(source);
  const tokenizer = typeof given === "string" ? await loadChatTokenizer(given) : given;

  const one = (row: object): RowTokens => {
    try {
      const { tokens, spans, text } = renderChat(row as TrainingExample, { template, tokenizer });
      const trained = tokens?.trained;
      return {
        total: tokens?.ids.length ?? 0,
        trained: trained
          ? trained.filter(Boolean).length
          : spans.reduce((sum, { start, end }) => sum + tokenizer.count(text.slice(start, end)), 0),
        exact: true,
      };
    } catch (error) {
      if (!TemplateError.isInstance(error)) throw error;
      // The template refuses the row, which validation reports; its JSON is the nearest that there is.
      return { total: tokenizer.count(JSON.stringify(row)), trained: 0, exact: false };
    }
  };

  const row = (value: unknown): RowTokens => {
    if (!isRecord(value)) return { total: 0, trained: 0, exact: true };
    if (!("non_preferred_output" in value)) return one(value);
    // Both answers are rendered with the prompt before them, as trainers do it.
    const preferred = one(value);
    const rejected = one({ ...value, preferred_output: value.non_preferred_output });
    return {
      total: preferred.total + rejected.total,
      trained: preferred.trained + rejected.trained,
      exact: preferred.exact && rejected.exact,
    };
  };
  return {
    encoding: "tokenizer",
    exact: true,
    text: (text) => tokenizer.count(text),
    row,
    exceeds: (value, maximum) => row(value).total > maximum,
  };
}
