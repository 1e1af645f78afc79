import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { AIMessage } from "@langchain/core/messages";
import { performance } from "node:perf_hooks";
import { convertExampleToMessages } from "../../convert/convert-example-to-messages.js";
import { convertMessageToOpenAI } from "../../convert/convert-message-to-openai.js";
import { retryTransient } from "../../http/retry.js";
import { secretsOfEnvironment, secretsOfObject } from "../../http/secrets.js";
import { toServiceError } from "../../http/service-error.js";
import { wordsOfError } from "../../http/words-of-error.js";
import type { AssistantTrainingMessage } from "../../types.js";
import { bindRow, type RepeatedSettings } from "./bind-model.js";
import { cacheKey, type PaidCache } from "../../internal/storage/paid-cache.js";
import type { EvaluationInputs } from "./evaluator.js";
import type { ModelAnswer } from "./model-answer.js";

/** How one model is asked. */
export interface AskOptions {
  readonly cache: PaidCache;
  readonly retries: number;
  readonly signal?: AbortSignal;
  /** Which of several answers to the same prompt, from 0. */
  readonly sample?: number;
  /** What else the call was made with that is repeated. */
  readonly asked?: RepeatedSettings;
}

/** Asks a model for the answer to one case. What goes wrong is part of the result; only an abort throws, and a cache that cannot be written. */
export async function askModel(
  name: string,
  model: BaseChatModel,
  inputs: EvaluationInputs,
  { cache, retries, signal, sample = 0, asked }: AskOptions,
): Promise<ModelAnswer> {
  const key = answerKey(name, model, inputs, sample, asked);
  const known = cache.get(key) as ModelAnswer | undefined;
  if (known) return { ...known, cached: true };
  let answer: ModelAnswer;
  // What the model was made with: a host may repeat its key in an error.
  const secrets = [...secretsOfObject(model), ...secretsOfEnvironment()];
  try {
    const bound = bindRow(model, inputs, asked);
    const messages = convertExampleToMessages({ messages: inputs.messages });
    answer = await retryTransient(
      async () => {
        const started = performance.now();
        const message = await bound.invoke(messages, { signal }).catch((error: unknown) => {
          signal?.throwIfAborted();
          throw toServiceError(error, { service: name, secrets });
        });
        return readAnswer(message, performance.now() - started);
      },
      { signal, retries },
    );
  } catch (error) {
    signal?.throwIfAborted();
    return { error: wordsOfError(error, 1000, model) };
  }
  await cache.set(key, answer);
  return answer;
}

/** Whether the answer of this model to this case is paid for already. */
export function isPaid(name: string, model: BaseChatModel, inputs: EvaluationInputs, cache: PaidCache): boolean {
  return cache.get(answerKey(name, model, inputs)) !== undefined;
}

function readAnswer(message: AIMessage, milliseconds: number): ModelAnswer {
  const { usage_metadata: usage, response_metadata: metadata } = message;
  // As OpenAI, Anthropic and Gemini name it.
  const finishReason = [metadata?.finish_reason, metadata?.stop_reason, metadata?.finishReason].find(
    (reason): reason is string => typeof reason === "string",
  );
  return {
    message: convertMessageToOpenAI(message) as AssistantTrainingMessage,
    milliseconds: Math.round(milliseconds),
    ...(finishReason !== undefined && { finishReason }),
    ...(usage ? { tokens: { prompt: usage.input_tokens, completion: usage.output_tokens } } : {}),
  };
}

// The settings that change answers and are not secrets. Other settings need another name or another cache.
const SETTINGS = [
  "model",
  "modelName",
  "temperature",
  "topP",
  "maxTokens",
  "frequencyPenalty",
  "presencePenalty",
  "stop",
  "seed",
];

/** What of a model changes its answers, as JSON: its kind and its settings. */
export function modelKey(model: BaseChatModel): unknown[] {
  return [model._llmType(), SETTINGS.map((setting) => (model as unknown as Record<string, unknown>)[setting] ?? null)];
}

/** What a model is called: as its service knows it, or else by its class. */
export function modelName(model: BaseChatModel): string {
  const { model: named, modelName: older } = model as { model?: unknown; modelName?: unknown };
  return [named, older].find((name): name is string => typeof name === "string" && name !== "") ?? model.getName();
}

/** @param sample Which of several answers to the same prompt, from 0. */
export function answerKey(
  name: string,
  model: BaseChatModel,
  inputs: EvaluationInputs,
  sample = 0,
  { toolChoice, responseFormat }: RepeatedSettings = {},
): string {
  const repeated = [toolChoice ?? null, responseFormat ?? null];
  const more = sample > 0 || repeated.some((one) => one !== null) ? [sample, ...repeated] : [];
  return cacheKey("answer", name, ...modelKey(model), inputs, ...more);
}
