import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { callback, either, number, positiveInteger, required, text, withMethods, word } from "../../internal/kinds.js";
import type { OptionKinds } from "../../internal/options.js";
import type { StepProgressListener } from "../../internal/progress.js";
import type { ExampleSource, TrainingExample } from "../../types.js";

/** How rows are turned into vectors. */
export interface EmbeddingSettings {
  /** Any LangChain `Embeddings`. */
  embeddings: EmbeddingsInterface;
  /**
   * What is embedded of a row, system messages and tool definitions always left out: `"conversation"` with roles and
   * tool calls; `"prompt"`, all before the last answer; `"answer"`, the last answer alone; or what a function returns. A
   * row with an empty text is compared with none.
   * @default "conversation"
   */
  text?: "conversation" | "prompt" | "answer" | ((example: TrainingExample, source: ExampleSource) => string);
  /**
   * A folder in which every vector is kept as it comes, by a hash of its text and the model: the same call goes on there
   * after an interruption, and nothing is paid for twice.
   * @default none: vectors are kept for one call
   */
  cache?: string;
  /**
   * The name of the model in the cache.
   * @default `model` or `modelName` of the embeddings, or else their class
   */
  model?: string;
  /** Texts in one call. @default 64 */
  batchSize?: number;
  /** Calls at a time. @default 4 */
  concurrency?: number;
  /** Calls a minute. @default no limit */
  requestsPerMinute?: number;
  /** Attempts after a call that failed with a transient error (429, 5xx, no answer). `Retry-After` is honoured. @default 3 */
  retries?: number;
  /**
   * A longer text is embedded in pieces of at most so many characters, and its vector is the mean of theirs, weighted by their lengths. The
   * model must take this much: many that run on your own machine read 512 tokens and ignore the rest.
   * @default 6000
   */
  maxCharacters?: number;
  /** Called a few times a second with how many texts have their vector. */
  onProgress?: StepProgressListener;
}

/** What is asked of embeddings. */
const embeddingsKind = withMethods<EmbeddingsInterface>("LangChain Embeddings", "embedDocuments");

/** The kinds of {@link EmbeddingSettings}. */
export const embeddingKinds: OptionKinds<EmbeddingSettings> = {
  embeddings: required(embeddingsKind),
  text: either(word("conversation", "prompt", "answer"), callback),
  cache: text,
  model: text,
  batchSize: positiveInteger,
  concurrency: positiveInteger,
  requestsPerMinute: positiveInteger,
  retries: number({ integer: true, min: 0 }),
  maxCharacters: positiveInteger,
  onProgress: callback,
};

/** What embeddings are called: as their service knows them, or else by their class. */
export function nameOfEmbeddings(embeddings: EmbeddingsInterface): string {
  const { model, modelName } = embeddings as { model?: unknown; modelName?: unknown };
  const named = [model, modelName].find((name): name is string => typeof name === "string" && name !== "");
  return named ?? embeddings.constructor.name;
}
