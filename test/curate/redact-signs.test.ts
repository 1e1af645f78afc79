import fc from "fast-check";
import { DEFAULT_SECRET_RULES } from "langsmith/anonymizer";
import { describe, expect, it } from "vitest";
import { emails, ipAddresses, loadNumberDetectors, loadPhoneDetector } from "../../src/curate/redact/personal.js";
import { createPlaceholders } from "../../src/curate/redact/placeholders.js";
import { createRedactor, type Found } from "../../src/curate/redact/redactor.js";
import { knownRules, possibleFor } from "../../src/curate/redact/secret-signs.js";
import { loadSecretDetector } from "../../src/curate/redact/secrets.js";
import type { Detector } from "../../src/curate/redact/detector.js";

// What values look like, in pieces: texts of them meet the patterns, nearly or wholly.
const pieces = fc.constantFrom(
  ...[
    "sk-",
    "ant-",
    "proj-",
    "lsv2_pt_",
    "ls__",
    "ghp_",
    "github_pat_",
    "glpat-",
    "AKIA",
    "A3T",
    "AIza",
    "ya29.",
    "xoxb-",
  ],
  ...[
    "xapp-1-",
    "https://hooks.slack.com/services/",
    "sk_live_",
    "rk_test_",
    "npm_",
    "pypi-AgEIcHlwaS",
    "SG.",
    "eyJ",
    ".",
  ],
  ...["-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----", "API_KEY", "api-key-salt", "Token", "PASSWD"],
  ...[
    "secret",
    "_x",
    '"',
    ": ",
    " = ",
    "=",
    ":",
    "Authorization",
    "x-api-key",
    "Bearer ",
    "basic ",
    "postgres://u:",
    "@",
  ],
  ...["hf_", "gsk_", "xai-", "pplx-", "r8_", "tgp_v1_", "fw_", "whsec_", "dckr_pat_", "AccountKey=", "123456789:AA"],
  ...["abcdefghij".repeat(4), "ABCDEFGH01234567", "0123456789", "a", "É", "ſ", "K", " ", "\n", "'", "x".repeat(90)],
  ...["jane.doe", "@example.org", "+49", "(0)", "30", "-", "/", "555", "4111 1111 1111 1111", "DE89", "3704", "0044"],
  ...["%40example.org", "jane&#64;", "\\u0040", "10.1.2", ".3", "2001:", "0db8:", "8.8.8.8", "[", "]", "٣", "&"],
);
const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(""));

describe("what says that a rule finds nothing", () => {
  it("knows every rule of today, by its exact source, and lets any other run", () => {
    const sources = DEFAULT_SECRET_RULES.map(({ pattern }) => (typeof pattern === "string" ? pattern : pattern.source));
    expect(sources.filter((source) => !knownRules.includes(source))).toEqual([]);
    expect(possibleFor("a-new-rule")("nothing")).toBe(true);
  });

  it("never stands in the way of a rule", () => {
    let found = 0;
    const rules = knownRules.map((source) => {
      const flags = DEFAULT_SECRET_RULES.find(({ pattern }) => pattern instanceof RegExp && pattern.source === source);
      return { pattern: new RegExp(source, flags?.pattern instanceof RegExp ? flags.pattern.flags : ""), source };
    });
    fc.assert(
      fc.property(texts, (text) => {
        for (const { pattern, source } of rules) {
          pattern.lastIndex = 0;
          if (!pattern.test(text)) continue;
          found += 1;
          expect(possibleFor(source)(text), `${source} in ${text}`).toBe(true);
        }
      }),
      { numRuns: 4000 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it("never stands in the way of a detector", async () => {
    const { cards, ibans } = await loadNumberDetectors();
    const detectors: Detector[] = [emails, ipAddresses, cards, ibans, await loadPhoneDetector(["US", "DE"])];
    let found = 0;
    fc.assert(
      fc.property(texts, (text) => {
        for (const detector of detectors) {
          if ([...detector.find(text)].length === 0) continue;
          found += 1;
          expect(detector.possible?.(text), `${detector.name} in ${text}`).toBe(true);
        }
      }),
      { numRuns: 4000 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it("changes nothing of what is found in rows, in JSON under any key too", async () => {
    const { cards, ibans } = await loadNumberDetectors();
    const detectors = [
      await loadSecretDetector(),
      emails,
      await loadPhoneDetector(["US", "DE"]),
      ibans,
      cards,
      ipAddresses,
    ];
    // The same detectors, of which nobody knows when they find nothing: every text and number is searched.
    const thorough = detectors.map(({ name, find, normalise }) => ({
      name,
      find: (text: string, key?: string) => find(text, key),
      ...(normalise && { normalise }),
    }));
    const keys = fc.constantFrom("id", "password", "api_key", "note", "Authorization", "ſecret", "to ken");
    const values = fc.oneof(texts, fc.integer(), fc.constantFrom(4111111111111111, 4930123456, 0.25), fc.boolean());
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof({ depthSize: "small" }, fc.dictionary(keys, tie("value"), { maxKeys: 3 }), fc.array(tie("value"))),
      value: fc.oneof(
        { depthSize: "small" },
        values,
        tie("json"),
        tie("json").map((inner) => JSON.stringify(inner)),
      ),
    }));
    const contents = fc.oneof(
      texts,
      json.map((value) => JSON.stringify(value)),
      texts.map((text) => `{${text}`),
    );
    const fast = createRedactor(detectors, createPlaceholders("s"), () => true);
    const slow = createRedactor(thorough, createPlaceholders("s"), () => true);
    let found = 0;
    fc.assert(
      fc.property(contents, contents, (content, given) => {
        const call = { id: "c", type: "function", function: { name: "send", arguments: given } };
        const row = () => ({
          messages: [
            { role: "user", content },
            { role: "assistant", tool_calls: [call] },
          ],
        });
        const [ours, theirs]: [Found[], Found[]] = [[], []];
        const redacted = fast.redact(row(), (one) => ours.push(one));
        expect(redacted).toEqual(slow.redact(row(), (one) => theirs.push(one)));
        expect(ours).toEqual(theirs);
        found += ours.length;
      }),
      { numRuns: 100 },
    );
    expect(found).toBeGreaterThan(20);
  });
});
