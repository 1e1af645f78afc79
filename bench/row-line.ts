import { langsmithFinetune } from "./package.js";

const { convertRunToChatSession, convertSessionToExample } = langsmithFinetune;

/** The line of the row of a run's line, with the plain functions and nothing around them. */
export function rowLine(line: string): string {
  const loaded = convertRunToChatSession(line);
  const converted = "session" in loaded ? convertSessionToExample(loaded.session) : loaded;
  if ("skip" in converted) throw new Error(converted.skip.message);
  return JSON.stringify(converted.example);
}
