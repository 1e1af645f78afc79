import fc from "fast-check";
import { curate, redact, validateExamples, type JsonObject, type TrainingExample } from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { collect, row } from "./rows.js";

const calling = (question: string, property: JsonObject, value: string): TrainingExample => ({
  messages: [
    { role: "user", content: question },
    {
      role: "assistant",
      tool_calls: [
        { id: "call_1", type: "function", function: { name: "dial", arguments: JSON.stringify({ value, note: "n" }) } },
      ],
    },
  ],
  tools: [
    {
      type: "function",
      function: {
        name: "dial",
        parameters: { type: "object", properties: { value: property, note: { type: "string" } }, required: ["value"] },
      },
    },
  ],
});
const valueOf = (example: TrainingExample | undefined): string => {
  const message = example?.messages[1];
  const text = message?.role === "assistant" ? (message.tool_calls?.[0]?.function.arguments ?? "{}") : "{}";
  return (JSON.parse(text) as { value: string }).value;
};
const string = (more: JsonObject): JsonObject => ({ type: "string", ...more });

/** Values by detector, and schemas that ask for their form. */
const forms: [string, string, JsonObject][] = [
  ["phone", "+4915112345600", string({ pattern: "^\\+[0-9]{7,15}$" })],
  ["phone", "+49 151 12345600", string({ pattern: "^\\+[0-9 ]{7,20}$" })],
  ["phone", "+4915112345600", string({ pattern: "^\\+49[1-9][0-9]+$" })],
  ["phone", "+4915112345600", string({ maxLength: 16 })],
  ["phone", "+4915112345600", { anyOf: [string({ pattern: "^\\+\\d+$" }), { type: "null" }] }],
  ["email", "jane.doe@acme.com", string({ format: "email" })],
  ["email", "jane.doe@acme.com", string({ pattern: "^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$" })],
  ["email", "jane.doe@acme.com", string({ pattern: "@acme\\.com$" })],
  ["email", "jane.doe@acme.com", string({ maxLength: 20 })],
  ["credit-card", "4111111111111111", string({ pattern: "^\\d{16}$" })],
  ["iban", "DE89370400440532013000", string({ pattern: "^DE\\d{20}$" })],
  ["iban", "DE89370400440532013000", string({ minLength: 22, maxLength: 22 })],
  ["ip", "8.8.4.4", string({ format: "ipv4" })],
  ["ip", "8.8.4.4", string({ pattern: "^\\d+\\.\\d+\\.\\d+\\.\\d+$" })],
];

describe("where the schema asks for a form", () => {
  it.each(forms)("%s %s keeps it: %j", async (_detector, value, property) => {
    const example = calling(`Use ${value}, please`, property, value);
    const [redacted] = await collect(redact([example], { salt: "s" }));
    const standIn = valueOf(redacted);
    expect(standIn).not.toBe(value);
    expect(standIn).not.toContain("[");
    // The same value is the same in the whole row, so that the model still learns to copy it.
    expect(redacted?.messages[0]?.content).toBe(`Use ${standIn}, please`);
    expect(redacted?.tools).toEqual(example.tools);
    const found = await collect(validateExamples([redacted]));
    expect(found.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(await collect(redact([example], { salt: "s" }))).toEqual([redacted]);
    expect(valueOf((await collect(redact([example], { salt: "other" })))[0])).not.toBe(standIn);
  });

  it("and nothing is lost, and other values get other stand-ins", async () => {
    const rows = Array.from({ length: 12 }, (_, index) =>
      calling(
        `Call customer ${index}`,
        string({ pattern: "^\\+[0-9]{7,15}$" }),
        `+49151123456${String(index).padStart(2, "0")}`,
      ),
    );
    const { train, report } = await curate(rows, { redact: { salt: "s" } });
    expect(report.rows.kept).toBe(12);
    expect(new Set((await collect(train)).map(valueOf)).size).toBe(12);
  });

  it("elsewhere a placeholder stands", async () => {
    const [redacted] = await collect(redact([calling("?", string({}), "+4915112345600")], { salt: "s" }));
    expect(valueOf(redacted)).toMatch(/^\[PHONE_/);
  });

  it("a value that the definition lists stays", async () => {
    const property = string({ enum: ["support@acme.com", "sales@acme.com"] });
    const [redacted] = await collect(redact([calling("?", property, "support@acme.com")], { salt: "s" }));
    expect(valueOf(redacted)).toBe("support@acme.com");
  });

  it("holds for any phone number and any pattern of its form", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1_500_000_0000, max: 1_799_999_9999 }),
        fc.constantFrom("^\\+\\d{10,14}$", "^\\+49\\d+$", "^\\+[1-9]\\d{1,14}$", "^[+0-9]{12,14}$"),
        async (national, pattern) => {
          const value = `+49${national}`;
          const [redacted] = await collect(redact([calling(`to ${value}`, string({ pattern }), value)], { salt: "s" }));
          const standIn = valueOf(redacted);
          // What is not a valid number is not redacted at all.
          if (standIn === value) return;
          expect(standIn).toMatch(new RegExp(pattern));
          expect(JSON.stringify(redacted)).not.toContain(value);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("addresses that are escaped", () => {
  const ofText = async (text: string) =>
    String((await collect(redact([row(text, "ok")], { salt: "s" })))[0]?.messages[0]?.content);
  it.each([
    "https://x.org/unsubscribe?mail=jane%40acme.com&list=1",
    "https://x.org/u?mail%3Djane%40acme.com",
    "write to jane&#64;acme.com today",
    "write to jane&#x40;acme&#46;com today",
    "write to jane&commat;acme.com today",
    "https://x.org/?next=%2Fa%3Fmail%3Djane%2540acme.com",
    "text jane\\u0040acme.com",
  ])("%s", async (text) => {
    const plain = await ofText("jane@acme.com");
    expect(plain).toMatch(/^\[EMAIL_[0-9a-f]{10}\]$/);
    const result = await ofText(text);
    expect(result).toContain(plain);
    expect(result).not.toMatch(/jane|acme/);
  });

  it("leave other escapes alone", async () => {
    for (const text of ["100%25 of a&amp;b", "a%20b@", "&#64;", "https://x.org/a%2Fb?c=%40d", "50% off & more"])
      expect(await ofText(text)).toBe(text);
  });
});
