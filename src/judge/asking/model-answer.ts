import type { AssistantTrainingMessage } from "../../types.js";

/** One model's answer to one case. Either `message` or `error` is there. */
export interface ModelAnswer {
  message?: AssistantTrainingMessage;
  /** What went wrong, without credentials. */
  error?: string;
  /** From the request to the whole answer; of the call that was paid, where the answer is from the cache. */
  milliseconds?: number;
  /** `stop`, `tool_calls`, `length`, …: as the service said. */
  finishReason?: string;
  tokens?: { prompt: number; completion: number };
  /** It was read from the cache. */
  cached?: boolean;
}
