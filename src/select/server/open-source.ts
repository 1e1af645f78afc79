import { ServiceError } from "../../errors.js";
import { isObject } from "../../http/answer-check.js";
import { isRecord } from "../../internal/is-record.js";
import { connect, type Connection, type ConnectionOptions } from "./connection.js";
import type { RunPageRequest, RunSource } from "./run-source.js";
import { v1Source } from "./source-v1.js";
import { v2Source } from "./source-v2.js";

type Api = RunSource["api"];

// Self-hosted servers have v2 from this version on, and the cloud has it everywhere:
// https://docs.langchain.com/langsmith/smithdb-sdk-migration#deployment-support
const V2_SINCE = [0, 16] as const;

// Found out once for each client.
const known = new WeakMap<object, Api>();

/** A connection, and the source that reads runs by the API that its server has. */
export interface OpenSource {
  connection: Connection;
  source: RunSource;
}

/**
 * Connects and chooses: v2, which is asked first unless `GET /info` names a version that has none, and
 * v1 as the fallback. Where the server's words and its routes disagree, the routes are right: an API
 * that turns out to be missing when the first page is asked is replaced by the other one. Who remembers which API
 * the server had spares the question.
 */
export async function openSource(options: ConnectionOptions, remembered?: Api): Promise<OpenSource> {
  const connection = await connect(options);
  const { client } = connection;
  const api = known.get(client) ?? remembered ?? preferredApi(await readInfo(connection, options.signal));
  let settled = known.has(client);
  let current = sourceOf(api, connection, options);
  let alternative: RunSource | undefined;
  const settle = (source: RunSource) => {
    if (settled) return;
    settled = true;
    current = source;
    known.set(client, source.api);
  };

  const source: RunSource = {
    get api() {
      return current.api;
    },
    get maxPageSize() {
      return current.maxPageSize;
    },
    get defaultConcurrency() {
      return current.defaultConcurrency;
    },
    async page(request: RunPageRequest, pageOptions) {
      const asked = current;
      try {
        const page = await asked.page(request, pageOptions);
        settle(asked);
        return page;
      } catch (error) {
        // Several first pages may be under way: one of them may have found the other API in the meantime.
        if (!isRouteMissing(error) || (settled && current === asked)) throw error;
        const other = settled
          ? current
          : (alternative ??= sourceOf(asked.api === "v2" ? "v1" : "v2", connection, options));
        const page = await other
          .page({ ...request, pageSize: Math.min(request.pageSize, other.maxPageSize) }, pageOptions)
          .catch(
            // The other one is missing too: the first answer says more.
            (second: unknown) => Promise.reject(isRouteMissing(second) ? (error as Error) : (second as Error)),
          );
        settle(other);
        return page;
      }
    },
  };
  return { connection, source };
}

function sourceOf(api: Api, connection: Connection, { rateLimit }: ConnectionOptions): RunSource {
  return api === "v2" ? v2Source(connection, rateLimit) : v1Source(connection, rateLimit);
}

async function readInfo(connection: Connection, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    return await connection.json("GET", "/info", {
      asked: "Asking the server for its version",
      signal,
      check: isObject,
    });
  } catch (error) {
    // Very old servers have no /info. Their routes show what they are.
    if (ServiceError.isInstance(error) && error.status === 404) return {};
    throw error;
  }
}

/** What the server's `/info` calls for. `instance_flags` as langsmith's own clients read them. */
function preferredApi(info: unknown): Api {
  if (!isRecord(info)) return "v2";
  const flags = isRecord(info["instance_flags"]) ? info["instance_flags"] : {};
  if (flags["sdb_query_enabled"] === true) return "v2";
  const version = typeof info["version"] === "string" ? /^v?(\d+)\.(\d+)/.exec(info["version"]) : null;
  if (!version) return "v2";
  const [major, minor] = [Number(version[1]), Number(version[2])];
  return major > V2_SINCE[0] || (major === V2_SINCE[0] && minor >= V2_SINCE[1]) ? "v2" : "v1";
}

/** A 404 of the route, not of a project that the route looked for. */
function isRouteMissing(error: unknown): boolean {
  if (!ServiceError.isInstance(error)) return false;
  if (error.status === 405 || error.status === 501) return true;
  return error.status === 404 && !/session|project|dataset/i.test(JSON.stringify(error.details ?? ""));
}
