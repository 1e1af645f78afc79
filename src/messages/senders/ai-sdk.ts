/** Who sent the messages that the AI SDK traced: they are traced in the SDK's form, and each provider's package writes them in its own. */
export interface AiSdkSender {
  /** The provider of the model: `openai.chat`, `anthropic.messages`, …; the model's own name where the run has no more. */
  provider: string;
  /** The name of the model; empty where the run has none. */
  model: string;
  /** The major version of the SDK, where the trace tells it. */
  version: number | undefined;
  /** The caller's options for the provider's package. */
  options: Record<string, unknown>;
  /** True for a call that the provider ran by itself. */
  isRunByProvider(name: unknown, id: unknown): boolean;
}

/** True for the providers whose packages join messages of one role that follow each other. */
export function isAnthropic(provider: string): boolean {
  return /(?:^|\.)anthropic\b|^amazon-bedrock\b/.test(provider);
}

/** True for OpenAI's own package, chat completions. */
export function isOpenAIChat({ provider }: AiSdkSender): boolean {
  return /^(?:openai|azure|azure-openai)\.chat$/.test(provider);
}

/** True for OpenAI's own package, either API. */
export function isOpenAI({ provider }: AiSdkSender): boolean {
  return /^(?:openai|azure|azure-openai)\./.test(provider);
}
