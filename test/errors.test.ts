import { FinetuneError, InvalidOptionError, SkippedError } from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { redactCredentials } from "../src/http/redact-credentials.js";

describe("errors", () => {
  it("are told apart by isInstance, and keep cause, fields and hint", () => {
    const cause = new Error("below");
    const error = new InvalidOptionError({
      option: "limit",
      value: -1,
      message: "limit is -1.",
      hint: "Pass a whole number.",
      cause,
    });
    expect(FinetuneError.isInstance(error)).toBe(true);
    expect(InvalidOptionError.isInstance(error)).toBe(true);
    expect(SkippedError.isInstance(error)).toBe(false);
    expect(InvalidOptionError.isInstance(new FinetuneError({ message: "other" }))).toBe(false);
    expect(error).toMatchObject({
      name: "InvalidOptionError",
      option: "limit",
      value: -1,
      message: "limit is -1. Pass a whole number.",
      cause,
    });
  });
});

describe("redactCredentials", () => {
  it.each([
    ["Incorrect API key provided: sk-proj-abcdefghij0123456789.", "Incorrect API key provided: [redacted]."],
    ["x-api-key: lsv2_pt_0123456789abcdef", "x-api-key: [redacted]"],
    ["Authorization: Bearer abc.def.ghi", "Authorization: [redacted] [redacted]"],
    ["http://user:pass1234@host/path", "http://[redacted]@host/path"],
    ["nothing to hide", "nothing to hide"],
  ])("%s", (text, expected) => {
    expect(redactCredentials(text)).toBe(expected);
  });

  it("removes the secrets that it is given", () => {
    expect(redactCredentials("key is 1234-weird", "1234-weird")).toBe("key is [redacted]");
  });
});
