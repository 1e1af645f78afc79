/** What a page says beside its cursor. */
export interface CursorPlace {
  /** The page holds as many records as were asked for, so that more may follow. */
  full: boolean;
  /** The cursor that the page was asked for with. */
  before: string | undefined;
}

/**
 * What is wrong with the cursor of a page, if anything. An empty one ends a reading, as it does in LangSmith's clients,
 * but not after a full page: that would be a silent loss.
 */
export function cursorFault(cursor: unknown, { full, before }: CursorPlace): string | undefined {
  if (cursor === undefined || cursor === null) return undefined;
  if (typeof cursor !== "string") return "its cursor is not a string";
  if (cursor === "") return full ? "its cursor is empty, and the page is full" : undefined;
  return cursor === before ? "its cursor leads back to the same page" : undefined;
}
