import type { Finding } from "../../types.js";

/** What a finding code stands for. */
export interface FindingKind {
  /** `error`: the service refuses the row or file, or the row would teach a broken answer. `warning`: worth a look. */
  readonly severity: Finding["severity"];
  /** Where the rule comes from. */
  readonly rule: string;
}

const ROW = "OpenAI OpenAPI, FineTuneChatRequestInput";
const PAIR = "OpenAI OpenAPI, FineTunePreferenceRequestInput";
const ASSISTANT = "OpenAI OpenAPI, ChatCompletionRequestAssistantMessage";
const CALL = "OpenAI OpenAPI, ChatCompletionMessageToolCall";
const TOOL_MESSAGE = "OpenAI OpenAPI, ChatCompletionRequestToolMessage";
const FUNCTION = "OpenAI OpenAPI, FunctionObject";
const PARAMETERS = "OpenAI OpenAPI, FunctionParameters";
const IMAGE = "OpenAI OpenAPI, ChatCompletionRequestMessageContentPartImage";
const GUIDE = "https://developers.openai.com/api/docs/guides/supervised-fine-tuning";
const VISION = "https://developers.openai.com/api/docs/guides/vision-fine-tuning";
const DPO = "https://developers.openai.com/api/docs/guides/direct-preference-optimization";
const UNPAIRED = "https://huggingface.co/docs/trl/dataset_formats#unpaired-preference";
const KTO = "https://huggingface.co/docs/trl/kto_trainer#imbalanced-data";
const CHAT = "OpenAI chat completions API, error message";
const COOKBOOK = "https://github.com/openai/openai-cookbook/blob/main/examples/Chat_finetuning_data_prep.ipynb";
const JSON_LINES = "https://jsonlines.org";

const error = (rule: string): FindingKind => ({ severity: "error", rule });
const warning = (rule: string): FindingKind => ({ severity: "warning", rule });

/**
 * Every code that a finding of this package can have, its severity and where the rule comes from.
 * A backend's own `check` may add others.
 */
export const findingKinds = {
  // The file as a whole, and its lines.
  "file-empty": error(JSON_LINES),
  "file-encoding": error(JSON_LINES),
  "file-not-lines": error(JSON_LINES),
  "file-too-large": error(GUIDE),
  "file-byte-order-mark": warning("https://www.rfc-editor.org/rfc/rfc8259#section-8.1"),
  "file-byte-order-mark-missing": warning("https://learn.microsoft.com/azure/foundry/openai/how-to/fine-tuning"),
  "line-blank": warning(JSON_LINES),
  "line-too-long": error(JSON_LINES),
  "line-json": error("https://www.rfc-editor.org/rfc/rfc8259"),
  "rows-too-few": error(GUIDE),
  "rows-too-many": error(GUIDE),
  "row-duplicate": warning("openai-python, duplicated_rows_validator"),
  "rows-mixed": error(`${ROW} and FineTunePreferenceRequestInput`),

  // The row.
  "row-type": error(ROW),
  "row-unreadable": error(ROW),
  "row-key": warning(ROW),
  "row-system": error(ROW),
  "row-too-long": warning(GUIDE),
  "row-method": error(DPO),
  "messages-missing": error(ROW),
  "messages-type": error(ROW),
  "messages-empty": error(ROW),
  "assistant-missing": error(COOKBOOK),
  "assistant-untrained": warning(GUIDE),
  "last-message": error(COOKBOOK),
  "user-missing": warning("https://learn.microsoft.com/azure/foundry/openai/how-to/fine-tuning"),
  "prompt-end": error("https://developers.openai.com/api/docs/guides/reinforcement-fine-tuning"),

  // Messages.
  "message-type": error(ROW),
  "message-key": warning(COOKBOOK),
  "message-key-misplaced": error(ROW),
  "role-missing": error(ROW),
  "role-unknown": error(ROW),
  "role-unsupported": error(ROW),
  "role-repeated": error("together-python, files.py: validate_messages"),
  "assistant-repeated": warning("https://github.com/microsoft-foundry/fine-tuning/issues/23"),
  "system-not-first": warning("https://docs.fireworks.ai/fine-tuning"),
  "name-type": error(ROW),
  "name-pattern": warning(CHAT),
  "weight-value": error("OpenAI OpenAPI, FineTuneChatCompletionRequestAssistantMessage"),
  "weight-role": warning("OpenAI OpenAPI, FineTuneChatCompletionRequestAssistantMessage"),
  "weight-unsupported": error("the backend's own rules"),
  "refusal-type": error(ASSISTANT),
  "refusal-unsupported": error("the backend's own rules"),
  "audio-unsupported": error(GUIDE),

  // Content.
  "content-missing": error(ROW),
  "content-type": error(ROW),
  "content-empty": error(COOKBOOK),
  "content-literal": warning("a value of the program that wrote the row, turned into text"),
  "content-empty-input": warning(COOKBOOK),
  "content-parts-unsupported": error("the backend's own rules"),
  "part-type": error(ROW),
  "part-key": warning(ROW),
  "part-text": error(ROW),
  "part-empty": warning(COOKBOOK),
  "part-refusal": error(ASSISTANT),
  "content-call": warning("https://docs.vllm.ai/en/latest/features/tool_calling.html"),
  "text-decoding": warning("https://www.unicode.org/faq/utf_bom.html"),
  "text-control-token": warning("https://huggingface.co/docs/transformers/main/chat_templating"),
  "text-surrogate": warning("https://www.rfc-editor.org/rfc/rfc8259#section-8.2"),

  // Images.
  "image-role": error(VISION),
  "image-unsupported": error("the backend's own rules"),
  "image-shape": error(IMAGE),
  "image-url": error(IMAGE),
  "image-detail": error(IMAGE),
  "image-media-type": error(VISION),
  "image-data": error(VISION),
  "image-too-large": error(VISION),
  "image-count": error(VISION),
  "image-rows": error(VISION),

  // Tool definitions.
  "tools-type": error(ROW),
  "tools-empty": warning(CHAT),
  "functions-empty": error(ROW),
  "tools-too-many": error(ROW),
  "tools-unsupported": error("the backend's own rules"),
  "functions-unsupported": error("the backend's own rules"),
  "tools-and-functions": warning(ROW),
  "tool-type": error("OpenAI OpenAPI, ChatCompletionTool"),
  "tool-key": warning(FUNCTION),
  "tool-name": error(FUNCTION),
  "tool-duplicate": error(FUNCTION),
  "tool-description": error(FUNCTION),
  "tool-strict": error(FUNCTION),
  "parameters-type": error(PARAMETERS),
  "parameters-schema": error(PARAMETERS),
  "parameters-not-object": error(CHAT),
  "parameters-untyped": warning(CHAT),
  "parameters-array-items": warning(CHAT),
  "parallel-type": error("OpenAI OpenAPI, ParallelToolCalls"),
  "parallel-unsupported": error("the backend's own rules"),
  "parallel-without-tools": warning(CHAT),
  "parallel-contradiction": warning("https://developers.openai.com/api/docs/guides/function-calling"),

  // Calls and their answers.
  "calls-type": error(CALL),
  "calls-empty": error(CHAT),
  "call-type": error(CALL),
  "call-key": warning(CALL),
  "call-id": error(CALL),
  "call-id-duplicate": error(CHAT),
  "call-name": error(CALL),
  "call-undefined": warning("https://developers.openai.com/api/docs/guides/function-calling"),
  "call-without-tools": warning("https://developers.openai.com/api/docs/guides/function-calling"),
  "call-both-forms": warning(ASSISTANT),
  "call-unanswered": error(CHAT),
  "call-final-unsupported": error("the backend's own rules"),
  "arguments-type": error(CALL),
  "arguments-json": error(CALL),
  "arguments-not-object": error(CALL),
  "arguments-schema": error(CALL),
  "arguments-schema-history": warning(CALL),
  "arguments-unknown": warning(CALL),
  "arguments-unchecked": warning(PARAMETERS),
  "answer-id": error(TOOL_MESSAGE),
  "answer-name": warning(TOOL_MESSAGE),
  "answer-parts": warning(TOOL_MESSAGE),
  "answer-orphan": error(CHAT),
  "answer-duplicate": error(CHAT),
  "function-name": error("OpenAI OpenAPI, ChatCompletionRequestFunctionMessage"),
  "function-orphan": warning("OpenAI OpenAPI, ChatCompletionRequestFunctionMessage"),

  // Unpaired rows.
  "unpaired-unsupported": error("the backend's own rules"),
  "unpaired-side": error(UNPAIRED),
  "unpaired-label": error(UNPAIRED),
  "labels-unbalanced": warning(KTO),

  // Preference pairs.
  "pair-unsupported": error("the backend's own rules"),
  "pair-missing": error(DPO),
  "pair-input": error(PAIR),
  "pair-input-last": warning(DPO),
  "pair-output-type": error(PAIR),
  "pair-output-count": error(PAIR),
  "pair-output-role": error(DPO),
  "pair-identical": warning(DPO),
} as const satisfies Record<string, FindingKind>;

/** A code of {@link findingKinds}. */
export type FindingCode = keyof typeof findingKinds;
