import { aiSdkExporter } from "./ai-sdk/ai-sdk-exporter.js";
import { aiSdk, aiSdkModel } from "./ai-sdk/ai-sdk.js";
import { anthropic } from "./anthropic/anthropic.js";
import { gemini } from "./gemini/gemini.js";
import { langchain } from "./langchain/langchain.js";
import { openAIChat } from "./openai/chat.js";
import { openAIChunks } from "./openai/chunks.js";
import { openAIResponses } from "./openai/responses.js";
import { openTelemetry } from "./opentelemetry/opentelemetry.js";
import { traceable } from "./traceable/traceable.js";
import type { Tracer } from "./tracer.js";

/** Every known tracer, in the order in which they are tried: the ones with the clearest marks first. */
export const tracers: readonly Tracer[] = [
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
