import { globalRegistry } from "zod/v4/core";
import { isRecord } from "../internal/is-record.js";
import { isZod4Schema } from "./zod4-to-json-schema.js";

/** What a schema calls itself: its title, or its id in zod's registry. */
export function schemaName(schema: unknown): string | undefined {
  const metadata = isZod4Schema(schema) ? zodMetadata(schema) : schema;
  if (!isRecord(metadata)) return undefined;
  const { title, id } = metadata;
  if (typeof title === "string") return title;
  return isZod4Schema(schema) && typeof id === "string" ? id : undefined;
}

function zodMetadata(schema: { meta?: unknown } & Parameters<typeof globalRegistry.get>[0]): unknown {
  // By the schema's own method first: it knows the registry of its own copy of zod.
  const own: unknown = typeof schema.meta === "function" ? (schema.meta as () => unknown).call(schema) : undefined;
  return own ?? globalRegistry.get(schema);
}
