import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { callback, either, number, required, text, withMethods } from "../../internal/kinds.js";
import { checkOptions } from "../../internal/options.js";
import { Router, threadOf, type RouteCounts, type RouterOptions } from "./router.js";
import { RoutedModel } from "./routed-model.js";

/** Options of {@link routedChatModel}. */
export interface RoutedChatModelOptions {
  /** The model that answers today. */
  base: BaseChatModel;
  /** The model that is to be tried: `await chatModel(tuned)`. */
  tuned: BaseChatModel;
  /**
   * The share of keys, from 0 to 1, that the tuned model answers. A function is asked at each call, so
   * that 0 takes effect at once.
   */
  share: RouterOptions["share"];
  /**
   * What decides the arm: calls with the same key always have the same one, in every process. A text
   * is the key itself; a function makes it of the call (the thread, the user).
   * @default `thread_id`, `session_id` or `conversation_id` of the call's configurable or metadata
   */
  key?: RouterOptions["key"];
  /** Keys are divided differently for each experiment. @default "default" */
  experiment?: string;
  /** What is written into traces as the tuned model's version. @default its model's name */
  version?: string;
  /** What is written into traces as the base model's version. @default its model's name */
  baseVersion?: string;
  /** Called when a tuned call has failed, before the base model is asked. */
  onFallback?: RouterOptions["onFallback"];
}

/** A LangChain chat model that divides its calls between two, and counts them. */
export type RoutedChatModel = BaseChatModel & {
  /** Of this process, since the model was made. */
  readonly counts: RouteCounts;
};

const model = withMethods<BaseChatModel>("a LangChain chat model", "invoke", "_llmType", "_generate");

/**
 * A chat model that answers with a tuned model for a share of the keys (threads, users) and with the
 * base model for the others. Tools, streaming, structured output, batches and callbacks go to the
 * chosen model unchanged. Its run carries the arm and the version as tags (`arm:tuned`,
 * `arm-version:…`) and as metadata, for `compareArms` and `selectRuns({ arm })`.
 *
 * A tuned call that fails is answered once by the base model, and counted; a stream only before its
 * first piece. An aborted call is not repeated. A call without a key goes to the base model.
 *
 * @throws InvalidOptionError for options that cannot be meant; while answering, for a share that is
 *   not from 0 to 1.
 *
 * @example
 * ```ts
 * import { ChatOpenAI } from "@langchain/openai";
 * import { chatModel, routedChatModel, type FineTunedModel } from "langsmith-finetune";
 *
 * declare const tuned: FineTunedModel;
 * const settings = { share: 0.1 };
 *
 * const model = routedChatModel({
 *   base: new ChatOpenAI({ model: tuned.baseModel }),
 *   tuned: await chatModel(tuned),
 *   share: () => settings.share,
 *   key: ({ metadata }) => metadata.user_id as string | undefined,
 * });
 * await model.invoke("Where is my order?", { metadata: { user_id: "user-7" } });
 * ```
 */
export function routedChatModel(options: RoutedChatModelOptions): RoutedChatModel {
  checkOptions<RoutedChatModelOptions>("routedChatModel", options, {
    base: required(model),
    tuned: required(model),
    share: required(either(number({ min: 0, max: 1 }), callback)),
    key: either(text, callback),
    experiment: text,
    version: text,
    baseVersion: text,
    onFallback: callback,
  });
  const { base, tuned, share, key = threadOf, experiment = "default", onFallback } = options;
  const versions = { base: options.baseVersion ?? nameOf(base), tuned: options.version ?? nameOf(tuned) };
  return new RoutedModel({ base, tuned }, new Router({ share, key, experiment, versions, onFallback }));
}

/** The name under which most classes keep the model that they call. */
function nameOf(model: BaseChatModel): string | undefined {
  const { model: name, modelName = name } = model as { model?: unknown; modelName?: unknown };
  return typeof modelName === "string" && modelName !== "" ? modelName : undefined;
}
