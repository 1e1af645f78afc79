import type { AnswerCheck } from "../../../http/answer-check.js";
import type { HttpClient } from "../../../http/http-client.js";
import { listOf } from "../shared/read.js";

const PAGE_SIZE = 100;

interface NumberedList {
  readonly path: string;
  readonly check: AnswerCheck;
  /** Where an answer has its list. */
  readonly listIn: (answer: unknown) => unknown;
  /** The field that tells two entries apart. */
  readonly id: string;
  readonly maximumPages: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * The pages of a list that Alibaba numbers, from 1. It ends with a page that is not full or that holds nothing new: the
 * total of an answer is not relied on.
 */
export async function* numberedPages(
  client: HttpClient,
  { path, check, listIn, id, maximumPages, signal }: NumberedList,
): AsyncGenerator<Record<string, unknown>[]> {
  const seen = new Set<string>();
  for (let page = 1; page <= maximumPages; page += 1) {
    const query = { page_no: page, page_size: PAGE_SIZE };
    const entries = listOf(listIn(await client.json({ path, query, signal, check })));
    yield entries;
    const known = seen.size;
    for (const entry of entries) seen.add(String(entry[id]));
    if (entries.length < PAGE_SIZE || seen.size === known) return;
  }
}
