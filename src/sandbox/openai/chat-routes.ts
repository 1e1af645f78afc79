import type { JsonObject } from "../../types.js";
import type { ServiceApp } from "../server.js";
import { unknownModel } from "./api-error.js";
import { demandedCall } from "./base-model.js";
import type { Reply } from "./chat-types.js";
import { streamOf, type Completion } from "./chat-stream.js";
import { readChatRequest, type ChatRequest } from "./read-chat-request.js";
import { readJson } from "./read-json.js";
import type { OpenAIState } from "./state.js";
import { estimateTokens, promptTokens } from "./tokens.js";

/** `POST /v1/chat/completions`, whole and streamed. */
export function addChatRoutes(app: ServiceApp, state: OpenAIState): void {
  app.post("/v1/chat/completions", async (context) => {
    const request = readChatRequest(await readJson(context));
    const found = state.models.find(request.model);
    if (found === undefined) throw unknownModel(request.model);

    const replies = Array.from({ length: request.answers }, () => answer(found.model(request.prompt), request));
    const completion: Completion = {
      id: state.nextId("chatcmpl-"),
      created: state.seconds(),
      model: found.id,
      choices: replies.map((reply, index) => ({
        index,
        message: messageOf(reply, request, state),
        finish_reason: reasonOf(reply, request),
      })),
      usage: usageOf(request, replies),
    };
    if (!request.stream) return context.json(wholeOf(completion));
    return new Response(streamOf(completion, request.includeUsage), {
      headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" },
    });
  });
}

/** What the model says, or the call that the request demands where it would make none. */
function answer(reply: Reply, { prompt, legacy }: ChatRequest): Reply {
  const given = reply.calls?.length ? reply : (demandedCall(prompt) ?? reply);
  return legacy && given.calls !== undefined ? { ...given, calls: given.calls.slice(0, 1) } : given;
}

function messageOf({ text, calls = [] }: Reply, { legacy }: ChatRequest, state: OpenAIState): JsonObject {
  const message: JsonObject = { role: "assistant", content: text ?? null, refusal: null, annotations: [] };
  const [call] = calls;
  if (call === undefined) return message;
  if (legacy) return { ...message, function_call: { ...call } };
  return {
    ...message,
    tool_calls: calls.map((one) => ({ id: state.nextId("call_"), type: "function", function: { ...one } })),
  };
}

function reasonOf({ calls = [] }: Reply, { legacy, forced }: ChatRequest): string {
  if (calls.length === 0) return "stop";
  // The real API ends with "stop" where the request left no choice.
  if (forced) return "stop";
  return legacy ? "function_call" : "tool_calls";
}

function usageOf({ prompt, definitions }: ChatRequest, replies: readonly Reply[]): JsonObject {
  const prompted = promptTokens(prompt.messages, definitions);
  const completed = replies.reduce((sum, { text = "", calls = [] }) => {
    return (
      sum +
      estimateTokens(text) +
      calls.reduce((tokens, call) => tokens + estimateTokens(call.name + call.arguments), 0)
    );
  }, 0);
  return {
    prompt_tokens: prompted,
    completion_tokens: completed,
    total_tokens: prompted + completed,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function wholeOf({ id, created, model, choices, usage }: Completion): JsonObject {
  return {
    id,
    object: "chat.completion",
    created,
    model,
    choices: choices.map((choice) => ({ ...choice, logprobs: null })),
    usage,
    service_tier: "default",
    system_fingerprint: "fp_stand_in",
  };
}
