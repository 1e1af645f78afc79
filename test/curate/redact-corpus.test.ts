import fc from "fast-check";
import { createValidator, redact, type RedactOptions, type TrainingExample } from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { collect, row } from "./rows.js";

// Made up: none of these is a key of anybody.
const letters = (length: number) => "aB3dE5gH7jK9mN1pQ".repeat(9).slice(0, length);

const secrets = [
  `sk-${letters(48)}`,
  `sk-proj-${letters(60)}`,
  `sk-svcacct-${letters(60)}`,
  `sk-ant-api03-${letters(90)}-AA`,
  "AKIAIOSFODNN7EXAMPLQ",
  "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  `ghp_${letters(36)}`,
  `github_pat_${letters(22)}_${letters(59)}`,
  `glpat-${letters(20)}`,
  `AIza${letters(35)}`,
  `ya29.${letters(60)}`,
  `sk_live_${letters(24)}`,
  `rk_live_${letters(24)}`,
  `whsec_${letters(32)}`,
  "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
  `-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA${letters(60)}\n${letters(64)}\n-----END RSA PRIVATE KEY-----`,
  `-----BEGIN OPENSSH PRIVATE KEY-----\n${letters(70)}\n-----END OPENSSH PRIVATE KEY-----`,
  `xoxb-123456789012-1234567890123-${letters(24)}`,
  `https://hooks.slack.com/services/T00000000/B00000000/${letters(24)}`,
  `hf_${letters(34)}`,
  `gsk_${letters(52)}`,
  `xai-${letters(80)}`,
  `pplx-${letters(48)}`,
  `r8_${letters(37)}`,
  `tgp_v1_${letters(43)}`,
  `fw_${letters(24)}`,
  `npm_${letters(36)}`,
  `SG.${letters(22)}.${letters(43)}`,
  `dckr_pat_${letters(27)}`,
  `DefaultEndpointsProtocol=https;AccountKey=${letters(86)}==`,
  `1234567890:AA${letters(33)}`,
  `Authorization: Bearer ${letters(40)}`,
  "postgresql://admin:S3cr3tP4ss@db.example.com:5432/x",
  "password: hunter2hunter2",
  `"api_key": "${letters(32)}"`,
  `lsv2_sk_${letters(32)}_${letters(10)}`,
];
const cards = [
  "4111-1111-1111-1111",
  "4111 1111 1111 1111",
  "5555555555554444",
  "378282246310005",
  "3782 822463 10005",
  "6011111111111117",
  "30569309025904",
  "3530111333300000",
  "cc#4111111111111111,",
];
const ibans = [
  "DE89370400440532013000",
  "de89370400440532013000",
  "GB29 NWBK 6016 1331 9268 19",
  "FR14 2004 1010 0505 0001 3M02 606",
  "NL91ABNA0417164300",
  "NO9386011117947",
  "IBAN:DE89 3704 0044 0532 0130 00.",
];
const phones = [
  "+1 415 555 2671",
  "+14155552671",
  "tel:+14155552671",
  "1-415-555-2671",
  "(415) 555-2671",
  "415-555-2671",
  "415.555.2671",
  "+1 (415) 555-2671 ext. 12",
  "+44 20 7946 0958",
  "0044 20 7946 0958",
  "+49 (0)30 901820",
  "+33 1 42 68 53 00",
  "+86 138 0013 8000",
  "+91 98765 43210",
  "+7 495 123-45-67",
  "+55 11 91234-5678",
  "+972-50-123-4567",
  "+81-3-1234-5678",
];
const emails = [
  "jane+tag@example.com",
  "jane.o'neil@sub.example.co.uk",
  "<jane@example.com>",
  "mailto:jane@example.com?subject=x",
  "JANE@EXAMPLE.COM",
  "jane_doe-99@my-domain.io",
  "josé@example.com",
  "müller@bücher.de",
  "用户@例子.广告",
  "jane@xn--bcher-kva.example",
  "jane@example.com.",
  "email=jane@example.com;",
  "a@b.co",
];
const addresses = [
  "8.8.8.8",
  "8.8.8.8:443",
  "http://8.8.8.8/path",
  "client:8.8.8.8",
  "::ffff:8.8.8.8",
  "2001:4860:4860::8888",
  "[2001:4860:4860::8888]:53",
];

const ordinary = [
  "2024-01-15, 15/01/2024, 01.02.2024 10:30, 2024-01-15T10:30:00.000Z, 12:34:56, 20240115103000",
  "Order #1234567890, order 100200300400, invoice 2024-000123, ticket 415-555",
  "v1.2.3.4, version 10.15.7, build 10.0.19041.1, chapter 8.8.4.4, section 1.2.3.4, § 8.8.8.8, 1.1.1",
  "3fa85f64-5717-4562-b3fc-2c963f66afa6 and 550e8400-e29b-41d4-a716-446655440000",
  "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, commit 3f9a2c1b7d8e4f5a6b7c8d9e0f1a2b3c4d5e6f70",
  "1732233600, 1732233600000, ISBN 978-3-16-148410-0, EAN 4006381333931, PMID 31452104, zip 94107-1234",
  "10,000,000, 1 000 000, $1,234,567.89, 37.774929 -122.419416, 2 + 2 = 4, +100 points, 1.5e10",
  "call_abc123def456ghi789jkl012, chatcmpl-9x8y7z6w5v4u3t2s1r0q, toolu_01A09q90qw90lq917835lq9, thread_abc123abc123abc123abc123",
  "192.168.0.1, 127.0.0.1:8080, 10.1.2.3, 203.0.113.5, 2001:db8::1, ::1, fe80::1, 00:1A:2B:3C:4D:5E, a:b::c, std::vector::iterator",
  "@user, user@localhost, foo@bar, icon@2x.png, git@github.com:org/repo.git, npm i pkg@1.2.3, import x from '@scope/pkg'",
  "max_tokens=4096, tokens: 1234567, the token is valid, password is required, secret sauce, sort_key: created_at, foreign_key=customer_id",
  "password=<your-password>",
  "api_key=YOUR_API_KEY",
  "OPENAI_API_KEY=sk-...",
  "apiKey: process.env.API_KEY",
  "api_key=os.environ['KEY']",
  "password_hash = bcrypt.hash(password)",
  "token_type: bearer",
  "authorization: required",
  "secret: ${{ secrets.TOKEN }}",
  "How do I reset my password? The API key should be kept secret.",
  "4111 1111 1111 1112, 1234567890123456, 0000000000000000, 9999 9999 9999 9999, DE89 3704 0044 0532 0130 01, GB00 0000 0000 0000 0000 00",
  "CVE-2025-68664, RFC 2822, doi:10.1000/182, arXiv:2401.12345, 4 8 15 16 23 42, page 1-2-3",
];

async function texts(content: string, options: RedactOptions = {}) {
  const found: string[] = [];
  const [redacted] = await collect(
    redact([row(content, "ok")], { salt: "pepper", ...options, onFound: ({ detector }) => void found.push(detector) }),
  );
  return { found: [...new Set(found)], text: String(redacted?.messages[0]?.content) };
}

describe("what gives somebody away", () => {
  const cases = Object.entries({
    secret: secrets,
    "credit-card": cards,
    iban: ibans,
    phone: phones,
    email: emails,
    ip: addresses,
  }).flatMap(([detector, values]) => values.map((value) => [detector, value] as const));
  it.each(cases)("%s: %j", async (detector, value) => {
    const { found, text } = await texts(`Look: ${value} thanks`);
    expect(found).toEqual([detector]);
    // The whole value, and nothing around it.
    expect(text).toMatch(/^Look: \D{0,50}\[[A-Z_]+_[0-9a-f]{10}\].{0,32} thanks$/s);
    const digits = value.match(/\d{5,}/g) ?? [];
    expect(digits.filter((part) => text.includes(part))).toEqual([]);
  });
});

describe("what does not", () => {
  it.each(ordinary)("%j", async (text) => {
    expect(await texts(text)).toEqual({ found: [], text });
  });
});

describe("texts without white space", () => {
  it("take a time that grows with their length alone", async () => {
    const started = performance.now();
    for (const part of ["a.", "eyJ", "a-b_", "x@a.", "://a:", "1(2)", "2001:", "é", "eyJa."])
      await texts(part.repeat(60_000 / part.length));
    // By LangSmith's rules alone the first took half a minute.
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it("hide nothing, wherever it stands in them", async () => {
    for (const before of [0, 700, 1020, 3000, 5000]) {
      const blob = "ab-c.".repeat(before / 5);
      const secret = letters(60);
      expect((await texts(`${blob};password=${secret};${blob}`)).text).not.toContain(secret);
      expect((await texts(`${blob} sk-proj-${secret} ${blob}`)).text).not.toContain(secret);
    }
    const long = letters(60).repeat(60);
    expect((await texts(`password=${long} ok`)).text).toMatch(/^password=\[SECRET_[0-9a-f]{10}\] ok$/);
    const token = `eyJ${letters(800)}${letters(800)}.eyJ${letters(1500)}.${letters(43)}`;
    expect((await texts(`Bearer ${token}`)).text).toMatch(/^Bearer \[SECRET_[0-9a-f]{10}\]$/);
    expect((await texts(token)).text).toMatch(/^\[SECRET_[0-9a-f]{10}\]$/);
  });
});

describe("arguments", () => {
  const parameters = {
    type: "object",
    properties: {
      to: { type: "string" },
      cc: { type: "array", items: { type: "string" } },
      card: { type: "integer" },
      note: { type: "object", additionalProperties: { type: ["string", "number", "null"] } },
    },
    required: ["to"],
    additionalProperties: false,
  };
  const value = fc.oneof(
    fc.constantFrom(...emails, ...phones, ...ibans, ...cards, ...secrets),
    fc.string({ maxLength: 20 }),
  );
  const args = fc.record({
    to: value,
    cc: fc.array(value, { maxLength: 3 }),
    card: fc.constantFrom(4111111111111111, 378282246310005, 7),
    note: fc.dictionary(
      fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom("password", "api_key", "jane@example.com")),
      fc.oneof(value, fc.integer(), fc.constant(null)),
      { maxKeys: 3 },
    ),
  });

  it("still fit the tool after redaction, and say the same of the same value as the text", async () => {
    const validate = await createValidator();
    await fc.assert(
      fc.asyncProperty(args, fc.constantFrom(undefined, 2), async (input, indent) => {
        const example: TrainingExample = {
          messages: [
            { role: "user", content: `Send it to ${input.to} please` },
            {
              role: "assistant",
              tool_calls: [
                {
                  id: "a",
                  type: "function",
                  function: { name: "send", arguments: JSON.stringify(input, null, indent) },
                },
              ],
            },
          ],
          tools: [{ type: "function", function: { name: "send", parameters } }],
        };
        const before = validate(example);
        const [redacted] = await collect(redact([example], { salt: "pepper" }));
        expect(validate(redacted)).toEqual(before);
        const message = redacted?.messages[1];
        const call = message?.role === "assistant" ? message.tool_calls?.[0] : undefined;
        const { to } = JSON.parse(call?.function.arguments ?? "") as { to: string };
        const said = /\[[A-Z_]+_[0-9a-f]{10}\]/.exec(to)?.[0];
        if (said !== undefined && emails.includes(input.to)) expect(redacted?.messages[0]?.content).toContain(said);
      }),
      { numRuns: 60 },
    );
  });
});
