import { FinetuneError } from "../../errors.js";
import { createMeter, type StepProgressListener } from "../../internal/progress.js";
import { createIntegers, NONE } from "../../internal/storage/column.js";
import { createDigestIndex, type DigestIndex } from "../../internal/storage/digest-index.js";
import { digest } from "../duplicates/fingerprint.js";
import { openEmbeddingClient, type EmbeddingClient } from "./embedding-client.js";
import type { EmbeddingSettings } from "./embedding-settings.js";
import { piecesOf } from "./pieces.js";
import { createTextOf } from "./text-of-row.js";
import { createVectorStore, normalise, type VectorStore } from "./vector-store.js";

/** Rows that can be read again, wherever they are. */
export interface RowAccess {
  /** Rows in arrays. Their numbers rise. */
  read(rows: Uint32Array): AsyncIterable<readonly object[]>;
  /** One row, at once. */
  at(row: number): unknown;
  readonly signal?: AbortSignal | undefined;
  /** Used where the settings have none of their own. */
  readonly onProgress?: StepProgressListener | undefined;
}

/** Rows with the vectors of their texts. Rows with the same text share one. */
export interface EmbeddedRows {
  /** The number of the text of a row by the row's place in those that were asked for; `NONE` for one without text. */
  textAt(place: number): number;
  /** Of each text, of length 1. */
  readonly vectors: VectorStore;
  /** The hashes of the texts, by their numbers. */
  readonly digests: DigestIndex;
  close(): void;
}

/**
 * Embeds the texts of rows, each once. Vectors go to the disk as they come, so memory holds what is in flight.
 *
 * @param option Where the settings stand, for messages.
 * @throws {ServiceError} where the service refuses, or is still not there after the retries.
 * @throws {FinetuneError} for vectors that cannot be used.
 */
export async function embedRows(
  rows: Uint32Array,
  access: RowAccess,
  settings: EmbeddingSettings,
  option: string,
): Promise<EmbeddedRows> {
  const { maxCharacters = 6000 } = settings;
  const textOf = createTextOf(settings.text, `${option}.text`);
  const digests = createDigestIndex();
  const texts = createIntegers();
  const meter = createMeter({ step: "embed", unit: "text", onProgress: settings.onProgress ?? access.onProgress });
  const client = await openEmbeddingClient(settings, access.signal);
  const vectors = createVectors(() => meter.add(1));
  const batches = createBatches(client, settings, (vector, last) => vectors.take(vector, last));
  try {
    for await (const chunk of access.read(rows)) {
      access.signal?.throwIfAborted();
      for (const row of chunk) {
        const text = textOf(row).trim();
        if (text === "") {
          texts.push(NONE);
          continue;
        }
        const known = digests.size;
        const number = digests.add(digest(text));
        texts.push(number);
        if (number < known) continue;
        const pieces = piecesOf(text, maxCharacters);
        for (const [index, piece] of pieces.entries()) await batches.add(piece, index === pieces.length - 1);
      }
    }
    await batches.end();
    meter.end();
    const { store } = vectors;
    return { textAt: (place) => texts.at(place), vectors: store, digests, close: () => store.close() };
  } catch (error) {
    client.stop(error);
    vectors.store.close();
    throw error;
  }
}

interface Item {
  readonly text: string;
  /** The last piece of its text. */
  readonly last: boolean;
  vector?: Float32Array | undefined;
}

/** Gathers texts to calls of some each, and hands their vectors on in the order in which the texts came. */
function createBatches(
  client: EmbeddingClient,
  { batchSize = 64, concurrency = 4 }: EmbeddingSettings,
  take: (vector: { numbers: Float32Array; weight: number }, last: boolean) => void,
) {
  const inFlight: Promise<readonly Item[]>[] = [];
  let items: Item[] = [];
  let unknown = 0;
  const send = (): void => {
    const batch = items;
    items = [];
    unknown = 0;
    const asked = batch.filter(({ vector }) => vector === undefined);
    const sent = (async () => {
      if (asked.length === 0) return batch;
      const vectors = await client.embed(asked.map(({ text }) => text));
      for (const [index, item] of asked.entries()) item.vector = vectors[index];
      return batch;
    })();
    // It is looked at in its turn; until then its failure is nobody's.
    sent.catch(() => undefined);
    inFlight.push(sent);
  };
  const receive = async (): Promise<void> => {
    for (const { text, last, vector } of (await inFlight.shift()) ?? [])
      if (vector) take({ numbers: vector, weight: text.length }, last);
  };
  return {
    async add(text: string, last: boolean): Promise<void> {
      const vector = client.known(text);
      items.push({ text, last, vector });
      if (vector === undefined) unknown += 1;
      // What is known waits with the others, and not without end.
      if (unknown < batchSize && items.length < batchSize * 4) return;
      send();
      if (inFlight.length > concurrency) await receive();
    },
    async end(): Promise<void> {
      if (items.length > 0) send();
      while (inFlight.length > 0) await receive();
    },
  };
}

/** Puts the vectors of pieces together to those of texts. */
function createVectors(done: () => void) {
  let store: VectorStore | undefined;
  let sum: Float32Array | undefined;
  let pieces = 0;
  return {
    get store(): VectorStore {
      return (store ??= createVectorStore(1));
    },
    take({ numbers, weight }: { numbers: Float32Array; weight: number }, last: boolean): void {
      store ??= createVectorStore(numbers.length);
      if (numbers.length !== store.dimensions) throw otherLength(store.dimensions, numbers.length);
      const own = numbers.slice();
      // A piece without a direction says nothing of its text.
      if (normalise(own)) {
        sum ??= new Float32Array(own.length);
        for (let place = 0; place < own.length; place += 1)
          sum[place] = (sum[place] as number) + weight * (own[place] as number);
        pieces += 1;
      }
      if (!last) return;
      if (sum === undefined || pieces === 0 || !normalise(sum)) throw noDirection();
      store.push(sum);
      sum = undefined;
      pieces = 0;
      done();
    },
  };
}

const otherLength = (first: number, other: number) =>
  new FinetuneError({
    message: `The embeddings gave vectors of ${first} and of ${other} numbers, which cannot be compared.`,
    hint: "A cache that was filled by another model under the same name? Pass its name as `model`, or another folder.",
  });

const noDirection = () =>
  new FinetuneError({
    message: "The embeddings gave a text a vector of nothing but zeros, which cannot be compared.",
    hint: "Check the model; a stand-in that always returns zeros does not compare anything.",
  });
