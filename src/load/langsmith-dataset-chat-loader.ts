import { anything, either, kind, list, record, skipKinds, text } from "../internal/kinds.js";
import { checkOptions, type OptionKinds } from "../internal/options.js";
import { InvalidOptionError, ServiceError } from "../errors.js";
import { isObject } from "../http/answer-check.js";
import { objectOf } from "../internal/is-record.js";
import { reportSkips } from "../internal/skips.js";
import { reiterableChunks } from "../internal/step.js";
import { type Connection, connect, connectionKinds, type ConnectionOptions } from "../select/server/connection.js";
import { offsetPages } from "../select/server/offset-pages.js";
import { resolveName } from "../select/server/resolve-name.js";
import type { ChatSession, SkipOptions } from "../types.js";
import { ChatLoader } from "./chat-loader.js";
import { sessionsOfExample } from "./convert-dataset-example.js";
import { answerKinds, type AnswerOptions } from "./checks/finish-reason.js";

/** A dataset of LangSmith, by name or id, and which of its examples. */
export interface DatasetChoice {
  datasetName?: string;
  datasetId?: string;
  /**
   * Only examples of one of these splits.
   * @default examples of every split
   */
  splits?: readonly string[];
  /**
   * The dataset as it was then, or a version by its tag.
   * @default the newest version when the reading begins
   */
  asOf?: Date | string;
  /** Only examples whose metadata has all of this. */
  metadata?: Readonly<Record<string, unknown>>;
}

/** The kinds of {@link DatasetChoice}. */
export const datasetKinds: OptionKinds<DatasetChoice> = {
  datasetName: text,
  datasetId: text,
  splits: list(text),
  asOf: either(
    kind<Date>("a valid Date", (value) => value instanceof Date && !Number.isNaN(value.getTime())),
    text,
  ),
  metadata: record(anything),
};

/** Options of {@link LangSmithDatasetChatLoader}. */
export interface LangSmithDatasetChatLoaderOptions
  extends DatasetChoice, ConnectionOptions, SkipOptions, AnswerOptions {}

/**
 * Loads a LangSmith dataset as chat sessions, page by page while you iterate, in the order of the
 * server. Takes chat, key-value and LLM datasets; `convertDatasetExample` says which examples
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
    checkOptions<LangSmithDatasetChatLoaderOptions>("LangSmithDatasetChatLoader", options, {
      ...connectionKinds,
      ...skipKinds,
      ...answerKinds,
      ...datasetKinds,
    });
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
    for await (const examples of datasetExamples(options)) {
      const sessions: ChatSession[] = [];
      for (const example of examples) {
        for (const result of sessionsOfExample(example, options)) {
          if ("session" in result) sessions.push(result.session);
          else skips.skip(result.skip);
        }
      }
      if (sessions.length > 0) yield sessions;
    }
  } finally {
    skips.close();
  }
}

/** The examples of a dataset as the server gives them, page by page. */
export async function* datasetExamples(
  options: LangSmithDatasetChatLoaderOptions,
): AsyncGenerator<unknown[], void, undefined> {
  const connection = await connect(options);
  const kind = { noun: "dataset", path: "/datasets" };
  const datasetId =
    options.datasetId ?? (await resolveName(connection, kind, options.datasetName as string, options.signal));
  yield* await pages(connection, datasetId, options);
}

async function pages(
  connection: Connection,
  datasetId: string,
  { splits = [], asOf, metadata, signal, rateLimit }: LangSmithDatasetChatLoaderOptions,
): Promise<AsyncIterable<unknown[]>> {
  const version =
    asOf instanceof Date ? asOf.toISOString() : (asOf ?? (await newestVersion(connection, datasetId, signal)));
  return offsetPages(connection, {
    path: "/examples",
    query: [
      ["dataset", datasetId],
      ["inline_s3_urls", "true"],
      ...splits.map((split) => ["splits", split] as const),
      ...(version === undefined ? [] : [["as_of", version] as const]),
      ...(metadata === undefined ? [] : [["metadata", JSON.stringify(metadata)] as const]),
    ],
    asked: "Reading the dataset's examples",
    signal,
    rateLimit: rateLimit || undefined,
  });
}

/** The dataset as it is now, so that it is read as one although others work on it; undefined where a server has no versions. */
async function newestVersion(
  connection: Connection,
  datasetId: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    const version = await connection.json("GET", `/datasets/${encodeURIComponent(datasetId)}/version`, {
      query: new URLSearchParams({ tag: "latest" }),
      asked: "Reading the dataset's version",
      signal,
      check: isObject,
    });
    const { as_of: newest } = objectOf(version);
    return typeof newest === "string" && newest !== "" ? newest : undefined;
  } catch (error) {
    // The list itself is read so that nothing is left out; a dataset that is not there is reported there.
    const isMissing = ServiceError.isInstance(error) && [400, 404, 405, 422, 501].includes(error.status ?? 0);
    if (isMissing) return undefined;
    throw error;
  }
}
