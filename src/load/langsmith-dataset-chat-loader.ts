import { InvalidOptionError } from "../errors.js";
import { isList } from "../http/answer-check.js";
import { reportSkips } from "../internal/skips.js";
import { reiterableChunks } from "../internal/step.js";
import { type Connection, connect, type ConnectionOptions } from "../select/server/connection.js";
import { resolveName } from "../select/server/resolve-name.js";
import type { ChatSession, SkipOptions } from "../types.js";
import { ChatLoader } from "./chat-loader.js";
import { convertDatasetExample } from "./convert-dataset-example.js";
import type { AnswerOptions } from "./checks/finish-reason.js";

/** Options of {@link LangSmithDatasetChatLoader}: the dataset by name or id, and which of its examples. */
export interface LangSmithDatasetChatLoaderOptions extends ConnectionOptions, SkipOptions, AnswerOptions {
  datasetName?: string;
  datasetId?: string;
  /**
   * Only examples of one of these splits.
   * @default examples of every split
   */
  splits?: readonly string[];
  /**
   * The dataset as it was then, or a version by its tag.
   * @default the newest version
   */
  asOf?: Date | string;
  /** Only examples whose metadata has all of this. */
  metadata?: Readonly<Record<string, unknown>>;
}

/** The largest page that the server gives. */
const PAGE = 100;

/**
 * Loads a LangSmith dataset as chat sessions, page by page as somebody iterates, in the order of the
 * server. Takes chat, key-value and LLM datasets; {@link convertDatasetExample} says which examples
 * can be read. What cannot goes to `onSkip` with a code.
 *
 * @throws InvalidOptionError at once, without exactly one of `datasetName` and `datasetId`.
 * @throws ServiceError while iterating: no such dataset, unreachable, unauthorized, …
 *
 * @example
 * ```ts
 * import { LangSmithDatasetChatLoader } from "langsmith-finetune";
 *
 * const loader = new LangSmithDatasetChatLoader({ datasetName: "golden answers", splits: ["train"] });
 * for await (const session of loader) console.log(session.source?.exampleId, session.messages.length);
 * ```
 */
export class LangSmithDatasetChatLoader extends ChatLoader {
  constructor(options: LangSmithDatasetChatLoaderOptions) {
    if ((options.datasetName === undefined) === (options.datasetId === undefined)) {
      throw new InvalidOptionError({
        option: "datasetName",
        value: options.datasetName,
        message: "A dataset is named by either datasetName or datasetId.",
        hint: "Pass exactly one of them.",
      });
    }
    super(reiterableChunks(() => loadSessions(options)));
  }
}

async function* loadSessions(
  options: LangSmithDatasetChatLoaderOptions,
): AsyncGenerator<ChatSession[], void, undefined> {
  const skips = reportSkips("LangSmithDatasetChatLoader", options);
  try {
    const connection = await connect(options);
    const kind = { noun: "dataset", path: "/datasets" };
    const datasetId =
      options.datasetId ?? (await resolveName(connection, kind, options.datasetName as string, options.signal));
    for await (const examples of pages(connection, datasetId, options)) {
      const sessions: ChatSession[] = [];
      for (const example of examples) {
        const result = convertDatasetExample(example, options);
        if ("session" in result) sessions.push(result.session);
        else skips.skip(result.skip);
      }
      if (sessions.length > 0) yield sessions;
    }
  } finally {
    skips.close();
  }
}

async function* pages(
  connection: Connection,
  datasetId: string,
  { splits = [], asOf, metadata, signal }: LangSmithDatasetChatLoaderOptions,
) {
  for (let offset = 0; ; offset += PAGE) {
    const query = new URLSearchParams({
      dataset: datasetId,
      inline_s3_urls: "true",
      offset: String(offset),
      limit: String(PAGE),
    });
    for (const split of splits) query.append("splits", split);
    if (asOf !== undefined) query.set("as_of", asOf instanceof Date ? asOf.toISOString() : asOf);
    if (metadata !== undefined) query.set("metadata", JSON.stringify(metadata));
    const examples = await connection.json("GET", "/examples", {
      query,
      asked: "Reading the dataset's examples",
      signal,
      check: isList,
    });
    if (!Array.isArray(examples) || examples.length === 0) return;
    yield examples as unknown[];
    if (examples.length < PAGE) return;
  }
}
