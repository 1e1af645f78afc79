import { join } from "node:path";
import { FinetuneError } from "../../errors.js";
import { retryTransient } from "../../http/retry.js";
import { secretsOfEnvironment, secretsOfObject } from "../../http/secrets.js";
import { toServiceError } from "../../http/service-error.js";
import { createCaller } from "../../internal/calls-in-flight.js";
import { cacheKey, openCache, type PaidCache } from "../../internal/storage/paid-cache.js";
import { nameOfEmbeddings, type EmbeddingSettings } from "./embedding-settings.js";

/** Asks embeddings for vectors, in batches, and pays for each text once. */
export interface EmbeddingClient {
  /** The vector of a text that was paid for before. */
  known(text: string): Float32Array | undefined;
  /** Vectors of some texts, in their order; they are in the cache before it returns. */
  embed(texts: readonly string[]): Promise<Float32Array[]>;
  /** Lets go of what waits and of what runs. */
  stop(reason: unknown): void;
}

export async function openEmbeddingClient(
  settings: EmbeddingSettings,
  signal: AbortSignal | undefined,
): Promise<EmbeddingClient> {
  const { embeddings, cache: folder, concurrency = 4, requestsPerMinute, retries = 3 } = settings;
  const name = settings.model ?? nameOfEmbeddings(embeddings);
  const { dimensions } = embeddings as { dimensions?: unknown };
  const cache: PaidCache = await openCache(folder === undefined ? undefined : join(folder, "embeddings.jsonl"));
  const caller = await createCaller({ concurrency, requestsPerMinute, signal });
  const keyOf = (text: string) => cacheKey("embedding", name, dimensions ?? null, text);
  const ask = (texts: readonly string[], own: AbortSignal) =>
    retryTransient(
      async () => {
        try {
          return checked(await embeddings.embedDocuments([...texts]), texts.length, name);
        } catch (error) {
          own.throwIfAborted();
          const secrets = [...secretsOfObject(embeddings), ...secretsOfEnvironment()];
          throw toServiceError(error, { service: name, purpose: "Embedding rows", secrets });
        }
      },
      { signal: own, retries },
    );
  let calls = 0;
  return {
    known(text) {
      const value = cache.get(keyOf(text));
      return typeof value === "string" ? decode(value) : undefined;
    },
    async embed(texts) {
      const { value } = await caller.call(String((calls += 1)), async (own) => {
        const vectors = await ask(texts, own);
        await cache.setAll(texts.map((text, index) => ({ key: keyOf(text), value: encode(vectors[index]) })));
        return vectors;
      });
      return value;
    },
    stop: (reason) => caller.stop(reason),
  };
}

function checked(vectors: unknown, count: number, name: string): Float32Array[] {
  const fault = faultOf(vectors, count);
  if (fault === undefined) return (vectors as number[][]).map((vector) => Float32Array.from(vector));
  throw new FinetuneError({
    message: `${name} answered ${count} texts with ${fault}.`,
    hint: "embedDocuments must give one array of numbers for each text. Without vectors, rows cannot be compared.",
  });
}

function faultOf(vectors: unknown, count: number): string | undefined {
  if (!Array.isArray(vectors)) return "something that is no array";
  if (vectors.length !== count) return `${vectors.length} vectors`;
  for (const vector of vectors as unknown[]) {
    if (!Array.isArray(vector) && !ArrayBuffer.isView(vector)) return "something that is no vector";
    const numbers = vector as ArrayLike<unknown>;
    if (numbers.length === 0) return "an empty vector";
    for (let place = 0; place < numbers.length; place += 1)
      if (!Number.isFinite(numbers[place])) return "a vector that holds something else than numbers";
  }
  return undefined;
}

const encode = (vector: Float32Array | undefined): string =>
  vector === undefined ? "" : Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64");

function decode(text: string): Float32Array | undefined {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length === 0 || bytes.length % 4 !== 0) return undefined;
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
