import fc from "fast-check";
import { DEFAULT_SECRET_RULES } from "langsmith/anonymizer";
import { describe, expect, it } from "vitest";
import { emails, ipAddresses, loadNumberDetectors, loadPhoneDetector } from "../../src/curate/redact/personal.js";
import { knownRules, possibleFor } from "../../src/curate/redact/secret-signs.js";
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
});
