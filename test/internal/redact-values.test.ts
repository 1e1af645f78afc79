import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wordsOfError } from "../../src/http/words-of-error.js";
import { redactCredentials } from "../../src/http/redact-credentials.js";
import {
  secretsOfBody,
  secretsOfEnvironment,
  secretsOfHeaders,
  secretsOfObject,
  secretsOfUrl,
} from "../../src/http/secrets.js";
import { serviceError } from "../../src/http/service-error.js";
import { failureOfBody } from "../../src/http/service-failure.js";

/** Ways in which a host repeats what it was sent. */
const written: Record<string, (secret: string) => string> = {
  plain: (secret) => secret,
  JSON: (secret) => JSON.stringify({ wandb_api_key: secret }),
  "JSON inside JSON": (secret) => JSON.stringify({ body: JSON.stringify({ key: secret }) }),
  "JSON three deep": (secret) => JSON.stringify(JSON.stringify(JSON.stringify({ key: secret }))),
  "an address": (secret) => `https://host/?key=${encodeURIComponent(secret)}`,
  base64: (secret) => Buffer.from(secret).toString("base64"),
};

describe("a secret that is known by its value", () => {
  it.each(Object.entries(written))("is not in the text, whatever it looks like: %s", (_, write) => {
    const secret = fc.string({ minLength: 8, maxLength: 40 }).filter((text) => text.trim().length >= 8);
    fc.assert(
      fc.property(secret, fc.string({ maxLength: 20 }), (value, before) => {
        const text = `${before} ${write(value)}`;
        const redacted = redactCredentials(text, value);
        expect(redacted).toContain("[redacted]");
        expect(redacted).not.toContain(write(value));
      }),
      { numRuns: 200 },
    );
  });

  it("is not in base64 text amid other bytes, wherever it begins", () => {
    const secret = fc.string({ minLength: 8, maxLength: 40 });
    fc.assert(
      fc.property(
        secret,
        fc.string({ maxLength: 9 }),
        fc.constantFrom("base64", "base64url"),
        (value, before, form) => {
          const sent = Buffer.from(`${before}:${value}:after`).toString(form as BufferEncoding);
          const redacted = redactCredentials(sent, value);
          expect(redacted).toContain("[redacted]");
          // What is left cannot be decoded to more than two of its characters at each end.
          expect(redacted.length).toBeLessThanOrEqual(
            sent.length - Math.floor((Buffer.byteLength(value) * 8) / 6) + 1 + 10,
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it("is found in the client that holds it, and in the environment", () => {
    class Client {
      readonly options = {
        apiKey: "key-of-the-client",
        defaultHeaders: new Headers({ "x-gateway": "of-the-gateway" }),
      };
      readonly auth = { cached: { credentials: { access_token: "a-token-got-later" } } };
      readonly self = this;
      get secret(): string {
        throw new Error("A getter was read.");
      }
    }
    expect(secretsOfObject([new Client()]).sort()).toEqual(
      ["a-token-got-later", "key-of-the-client", "of-the-gateway", "of-the-gateway"].sort(),
    );
    expect(secretsOfEnvironment({ HF_TOKEN: "hf_0123456789", PATH: "/usr/bin", USE_TOKEN: "true" })).toEqual([
      "hf_0123456789",
    ]);
  });

  it("is not in what a judge's error says", () => {
    const judge = { clientConfig: { apiKey: "key-of-the-judge" }, lc_kwargs: {} };
    const error = Object.assign(new Error("refused key-of-the-judge and sent-with-it"), {
      request: { headers: { authorization: "Bearer sent-with-it" } },
    });
    expect(wordsOfError(error, 500, judge)).toBe("refused [redacted] and [redacted]");
  });

  it("is redacted before a text is cut, so that no half of it is left", () => {
    const secret = "a-key-that-no-pattern-knows";
    for (let length = 440; length < 520; length += 7) {
      const failure = failureOfBody(400, JSON.stringify({ detail: `${"x".repeat(length)} ${secret}` }));
      const { message } = serviceError(failure, { service: "Host", secrets: [secret] });
      expect(message).not.toContain(secret.slice(0, 8));
    }
  });

  it("is found in headers, bodies and addresses", () => {
    expect(
      secretsOfHeaders([
        ["authorization", "Bearer abc-def"],
        ["accept", "application/json"],
        ["x-team", "blue-1"],
      ]),
    ).toEqual(["Bearer abc-def", "abc-def", "blue-1", "blue-1"]);
    expect(
      secretsOfBody({ model: "m", wandb_api_key: "w", nested: [{ secretAccessKey: "s", max_tokens: 5 }] }),
    ).toEqual(["w", "s"]);
    expect(secretsOfUrl("https://me:pa%40ss@host/a?X-Goog-Signature=abc&page=2")).toEqual(["pa@ss", "abc"]);
  });
});
