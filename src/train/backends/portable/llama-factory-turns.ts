import { parseExact, stringifyExact } from "../../../internal/exact-json.js";
import type { AssistantTrainingMessage, TrainingMessage } from "../../../types.js";
import { answerTextOf, textWithRefusals } from "../shared/conversation.js";
import { InconvertibleRowError } from "../shared/conversion.js";

interface Turn {
  from: "human" | "gpt" | "function_call" | "observation";
  value: string;
}

/**
 * Templates that put a result between `<tool_response>` and `</tool_response>`: several results are one turn in which
 * these words stand between them. That is what the model's own template makes of them, and what LLaMA-Factory's
 * converter of OpenAI's form does. The other templates have no words that a turn could hold, so rows with parallel
 * results are refused for them.
 */
const TOOL_RESPONSES = /^(?:qwen(?!2_audio)|mimo|(?:bailing_v2|keye_vl|moss_vl|llava_next_qwen|youtu)$)/;
const BETWEEN_RESULTS = "\n</tool_response>\n<tool_response>\n";

/** The words around the calls of a turn that has text too: `tool_call_words` of the template. */
const callWords = (template = "") =>
  template.startsWith("lfm2") ? ["<|tool_call_start|>", "<|tool_call_end|>"] : ["<tool_call>", "</tool_call>"];

/** The messages as turns of the two sides, which alternate. @param template LLaMA-Factory's name of the template. */
export function conversation(
  messages: readonly TrainingMessage[],
  path: string,
  template: string | undefined,
): { system: string; turns: Turn[] } {
  const turns: Turn[] = [];
  let system = "";
  for (const [index, message] of messages.entries()) {
    const here = `${path}[${index}]`;
    if (message.role === "system" || message.role === "developer") {
      if (index > 0)
        throw new InconvertibleRowError(
          `${here}.role`,
          "system-not-first",
          "LLaMA-Factory has one system prompt, before the conversation.",
        );
      system = textWithRefusals(message.content);
      continue;
    }
    const turn = turnOf(message, here, template);
    const last = turns.at(-1);
    if (turn.from === "observation" && last?.from === "observation" && TOOL_RESPONSES.test(template ?? "")) {
      last.value += `${BETWEEN_RESULTS}${turn.value}`;
      continue;
    }
    const asks = turn.from === "human" || turn.from === "observation";
    if (asks !== (turns.length % 2 === 0)) {
      const wanted = turns.length % 2 === 0 ? "the user or a tool" : "the assistant";
      const parallel =
        turn.from === "observation"
          ? ` With the template ${template ?? "(none is named)"} its form cannot tell the results of parallel tool calls apart.`
          : "";
      throw new InconvertibleRowError(
        `${here}.role`,
        "roles-do-not-alternate",
        `LLaMA-Factory wants the sides in turn; here it wants ${wanted}.${parallel}`,
      );
    }
    turns.push(turn);
  }
  return { system, turns };
}

function turnOf(message: TrainingMessage, path: string, template: string | undefined): Turn {
  if (message.role === "assistant") return answer(message, path, template);
  if (message.role === "function")
    throw new InconvertibleRowError(
      `${path}.role`,
      "legacy-function",
      "Functions of the legacy form are not converted. Write them as tools.",
    );
  return { from: message.role === "tool" ? "observation" : "human", value: textWithRefusals(message.content) };
}

/** An answer: text, calls, or text and then calls. */
export function answer(message: AssistantTrainingMessage, path: string, template: string | undefined): Turn {
  const { tool_calls: calls = [] } = message;
  const text = answerTextOf(message);
  if (calls.length === 0) return { from: "gpt", value: text };
  const functions = calls.map(({ function: { name, arguments: json } }) => ({
    name,
    arguments: parseExact(json),
  }));
  const json = stringifyExact(functions.length === 1 ? functions[0] : functions) ?? "";
  const [begin = "", end = ""] = callWords(template);
  if ([text, json].some((part) => part.includes(begin) || part.includes(end))) {
    throw new InconvertibleRowError(
      path,
      "reserved-words",
      `The message holds ${begin} or ${end}, by which LLaMA-Factory finds the calls of a turn.`,
    );
  }
  return { from: "function_call", value: text === "" ? json : `${text}\n${begin}${json}${end}` };
}
