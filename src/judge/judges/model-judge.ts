import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { HumanMessage, type BaseMessage } from "@langchain/core/messages";
import { redactCredentials } from "../../http/redact-credentials.js";
import { retryTransient } from "../../http/retry.js";
import { secretsOfEnvironment, secretsOfObject } from "../../http/secrets.js";
import { toServiceError } from "../../http/service-error.js";
import { isRecord } from "../../internal/is-record.js";
import { omit } from "../../internal/omit.js";
import { modelKey } from "../asking/ask-model.js";
import { approximateTokens } from "../asking/estimate.js";
import { cacheKey } from "../../internal/storage/paid-cache.js";
import type { GivenVote, JudgedItem, ReadyJudge } from "./judge.js";
import { judgePrompt, ONCE_MORE, PROMPT_VERSION, VOTE_SCHEMA } from "./prompt.js";
import { readVote } from "./read-vote.js";

/** What a model judge is made of. */
export interface ModelJudgeSettings {
  readonly name: string;
  readonly model: BaseChatModel;
  readonly rubric: string;
  readonly maxInputTokens: number | undefined;
}

/** What a verdict with its reason takes. */
const COMPLETION_TOKENS = 80;
/** Words with which services refuse what is too long for the model. */
const TOO_LONG =
  /context[ _-]?(?:length|window)|maximum context|too many (?:input )?tokens|prompt is too long|input is too long|exceeds? the (?:model'?s? )?(?:maximum|limit)/i;

/** A chat model that judges by a rubric, with structured output where the model has it. */
export function createModelJudge({ name, model, rubric, maxInputTokens }: ModelJudgeSettings): ReadyJudge {
  const secrets = [...secretsOfObject(model), ...secretsOfEnvironment()];
  const most = maxInputTokens ?? profileLimit(model);
  const ask = askWithSchema(model);
  const said = (text: string) => redactCredentials(text, ...secrets).slice(0, 1000);

  const once = async (
    messages: readonly BaseMessage[],
    retries: number,
    signal: AbortSignal,
  ): Promise<{ value: unknown; tokens?: GivenVote["tokens"] }> =>
    retryTransient(
      () =>
        ask(messages, signal).catch((error: unknown) => {
          signal.throwIfAborted();
          // What a model without `includeRaw` throws where its answer is not JSON.
          if (isBrokenForm(error)) return { value: undefined };
          throw toServiceError(error, { service: name, secrets });
        }),
      { signal, retries },
    );

  return {
    name,
    kind: "model",
    keyOf: (item) => cacheKey("vote", PROMPT_VERSION, modelKey(model), rubric, item.message ?? null, contentOf(item)),
    tokensOf: (item) => ({ prompt: tokensOf(judgePrompt(item, rubric)), completion: COMPLETION_TOKENS }),
    async ask(item, { retries, signal }) {
      const messages = judgePrompt(item, rubric);
      const length = tokensOf(messages);
      if (most !== undefined && length > most) {
        const reason = `About ${length} tokens are more than the ${most} that ${name} reads.`;
        return { vote: { vote: "undecided", code: "too-long", reason }, keep: false };
      }
      const tokens = { prompt: 0, completion: 0 };
      try {
        for (const attempt of [messages, [...messages, new HumanMessage(ONCE_MORE)]]) {
          const { value, tokens: used } = await once(attempt, retries, signal);
          tokens.prompt += used?.prompt ?? 0;
          tokens.completion += used?.completion ?? 0;
          const vote = readVote(value);
          if (vote)
            return {
              vote: { ...vote, ...(vote.reason !== undefined && { reason: said(vote.reason) }) },
              tokens,
              keep: true,
            };
        }
      } catch (error) {
        signal.throwIfAborted();
        const reason = said(error instanceof Error ? error.message : String(error));
        // The service works: it only does not take so much.
        if (TOO_LONG.test(reason)) return { vote: { vote: "undecided", code: "too-long", reason }, keep: false };
        return { vote: { vote: "undecided", code: "judge-failed", reason }, keep: false, failed: reason };
      }
      const reason = "The judge's answer had not the form that was asked for, twice.";
      return { vote: { vote: "undecided", code: "broken-form", reason }, tokens, keep: true };
    },
  };
}

/** All that is judged, without weights. */
function contentOf({ example, instead }: JudgedItem): unknown {
  const { messages, tools, functions } = example;
  const plain = messages.map((message) => ("weight" in message ? omit(message, "weight") : message));
  return [plain, tools ?? null, functions ?? null, instead ?? null];
}

function tokensOf(messages: readonly BaseMessage[]): number {
  // An image counts as a service may count it, whatever the length of its address.
  return messages.reduce((sum, { content }) => {
    if (typeof content === "string") return sum + approximateTokens(content);
    return content.reduce(
      (inner, part) => inner + (part.type === "text" ? approximateTokens(String(part.text)) : IMAGE_TOKENS),
      sum,
    );
  }, 0);
}

const IMAGE_TOKENS = 800;

function profileLimit(model: BaseChatModel): number | undefined {
  const { profile } = model as { profile?: { maxInputTokens?: unknown } };
  return typeof profile?.maxInputTokens === "number" ? profile.maxInputTokens : undefined;
}

type AskOnce = (
  messages: readonly BaseMessage[],
  signal: AbortSignal,
) => Promise<{ value: unknown; tokens?: GivenVote["tokens"] }>;

function askWithSchema(model: BaseChatModel): AskOnce {
  const structured = structuredOf(model);
  return async (messages, signal) => {
    const given: unknown = await (structured ?? model).invoke([...messages], { signal });
    // With `includeRaw`, the message and what was read of it.
    if (isRecord(given) && "raw" in given && "parsed" in given)
      return { value: given.parsed ?? textIn(given.raw), ...usageIn(given.raw) };
    return structured ? { value: given } : { value: textIn(given), ...usageIn(given) };
  };
}

/** Nothing for a model without structured output, which is asked in words. */
function structuredOf(
  model: BaseChatModel,
): { invoke(messages: BaseMessage[], options: object): Promise<unknown> } | undefined {
  if (typeof model.bindTools !== "function") return undefined;
  try {
    return model.withStructuredOutput(VOTE_SCHEMA, { name: "judgement", includeRaw: true });
  } catch {
    return undefined;
  }
}

function textIn(message: unknown): string | undefined {
  const { text, content } = (message ?? {}) as { text?: unknown; content?: unknown };
  return typeof text === "string" ? text : typeof content === "string" ? content : undefined;
}

function usageIn(message: unknown): { tokens?: GivenVote["tokens"] } {
  const { usage_metadata: usage } = (message ?? {}) as {
    usage_metadata?: { input_tokens: number; output_tokens: number };
  };
  return usage ? { tokens: { prompt: usage.input_tokens, completion: usage.output_tokens } } : {};
}

function isBrokenForm(error: unknown): boolean {
  return (
    error instanceof SyntaxError ||
    (error as { lc_error_code?: unknown } | null)?.lc_error_code === "OUTPUT_PARSING_FAILURE"
  );
}
