import { type AnswerCheck, hasTexts } from "../../../http/answer-check.js";
import type { HttpClient, HttpRequest } from "../../../http/http-client.js";
import { hasStatus, objectOf } from "../shared/read.js";

/** Fireworks names everything below an account: `accounts/me/models/x`. */
export interface Account {
  readonly id: string;
  /** The full name of something in the account: `accounts/me/<collection>/<id>`. */
  name(collection: string, id: string): string;
  /** `check` says what the answer must be; without one it may be empty. */
  request(request: HttpRequest & { check?: AnswerCheck }): Promise<Record<string, unknown>>;
  /** What has a name there; `undefined` where there is no such thing. */
  lookUp(request: HttpRequest & { check?: AnswerCheck }): Promise<Record<string, unknown> | undefined>;
}

/** Everything at Fireworks has its full name in every answer. */
export const NAMED = hasTexts("name");

/** The account's part of the API: paths are relative to it. */
export function fireworksAccount(client: HttpClient, accountId: string): Account {
  const id = accountId.replace(/^accounts\//, "");
  const request: Account["request"] = async ({ path, ...rest }) =>
    objectOf(await client.json({ path: `/v1/accounts/${encodeURIComponent(id)}${path}`, ...rest }));
  return {
    id,
    name: (collection, one) => (one.includes("/") ? one : `accounts/${id}/${collection}/${one}`),
    request,
    async lookUp(options) {
      try {
        return await request({ check: NAMED, ...options });
      } catch (error) {
        if (hasStatus(error, 404)) return undefined;
        throw error;
      }
    },
  };
}

/** The last part of a name. */
export function idOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** Ids at Fireworks: lower case letters, digits and hyphens, at most 63, the first a letter. */
export function resourceId(...parts: string[]): string {
  const id = parts
    .join("-")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 63);
  return id.replace(/-+$/, "");
}
