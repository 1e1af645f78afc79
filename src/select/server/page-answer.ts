import { parseExact } from "../../internal/exact-json.js";
import type { Run } from "../../types.js";
import type { AnswerBody } from "./connection.js";
import type { PageAnswer } from "./run-source.js";

/**
 * The answer of a page, to be read again. A function of its own: closures hold on to everything that
 * any closure of the same call uses, and the runs that were parsed first must not be among that.
 */
export function keepAnswer(body: AnswerBody, runsOf: (json: unknown) => Run[]): PageAnswer {
  return {
    size: body.size,
    takeRuns() {
      const text = body.text();
      body.drop();
      return runsOf(parseExact(text));
    },
    drop: () => body.drop(),
  };
}
