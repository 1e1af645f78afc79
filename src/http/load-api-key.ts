import { MissingApiKeyError } from "../errors.js";

/** A key, or a function that gets one, called for each request: tokens expire. */
export type ApiKey = string | (() => string | Promise<string>);

/**
 * The key that was passed, or else the first of the environment variables that is set. Read when called, never on import.
 *
 * @throws MissingApiKeyError when neither is there.
 *
 * @example
 * ```ts
 * import { loadApiKey } from "langsmith-finetune/testing";
 *
 * const key = await loadApiKey("Acme", undefined, "ACME_API_KEY");
 * ```
 */
export async function loadApiKey(
  service: string,
  apiKey: ApiKey | undefined,
  ...variables: readonly string[]
): Promise<string> {
  return givenApiKey(service, typeof apiKey === "function" ? await apiKey() : apiKey, ...variables);
}

/** Throws where no key is there. A function is not called: that can cost a request. */
export function checkApiKey(service: string, apiKey: ApiKey | undefined, ...variables: readonly string[]): void {
  if (typeof apiKey !== "function") givenApiKey(service, apiKey, ...variables);
}

/** The key that was given, or that of a variable; throws where there is none. */
export function givenApiKey(service: string, apiKey: string | undefined, ...variables: readonly string[]): string {
  const key =
    apiKey ?? variables.map((variable) => process.env[variable]).find((value) => value !== undefined && value !== "");
  if (key !== undefined && key !== "") return key;
  throw new MissingApiKeyError({
    variables: [...variables],
    message: `No API key for ${service}.`,
    hint: `Pass the option apiKey or set ${variables.join(" or ")}.`,
  });
}
