import { createHash } from "node:crypto";
import type { Context, Hono } from "hono";

export const AMAZON_KEY = "AKIAEXAMPLEEXAMPLE42";
export const AMAZON_SECRET = "very-secret-access-key-of-a-test-0123456";

/** A refusal as Amazon's services write it. */
export const problem = (context: Context, status: 400 | 403 | 404 | 409 | 429, type: string, message: string) =>
  context.json({ message }, status, { "x-amzn-errortype": type });

/** Refuses requests that were not signed with the key of the tests. */
export function requireKey(app: Hono): void {
  app.use(async (context, next) => {
    // The signature itself is the SDK's affair; that the key was used to make one is ours.
    if (context.req.header("authorization")?.includes(`Credential=${AMAZON_KEY}/`)) return next();
    return problem(context, 403, "AccessDeniedException", "The security token included in the request is invalid.");
  });
}

/** A bucket of S3 named `tuning`, with paths that begin with its name. */
export function serveBucket(app: Hono, objects: Map<string, string>): void {
  // Hono answers HEAD by what answers GET, and leaves the body out.
  app.get("/tuning/*", (context) => {
    const content = objects.get(context.req.path.slice("/tuning/".length));
    return content === undefined
      ? context.body(null, 404)
      : context.body(content, 200, { "content-length": String(Buffer.byteLength(content)), etag: '"1"' });
  });
  app.put("/tuning/*", async (context) => {
    const content = await context.req.text();
    const sum = createHash("sha256").update(content).digest("base64");
    if (context.req.header("x-amz-checksum-sha256") !== sum) {
      return context.text("<Error><Code>BadDigest</Code><Message>The checksum does not match.</Message></Error>", 400);
    }
    objects.set(context.req.path.slice("/tuning/".length), content);
    return context.body(null, 200, { etag: '"1"' });
  });
}
