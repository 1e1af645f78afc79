import { ServiceError } from "../../errors.js";
import type { RunPage } from "./run-source.js";

/** So many pages without a run in a row, and the server is not getting anywhere. */
const MOST_EMPTY_PAGES = 10_000;

/** Follows the cursors of one reading: a server that leads in a circle would be read for ever. */
export class CursorTrail {
  private readonly seen = new Set<string>();
  private empty = 0;

  /** @throws ServiceError for a cursor that was given before, and for pages without end that hold nothing */
  follow({ cursor, runs }: Pick<RunPage, "cursor" | "runs">): void {
    if (cursor === undefined) {
      this.seen.clear();
      return;
    }
    this.empty = runs.length === 0 ? this.empty + 1 : 0;
    if (this.seen.has(cursor)) throw endless("gave the same cursor twice");
    if (this.empty > MOST_EMPTY_PAGES) throw endless(`gave ${this.empty} empty pages in a row`);
    this.seen.add(cursor);
  }
}

function endless(what: string): ServiceError {
  return new ServiceError({
    service: "LangSmith",
    code: "server-error",
    message: `LangSmith ${what}, so the reading would never end.`,
    hint: "Try again; if it stays so, report it to LangSmith.",
  });
}
