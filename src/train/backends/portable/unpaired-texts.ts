import { TemplateError } from "../../../errors.js";
import type { ChatTemplate } from "../../../templates/chat-template.js";
import { renderChat } from "../../../templates/render-chat.js";
import type { TrainingMessage, UnpairedExample } from "../../../types.js";
import { unpairedMessages } from "../../../internal/row-kind.js";
import { inCommonForm } from "../shared/conversation.js";
import { InconvertibleRowError } from "../shared/conversion.js";

/**
 * An answer with a label as the texts that the model sees: the prompt up to where the answer begins, and the answer with
 * the mark of its end. The tokenizer writes the mark of the text's beginning itself, so the prompt has none.
 */
export function renderUnpaired(row: UnpairedExample, template: ChatTemplate): object {
  const { prompt, completion, tools, label } = inCommonForm(row);
  const before = unpairedMessages(prompt, "user") as TrainingMessage[];
  const answer = unpairedMessages(completion, "assistant") as TrainingMessage[];
  const shared = { ...(tools && { tools }) };
  try {
    const options = { template };
    const asked = renderChat({ messages: before, ...shared }, { ...options, prompt: true }).text;
    const whole = renderChat({ messages: [...before, ...answer], ...shared }, options).text;
    if (!whole.startsWith(asked)) {
      throw new InconvertibleRowError(
        "$.completion",
        "prompt-rewritten",
        "The chat template renders the prompt otherwise when the answer follows, so there are no two texts to train on.",
      );
    }
    const { bos_token: begin, eos_token: end } = template.specialTokens;
    return {
      prompt: begin && asked.startsWith(begin) ? asked.slice(begin.length) : asked,
      completion: upToMark(whole.slice(asked.length), end),
      label,
    };
  } catch (error) {
    if (!TemplateError.isInstance(error)) throw error;
    throw new InconvertibleRowError("$", "template-raises", error.message);
  }
}

/** TRL puts the end mark behind what does not end with it, also where the template writes a line end behind the mark. */
function upToMark(answer: string, mark: string | undefined): string {
  const at = mark ? answer.lastIndexOf(mark) : -1;
  const rest = at + (mark?.length ?? 0);
  return at >= 0 && answer.slice(rest).trim() === "" ? answer.slice(0, rest) : answer;
}
