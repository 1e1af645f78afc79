import type { Client } from "langsmith";
import { ServiceError } from "../../errors.js";
import { isList, isObject } from "../../http/answer-check.js";
import { toServiceError } from "../../http/service-error.js";
import { arrayOf, isRecord } from "../../internal/is-record.js";
import type { Connection } from "../../select/server/connection.js";
import { offsetPages } from "../../select/server/offset-pages.js";
import type { ExampleUpload } from "./example-of-row.js";

/** What is asked of a dataset of LangSmith while it is written. */
export interface LangSmithExamples {
  readonly datasetId: string;
  all(): AsyncIterable<readonly unknown[]>;
  create(examples: readonly (ExampleUpload & { id: string })[]): Promise<void>;
  update(examples: readonly (ExampleUpload & { id: string })[]): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  /** The newest version, with a tag put on it. */
  tag(tag: string): Promise<string | undefined>;
}

/** Opens the dataset of this name, and makes it where there is none. */
export async function openExamples(
  connection: Connection,
  { name, description, signal }: { name: string; description: string | undefined; signal: AbortSignal | undefined },
): Promise<LangSmithExamples> {
  const { client } = connection;
  const datasetId = (await findDataset(connection, name, signal)) ?? (await createDataset(client, name, description));
  const create: LangSmithExamples["create"] = async (examples) => {
    const body = examples.map((example) => ({ dataset_id: datasetId, ...example }));
    try {
      await connection.json("POST", "/examples/bulk", { body, asked: "Adding examples", signal, check: isList });
    } catch (error) {
      // A request whose answer was lost is made again, and its examples are there by then.
      if (!ServiceError.isInstance(error) || error.code !== "conflict") throw error;
      const missing = await notThere(connection, examples, signal);
      if (missing.length === examples.length) throw error;
      if (missing.length > 0) await create(missing);
    }
  };
  return {
    datasetId,
    all: () =>
      offsetPages(connection, {
        path: "/examples",
        query: [
          ["dataset", datasetId],
          ["inline_s3_urls", "true"],
        ],
        asked: "Reading the dataset's examples",
        signal,
      }),
    create,
    async update(examples) {
      await withClient("Changing examples", () =>
        client.updateExamples(examples.map((example) => ({ dataset_id: datasetId, ...example }))),
      );
    },
    async remove(ids) {
      await withClient("Removing examples", () => client.deleteExamples([...ids]));
    },
    async tag(tag) {
      const version = await connection.json("GET", `/datasets/${datasetId}/version`, {
        query: new URLSearchParams({ tag: "latest" }),
        asked: "Reading the dataset's version",
        signal,
        check: isObject,
      });
      const asOf = isRecord(version) && typeof version.as_of === "string" ? version.as_of : undefined;
      if (asOf !== undefined)
        await withClient("Tagging the version", () => client.updateDatasetTag({ datasetId, asOf, tag }));
      return asOf;
    },
  };
}

async function findDataset(
  connection: Connection,
  name: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const found = await connection.json("GET", "/datasets", {
    query: new URLSearchParams({ name, limit: "1" }),
    asked: `Looking up the dataset ${JSON.stringify(name)}`,
    signal,
    check: isList,
  });
  const match = arrayOf(found).find((dataset) => isRecord(dataset) && dataset.name === name);
  return isRecord(match) && typeof match.id === "string" ? match.id : undefined;
}

async function createDataset(client: Client, name: string, description: string | undefined): Promise<string> {
  const { id } = await withClient("Making the dataset", () =>
    client.createDataset(name, { dataType: "kv", ...(description !== undefined && { description }) }),
  );
  return id;
}

async function notThere<Example extends { id: string }>(
  connection: Connection,
  examples: readonly Example[],
  signal: AbortSignal | undefined,
): Promise<Example[]> {
  const there = new Set<unknown>();
  const query = examples.map(({ id }) => ["id", id] as const);
  for await (const page of offsetPages(connection, { path: "/examples", query, asked: "Reading examples", signal }))
    for (const example of page) if (isRecord(example)) there.add(example.id);
  return examples.filter(({ id }) => !there.has(id));
}

async function withClient<T>(purpose: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toServiceError(error, { service: "LangSmith", purpose });
  }
}
