import { aiSdkExporter } from "./ai-sdk/ai-sdk-exporter.js";
import { aiSdk, aiSdkModel } from "./ai-sdk/ai-sdk.js";
import { anthropic } from "./anthropic.js";
import { gemini } from "./gemini.js";
import { langchain } from "./langchain.js";
import { openAIChat } from "./openai-chat.js";
import { openAIChunks } from "./openai-chunks.js";
import { openAIResponses } from "./openai-responses.js";
import { openTelemetry } from "./opentelemetry.js";
import type { RunShape } from "./run-shape.js";
import { traceable } from "./traceable.js";

/** Every known shape, in the order in which they are tried: the ones with the clearest marks first. */
export const shapes: readonly RunShape[] = [
  langchain,
  openAIChat,
  openAIResponses,
  anthropic,
  aiSdk,
  aiSdkModel,
  aiSdkExporter,
  openTelemetry,
  openAIChunks,
  gemini,
  traceable,
];
