import { isRecord } from "../../internal/is-record.js";
import type { ServiceContext } from "../server.js";
import { HttpError } from "./http-error.js";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The JSON object that a request carries. */
export async function readObject({ req }: ServiceContext): Promise<Record<string, unknown>> {
  const body = await readJson(req);
  if (!isRecord(body)) throw new HttpError(422, "The body must be a JSON object");
  return body;
}

/** The JSON list that a request carries. */
export async function readList({ req }: ServiceContext): Promise<unknown[]> {
  const body = await readJson(req);
  if (!Array.isArray(body)) throw new HttpError(422, "The body must be a JSON list");
  return body;
}

async function readJson(request: ServiceContext["req"]): Promise<unknown> {
  try {
    return await request.json<unknown>();
  } catch (error) {
    throw new HttpError(400, `The body is not JSON: ${(error as Error).message}`);
  }
}

/** An id from the path. */
export function requireUuid(value: unknown, name: string): string {
  if (typeof value === "string" && uuid.test(value)) return value.toLowerCase();
  throw new HttpError(422, `${name} is not a UUID: ${JSON.stringify(value)}`);
}

/** `offset` and `limit` of a listing. @throws HttpError 422 past 100 a page. */
function readPaging({ req }: ServiceContext): { offset: number; limit: number } {
  const offset = Number(req.query("offset") ?? 0);
  const limit = Number(req.query("limit") ?? 100);
  if (!Number.isInteger(offset) || offset < 0)
    throw new HttpError(422, `offset must be a whole number from 0, not ${req.query("offset")}`);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw new HttpError(422, `limit must be from 1 to 100, not ${req.query("limit")}`);
  }
  return { offset, limit };
}

/** One page of a list. */
export function page<T>(context: ServiceContext, items: readonly T[]): T[] {
  const { offset, limit } = readPaging(context);
  return items.slice(offset, offset + limit);
}

/** A JSON object in a query parameter. */
export function queryObject({ req }: ServiceContext, name: string): Record<string, unknown> | undefined {
  const text = req.query(name);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Answered below.
  }
  throw new HttpError(422, `${name} must be a JSON object, not ${text}`);
}

/** JSON that is written already. */
export function sendJson(text: string, status = 200): Response {
  return new Response(text, { status, headers: { "content-type": "application/json" } });
}
