import { describe, expect, it } from "vitest";
import { read, said, user } from "./one-run.js";

// Files that a function was traced with: which of them the model saw, and where, is not in the run.
const run = { inputs: { messages: [user] }, outputs: { message: said } };

describe("runs with attachments", () => {
  it.each([
    ["v2", { attachments: { "a.png": "https://example.com/a.png" } }],
    ["v1", { s3_urls: { "attachment.a.png": { presigned_url: "https://example.com/a.png" } } }],
    ["a bulk export", { s3_urls: JSON.stringify({ "attachment.a.png": { presigned_url: "https://example.com" } }) }],
  ])("%s", async (_name, held) => {
    expect(await read({ ...run, ...held })).toEqual({ skip: "unsupported-content" });
  });

  it.each([
    ["no attachments", { attachments: {}, s3_urls: null }],
    ["inputs that are stored apart", { s3_urls: { inputs: { presigned_url: "https://example.com" } } }],
  ])("%s", async (_name, held) => {
    expect(await read({ ...run, ...held })).toEqual({ row: { messages: [user, said] } });
  });
});
