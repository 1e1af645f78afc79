import { InvalidExamplesError } from "../../../errors.js";
import { lineOf } from "../../preparing/line-of.js";
import type { Finding } from "../../../types.js";

/** What a provider said of a file that it does not take. */
export interface RefusedFile {
  service: string;
  file: { readonly name: string; readonly path: string };
  /** The provider's own words; lines are found in them. */
  message: string;
  code?: string;
  /** The line, where the provider names it in a field of its own. */
  line?: number;
  param?: string;
}

/**
 * The error for a file that the provider refused after its own check: one finding for each line of
 * the message, with the line of the file where the message names one (`Line 7: …`).
 */
export function refusedByProvider({
  service,
  file,
  message,
  code = "refused-by-provider",
  line,
  param,
}: RefusedFile): InvalidExamplesError {
  const findings = message
    .split(/\r?\n/)
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .map<Finding>((text) => ({
      line: line ?? lineOf(text) ?? 0,
      path: param === undefined ? pathOf(text) : `$.${param}`,
      code,
      severity: "error",
      message: text,
      source: { file: file.path, line: line ?? lineOf(text) },
      rule: `${service}'s own check of the uploaded file`,
    }));
  return new InvalidExamplesError({
    findings,
    message: `${service} refused ${file.name} after its own check: ${message.slice(0, 500)}`,
    hint: "No job was created. Fix or leave out the rows named in `findings`, then start again.",
  });
}

/** The path within the row, where the message has one: `` `messages[1]` ``. */
function pathOf(message: string): string {
  const match =
    /[`'"](\$?\.?(?:messages|tools|input|preferred_output|non_preferred_output|contents|functions)(?:[.[][^`'"]*)?)[`'"]/.exec(
      message,
    );
  return match?.[1] === undefined ? "$" : `$.${match[1].replace(/^\$?\.?/, "")}`;
}
