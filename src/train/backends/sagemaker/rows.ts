import type { ValidationRules } from "../../../curate/rules.js";
import { isRecord } from "../../../internal/is-record.js";
import type { JsonObject, PreferenceExample } from "../../../types.js";
import type { DatasetFormat } from "../../backend.js";
import { answerAt, converseRow, textTurns, toolsRefused, type TextConversation } from "../shared/amazon/text-turns.js";
import { isPreference, type Row } from "../shared/conversation.js";
import { conversion, InconvertibleRowError } from "../shared/conversion.js";
import type { SageMakerOptions } from "./options.js";

// The formats of SageMaker's model customization, read on 2026-11-29: docs.aws.amazon.com/sagemaker/latest/dg,
// customizing-models-sft and customizing-models-rft; for pairs and for Nova the JSON schemas of the SageMaker Python
// SDK (sagemaker-train/src/sagemaker/ai_registry/schemas: openai_chat, hf_preference, dpo, converse; 2026-08-21).
const text = (path: string, last: "user" | "assistant") => ({
  service: "SageMaker",
  path,
  last,
  tools: "SageMaker's formats have the roles system, user and assistant, and no tools.",
  images: "Images are not converted: SageMaker wants them as objects in the dataset's bucket.",
});

/** True for a model whose rows are in the form of Bedrock's Converse. */
const isNova = ({ model }: Pick<SageMakerOptions, "model">) => /nova/i.test(model);

/** A row as SageMaker reads it. */
function sageMakerRow(row: Row, options: SageMakerOptions): JsonObject {
  const tools = isPreference(row) ? row.input.tools : row.tools;
  if (Array.isArray(tools) && tools.length > 0)
    throw toolsRefused(isPreference(row) ? "$.input.tools" : "$.tools", text("$", "user"));
  if (isPreference(row)) return isNova(options) ? candidatesRow(row) : pairRow(row);
  // A row that ends with the user's message is one that is graded.
  if (row.messages.at(-1)?.role === "user") return promptRow(row);
  const conversation = textTurns(row.messages, text("$.messages", "assistant"));
  return isNova(options) ? converseRow(conversation) : { messages: plain(conversation) };
}

/** `{ prompt, chosen, rejected }`, each a list of messages. */
function pairRow(row: PreferenceExample): JsonObject {
  const { prompt, preferred, rejected } = sidesOf(row);
  return {
    prompt: plain(prompt),
    chosen: [{ role: "assistant", content: preferred }],
    rejected: [{ role: "assistant", content: rejected }],
  };
}

/** Nova's form: the last message has the candidates. */
function candidatesRow(row: PreferenceExample): JsonObject {
  const { prompt, preferred, rejected } = sidesOf(row);
  const { messages, ...rest } = converseRow(prompt);
  const candidates = [
    { content: [{ text: preferred }], preferenceLabel: "preferred" },
    { content: [{ text: rejected }], preferenceLabel: "non-preferred" },
  ];
  return { ...rest, messages: [...messages, { role: "assistant", candidates }] };
}

function sidesOf({ input, preferred_output, non_preferred_output }: PreferenceExample) {
  const answer = ([message]: PreferenceExample["preferred_output"], path: string) =>
    answerAt(message, `${path}[0]`, text(path, "assistant"));
  return {
    prompt: textTurns(input.messages, text("$.input.messages", "user")),
    preferred: answer(preferred_output, "$.preferred_output"),
    rejected: answer(non_preferred_output, "$.non_preferred_output"),
  };
}

/** A prompt with what the reward reads, in the form of verl: every field beside `messages` goes along. */
function promptRow({ messages, ...rest }: Exclude<Row, PreferenceExample>): JsonObject {
  const reward = "reward_model" in rest ? rest.reward_model : undefined;
  if (!isRecord(reward) || reward["ground_truth"] === undefined)
    throw new InconvertibleRowError(
      "$.reward_model",
      "reward-missing",
      'SageMaker\'s reinforcement rows need reward_model: { style: "rule", ground_truth }, which the evaluator reads.',
    );
  return { ...(rest as JsonObject), prompt: plain(textTurns(messages, text("$.messages", "user"))) };
}

function plain({ system, turns }: TextConversation): JsonObject[] {
  return [
    ...(system.length > 0 ? [{ role: "system", content: system.join("\n\n") }] : []),
    ...turns.map(({ role, text: content }) => ({ role, content })),
  ];
}

/** What SageMaker takes in a row, and how the file is written. */
export function sageMakerData(options: SageMakerOptions): { rules: ValidationRules; file: DatasetFormat } {
  const { render, check } = conversion((row) => sageMakerRow(row, options));
  return {
    file: { extension: ".jsonl", mediaType: "application/jsonl", render },
    rules: {
      name: "SageMaker",
      tools: false,
      functions: false,
      finalToolCall: false,
      refusals: false,
      // Which answers of several turns are learned is not documented: each row ends with the one that is to be.
      loss: "last",
      parallelToolCalls: false,
      images: false,
      preference: true,
      unpaired: false,
      ...maxTokens(options),
      check,
    },
  };
}

function maxTokens({ sequenceLength }: SageMakerOptions): Pick<ValidationRules, "maxTokens"> {
  return sequenceLength === undefined ? {} : { maxTokens: Number(sequenceLength.replace("K", "")) * 1_024 };
}
