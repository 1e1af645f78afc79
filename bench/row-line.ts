import { langsmithFinetune } from "./package.js";

const { convertRunToChatSession, convertSessionToExample } = langsmithFinetune;

/** The training example of a run's line, with the plain functions and nothing around them. */
export function exampleOf(line: string): unknown {
  const loaded = convertRunToChatSession(line);
  const converted = "session" in loaded ? convertSessionToExample(loaded.session) : loaded;
  if ("skip" in converted) throw new Error(converted.skip.message);
  return converted.example;
}

/** The line of that example. */
export function rowLine(line: string): string {
  return JSON.stringify(exampleOf(line));
}
