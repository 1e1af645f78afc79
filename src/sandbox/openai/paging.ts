/** A page of a list, in the form of OpenAI's API. */
export interface Page<T> {
  object: "list";
  data: T[];
  first_id: string | null;
  last_id: string | null;
  has_more: boolean;
}

/**
 * The page after the item with the id `after`, or the first. `endless` is a fault that such hosts
 * are known to have: the first page again and again, and always more to come.
 */
export function pageOf<T extends { id: string }>(
  items: readonly T[],
  { after, limit, endless = false }: { after?: string; limit: number; endless?: boolean },
): Page<T> {
  const start = after === undefined || endless ? 0 : items.findIndex(({ id }) => id === after) + 1;
  const data = items.slice(start, start + limit);
  return {
    object: "list",
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: endless || start + limit < items.length,
  };
}
