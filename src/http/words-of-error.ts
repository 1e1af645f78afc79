import { redactCredentials } from "./redact-credentials.js";
import { secretsOfEnvironment, secretsOfObject } from "./secrets.js";

/**
 * What an error says, without what its request, the models in `holders` and the environment hold: a host may repeat a
 * key. What only the closure of an evaluator holds is known by its pattern.
 */
export function wordsOfError(error: unknown, length: number, ...holders: readonly unknown[]): string {
  const words = error instanceof Error ? error.message : String(error);
  return redactCredentials(words, ...secretsOfObject([error, ...holders]), ...secretsOfEnvironment()).slice(0, length);
}
