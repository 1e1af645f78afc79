import { Hono } from "hono";
import { startFakeServer, type FakeServer } from "langsmith-finetune/testing";
import { requireKey } from "../train/fakes/amazon-account.js";

/** A stand-in for a bucket of S3 named `tuning`: lists in pages, serves ranges, and knows the version of each object. */
export interface FakeBucket {
  server: FakeServer;
  objects: Map<string, Buffer>;
}

const PAGE = 2;

export async function startFakeBucket(): Promise<FakeBucket> {
  const app = new Hono();
  const objects: FakeBucket["objects"] = new Map();
  const versionOf = (content: Buffer) => `"${content.length}-${content.subarray(0, 8).toString("hex")}"`;
  requireKey(app);
  app.get("/tuning/", (context) => {
    const prefix = context.req.query("prefix") ?? "";
    const after = context.req.query("continuation-token") ?? "";
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const shown = keys.slice(0, PAGE);
    const contents = shown.map((key) => {
      const content = objects.get(key) as Buffer;
      return `<Contents><Key>${key}</Key><Size>${content.length}</Size><ETag>${versionOf(content).replaceAll('"', "&quot;")}</ETag><LastModified>2026-11-29T00:00:00.000Z</LastModified></Contents>`;
    });
    const more = keys.length > PAGE ? `<NextContinuationToken>${shown.at(-1)}</NextContinuationToken>` : "";
    return context.body(
      `<ListBucketResult><IsTruncated>${keys.length > PAGE}</IsTruncated>${contents.join("")}${more}</ListBucketResult>`,
      200,
      { "content-type": "application/xml" },
    );
  });
  // Hono answers HEAD by what answers GET, and leaves the body out.
  app.get("/tuning/:key{.+}", (context) => {
    const key = decodeURIComponent(context.req.param("key"));
    const content = objects.get(key);
    if (content === undefined) return context.body(null, 404);
    const etag = versionOf(content);
    if ((context.req.header("if-match") ?? etag) !== etag)
      return context.body("<Error><Code>PreconditionFailed</Code></Error>", 412);
    const range = context.req.header("range");
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
    const body = start === undefined ? content : content.subarray(Number(start), Number(end) + 1);
    return context.body(new Uint8Array(body), start === undefined ? 200 : 206, {
      "content-length": String(body.length),
      "last-modified": "Sun, 29 Nov 2026 00:00:00 GMT",
      etag,
    });
  });
  return { server: await startFakeServer(app), objects };
}
