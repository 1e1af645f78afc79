import type { CallbackManagerForLLMRun, Callbacks } from "@langchain/core/callbacks/manager";
import type { BaseLanguageModelInput } from "@langchain/core/language_models/base";
import {
  BaseChatModel,
  type BaseChatModelCallOptions,
  type BindToolsInput,
} from "@langchain/core/language_models/chat_models";
import type { AIMessageChunk, BaseMessage, BaseMessageLike } from "@langchain/core/messages";
import { type ChatGenerationChunk, type ChatResult, type LLMResult } from "@langchain/core/outputs";
import type { Runnable } from "@langchain/core/runnables";
import { InvalidOptionError } from "../../errors.js";
import type { Arm } from "../../internal/arm-names.js";
import type { RouteCounts, Router } from "./router.js";
import { invokeRouted, RoutedRunnable, streamOnce, streamRouted, type Arms } from "./routed-runnable.js";

type Models = Readonly<Record<Arm, BaseChatModel>>;

/**
 * Two chat models as one. Whatever is asked goes to one of them as it came, with its callbacks, so
 * that the run in a trace is that model's own run, with a tag and metadata more.
 */
export class RoutedModel extends BaseChatModel {
  override lc_namespace = ["langsmith_finetune", "use"];

  constructor(
    private readonly models: Models,
    private readonly router: Router,
  ) {
    super({});
  }

  static override lc_name(): string {
    return "RoutedChatModel";
  }

  get counts(): RouteCounts {
    return { ...this.router.counts };
  }

  _llmType(): string {
    return "routed";
  }

  override invoke(input: BaseLanguageModelInput, options?: Partial<BaseChatModelCallOptions>): Promise<AIMessageChunk> {
    return invokeRouted(this.models as Arms<AIMessageChunk>, this.router, input, options);
  }

  override _streamIterator(
    input: BaseLanguageModelInput,
    options?: Partial<BaseChatModelCallOptions>,
  ): AsyncGenerator<AIMessageChunk> {
    return streamRouted(this.models as Arms<AIMessageChunk>, this.router, input, options);
  }

  override async generate(
    conversations: BaseMessageLike[][],
    options?: string[] | Partial<BaseChatModelCallOptions>,
    callbacks?: Callbacks,
  ): Promise<LLMResult> {
    const callOptions = Array.isArray(options) ? { stop: options } : { ...options };
    callOptions.callbacks ??= callbacks;
    const results = await Promise.all(
      conversations.map((messages) => this.generateOne(messages as BaseMessage[], callOptions)),
    );
    return {
      generations: results.flatMap(({ generations }) => generations),
      ...(results.length === 1 ? { llmOutput: results[0]?.llmOutput } : {}),
    };
  }

  private async generateOne(messages: BaseMessage[], options: Partial<BaseChatModelCallOptions>): Promise<LLMResult> {
    const route = await this.router.route(() => messages, options);
    const { callbacks } = options;
    try {
      return await this.models[route.arm].generate([messages], { ...options, ...route.config }, callbacks);
    } catch (error) {
      if (!this.router.fallsBack(route, error)) throw error;
      return this.models.base.generate([messages], { ...options, ...route.fallbackConfig }, callbacks);
    }
  }

  /** For those who call it within a run of their own; the tag and the metadata are then theirs to set. */
  async _generate(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    const route = await this.router.route(() => messages, options);
    try {
      return await this.models[route.arm]._generate(messages, options, runManager);
    } catch (error) {
      if (!this.router.fallsBack(route, error)) throw error;
      return this.models.base._generate(messages, options, runManager);
    }
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const route = await this.router.route(() => messages, options);
    yield* streamOnce(this.router, route, (arm) =>
      this.models[arm]._streamResponseChunks(messages, options, runManager),
    );
  }

  override bindTools(
    tools: BindToolsInput[],
    kwargs?: Partial<BaseChatModelCallOptions>,
  ): Runnable<BaseLanguageModelInput, AIMessageChunk> {
    return this.bound((model, arm) => {
      if (typeof model.bindTools !== "function") throw cannotBind(model, arm);
      return model.bindTools(tools, kwargs) as Runnable<BaseLanguageModelInput, AIMessageChunk>;
    });
  }

  /** Each model with its own way to be asked for structure; a schema that is not met counts as a failure. */
  structured(schema: never, config: never): Runnable<BaseLanguageModelInput, Record<string, unknown>> {
    return this.bound((model) => model.withStructuredOutput<Record<string, unknown>>(schema, config));
  }

  private bound<Output>(
    bind: (model: BaseChatModel, arm: Arm) => Runnable<BaseLanguageModelInput, Output>,
  ): Runnable<BaseLanguageModelInput, Output> {
    const { base, tuned } = this.models;
    return new RoutedRunnable({ base: bind(base, "base"), tuned: bind(tuned, "tuned") }, this.router);
  }
}

// Its overloads are those of the class above; an own declaration could only repeat them.
Object.defineProperty(RoutedModel.prototype, "withStructuredOutput", {
  value: function (this: RoutedModel, schema: never, config: never) {
    return this.structured(schema, config);
  },
  configurable: true,
  writable: true,
});

function cannotBind(model: BaseChatModel, arm: Arm): InvalidOptionError {
  return new InvalidOptionError({
    option: arm,
    value: model.getName(),
    message: `routedChatModel: the ${arm} model (${model.getName()}) cannot bind tools.`,
    hint: "Pass two models that can, or route calls without tools.",
  });
}
