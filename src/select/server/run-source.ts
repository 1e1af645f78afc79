import type { Run } from "../../types.js";
import type { CompiledQuery } from "../query/compile-query.js";

/** One page of runs, newest first. */
export interface RunPage {
  runs: Run[];
  /** What to ask the next page with; none on the last. */
  cursor?: string;
  /** How many records of the page are not runs. */
  notRuns?: number;
  /** The answer that held them, for who would rather wait with that than with what was made of it. */
  answer?: PageAnswer;
}

/** An answer as it came: JSON in bytes, which take a fraction of the memory of what is parsed from them. */
export interface PageAnswer {
  /** How many bytes. */
  readonly size: number;
  /** The runs again. The bytes are gone then. */
  takeRuns(): Run[];
  /** Says that nobody will ask. */
  drop(): void;
}

/** What a page is asked with. */
export interface RunPageRequest {
  query: CompiledQuery;
  projectIds: readonly string[];
  /** Milliseconds since 1970, included. */
  from: number;
  /** Milliseconds since 1970. Whether a run at that very instant comes is the server's choice. */
  to?: number;
  /** These runs only. On v1 everything else is then ignored by the server. */
  ids?: readonly string[];
  /** Only what the conditions on feedback say of feedback that was changed then or later, in milliseconds since 1970. v2 only. */
  feedbackSince?: number;
  cursor?: string;
  pageSize: number;
  /** Only what says where a run belongs: ids, thread, time. */
  brief?: boolean;
}

/** A LangSmith server, by one generation of its API. */
export interface RunSource {
  readonly api: "v1" | "v2";
  /** The largest page that the server gives. */
  readonly maxPageSize: number;
  /** How many cursors are worth having open, by the server's rate limit. */
  readonly defaultConcurrency: number;
  /** One page. Waits for the rate limit, retries what may pass, and throws a `ServiceError` for the rest. */
  page(request: RunPageRequest, options: { signal?: AbortSignal }): Promise<RunPage>;
}
