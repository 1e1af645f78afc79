// Written by scripts/write-subpaths.ts from src/index.ts.

export { convertExampleToMessages } from "./convert-example-to-messages.js";
export { convertMessagesForFinetuning, type ConvertMessagesOptions } from "./convert-messages-for-finetuning.js";
export { convertMessageToOpenAI } from "./convert-message-to-openai.js";
export {
  convertSessionToExample,
  type ConvertOptions,
  type TrainingExampleResult,
} from "./convert-session-to-example.js";
