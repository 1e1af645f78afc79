/** A page of the dialect's lists. */
interface Page<T> {
  data: T[];
  has_more?: boolean;
}

/** More pages than any list should have: the end of one that has none. */
const MAXIMUM_PAGES = 100;

/**
 * The items of a paged list, each once. Ends where a page brings nothing new, for there are hosts
 * that say `has_more` for ever.
 */
export async function* items<T extends { id: string }>(
  ask: (after: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T, void, undefined> {
  const seen = new Set<string>();
  let after: string | undefined;
  for (let page = 0; page < MAXIMUM_PAGES; page += 1) {
    const { data, has_more } = await ask(after);
    const records = data.filter((item) => typeof (item as T | null)?.id === "string");
    const fresh = records.filter(({ id }) => !seen.has(id));
    for (const item of fresh) {
      seen.add(item.id);
      yield item;
    }
    after = records.at(-1)?.id;
    if (fresh.length === 0 || has_more !== true) return;
  }
}
