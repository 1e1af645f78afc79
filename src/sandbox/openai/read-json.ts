import { isRecord } from "../../internal/is-record.js";
import type { ServiceContext } from "../server.js";
import { ApiError } from "./api-error.js";

/** The body of a request, which must be a JSON object. */
export async function readJson(context: ServiceContext): Promise<Record<string, unknown>> {
  const body: unknown = await context.req.json().catch(() => undefined);
  if (isRecord(body)) return body;
  throw new ApiError(400, "We could not parse the JSON body of your request. The OpenAI API expects a JSON payload.");
}
