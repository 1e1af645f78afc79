import { agentFramework } from "./agent-framework/agent-framework.js";
import { aiSdkExporter } from "./ai-sdk/ai-sdk-exporter.js";
import { aiSdkSpan } from "./ai-sdk/ai-sdk-span.js";
import { aiSdk, aiSdkModel } from "./ai-sdk/ai-sdk.js";
import { anthropic } from "./anthropic/anthropic.js";
import { anthropicEvents } from "./anthropic/events.js";
import { checkingSpans } from "./common/checked-span.js";
import { dify } from "./dify/dify.js";
import { gemini } from "./gemini/gemini.js";
import { googleAdk } from "./google-adk/google-adk.js";
import { langchain } from "./langchain/langchain.js";
import { langsmithGo } from "./langsmith-go/langsmith-go.js";
import { liteLlm } from "./litellm/litellm.js";
import { liveKit } from "./livekit/livekit.js";
import { mastra } from "./mastra/mastra.js";
import { openAIChat } from "./openai/chat.js";
import { openAIChunks } from "./openai/chunks.js";
import { openAIResponseEvents } from "./openai/response-events.js";
import { openAIResponses } from "./openai/responses.js";
import { openTelemetry } from "./opentelemetry/opentelemetry.js";
import { pi } from "./pi/pi.js";
import { pipecat } from "./pipecat/pipecat.js";
import { strands } from "./strands/strands.js";
import { traceloop } from "./traceloop/traceloop.js";
import { traceable } from "./traceable/traceable.js";
import type { Tracer } from "./tracer.js";

/** Every known tracer, in the order in which they are tried: the ones with the clearest marks first. */
export const tracers: readonly Tracer[] = [
  langchain,
  liteLlm,
  pi,
  mastra,
  googleAdk,
  dify,
  langsmithGo,
  pipecat,
  liveKit,
  agentFramework,
  traceloop,
  strands,
  aiSdkSpan,
  openAIResponseEvents,
  anthropicEvents,
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
].map(checkingSpans);
