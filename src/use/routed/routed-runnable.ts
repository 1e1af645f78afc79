import type { BaseLanguageModelInput } from "@langchain/core/language_models/base";
import { coerceMessageLikeToMessage, HumanMessage, type BaseMessage } from "@langchain/core/messages";
import { Runnable, type RunnableConfig } from "@langchain/core/runnables";
import type { Arm } from "../../internal/arm-names.js";
import type { Route, Router } from "./router.js";

/** One runnable for each arm: the models themselves, or the models with tools or a schema bound. */
export type Arms<Output> = Readonly<Record<Arm, Runnable<BaseLanguageModelInput, Output>>>;

/** The messages of a call, whatever form it was made in. */
const messagesOf = (input: BaseLanguageModelInput) => (): BaseMessage[] => {
  if (typeof input === "string") return [new HumanMessage(input)];
  return Array.isArray(input) ? input.map(coerceMessageLikeToMessage) : input.toChatMessages();
};

/** Answers by the arm that the router chooses; once by the base model where a tuned one failed. */
export async function invokeRouted<Output>(
  arms: Arms<Output>,
  router: Router,
  input: BaseLanguageModelInput,
  options: RunnableConfig | undefined,
): Promise<Output> {
  const route = await router.route(messagesOf(input), options);
  try {
    return await arms[route.arm].invoke(input, route.config);
  } catch (error) {
    if (!router.fallsBack(route, error)) throw error;
    return arms.base.invoke(input, route.fallbackConfig);
  }
}

/** Streams the answer of the arm. What fails after its first piece cannot be taken back, and is an error. */
export async function* streamRouted<Output>(
  arms: Arms<Output>,
  router: Router,
  input: BaseLanguageModelInput,
  options: RunnableConfig | undefined,
): AsyncGenerator<Output> {
  const route = await router.route(messagesOf(input), options);
  yield* streamOnce(router, route, (arm, config) => arms[arm].stream(input, config));
}

/** Streams an arm, and the base model where a tuned one failed before its first piece. */
export async function* streamOnce<Piece>(
  router: Router,
  route: Route,
  open: (arm: Arm, config: RunnableConfig) => AsyncIterable<Piece> | Promise<AsyncIterable<Piece>>,
): AsyncGenerator<Piece> {
  let isBegun = false;
  try {
    for await (const piece of await open(route.arm, route.config)) {
      isBegun = true;
      yield piece;
    }
    return;
  } catch (error) {
    if (isBegun || !router.fallsBack(route, error)) throw error;
  }
  yield* await open("base", route.fallbackConfig);
}

/** Both models with tools or a schema bound, as one runnable. */
export class RoutedRunnable<Output> extends Runnable<BaseLanguageModelInput, Output> {
  lc_namespace = ["langsmith_finetune", "use"];

  constructor(
    private readonly arms: Arms<Output>,
    private readonly router: Router,
  ) {
    super();
  }

  invoke(input: BaseLanguageModelInput, options?: Partial<RunnableConfig>): Promise<Output> {
    return invokeRouted(this.arms, this.router, input, options);
  }

  override _streamIterator(input: BaseLanguageModelInput, options?: Partial<RunnableConfig>): AsyncGenerator<Output> {
    return streamRouted(this.arms, this.router, input, options);
  }
}
