import { MissingApiKeyError } from "../errors.js";

/** The key that was passed, or else the first of the environment variables that is set. Read when called, never on import. */
export function loadApiKey(service: string, apiKey: string | undefined, ...variables: string[]): string {
  const key =
    apiKey ?? variables.map((variable) => process.env[variable]).find((value) => value !== undefined && value !== "");
  if (key !== undefined && key !== "") return key;
  throw new MissingApiKeyError({
    variables,
    message: `No API key for ${service}.`,
    hint: `Pass the option apiKey or set ${variables.join(" or ")}.`,
  });
}
