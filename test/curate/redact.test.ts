import fc from "fast-check";
import { createSecretAnonymizer } from "langsmith/anonymizer";
import {
  redact,
  sourceOf,
  withSource,
  type Redaction,
  type RedactOptions,
  type TrainingExample,
} from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { collect, row } from "./rows.js";

async function run(examples: TrainingExample[], options: RedactOptions = {}) {
  const found: Redaction[] = [];
  const rows = await collect(
    redact(examples, { salt: "pepper", ...options, onFound: (item) => void found.push(item) }),
  );
  return { rows, found };
}
const ofText = async (text: string, options?: RedactOptions) =>
  String((await run([row(text, "ok")], options)).rows[0]?.messages[0]?.content);
const withArguments = (text: string, question = "?"): TrainingExample => ({
  messages: [
    { role: "user", content: question },
    {
      role: "assistant",
      tool_calls: [{ id: "call_1", type: "function", function: { name: "send", arguments: text } }],
    },
  ],
});
const argumentsOf = (example: TrainingExample | undefined) => {
  const message = example?.messages[1];
  return message?.role === "assistant" ? (message.tool_calls?.[0]?.function.arguments ?? "") : "";
};

const key = `sk-proj-${"Ab3".repeat(10)}`;

describe("what is found", () => {
  it.each([
    ["email", "write to Jane.Doe+x@mail.example.co.uk, please", "Jane.Doe+x@mail.example.co.uk"],
    ["phone", "call +49 170 1234567 now", "+49 170 1234567"],
    ["phone", "call (415) 555-2671 now", "(415) 555-2671"],
    ["phone", "call 415-555-2671.", "415-555-2671"],
    ["iban", "to DE89 3704 0044 0532 0130 00 today", "DE89 3704 0044 0532 0130 00"],
    ["iban", "to GB82WEST12345698765432", "GB82WEST12345698765432"],
    ["credit-card", "card 4111 1111 1111 1111, exp 12/27", "4111 1111 1111 1111"],
    ["credit-card", "card 378282246310005", "378282246310005"],
    ["ip", "from 8.8.4.4 on", "8.8.4.4"],
    ["ip", "from 2607:f8b0:4005:805::200e", "2607:f8b0:4005:805::200e"],
    ["secret", `use ${key} here`, key],
    ["secret", "postgres://user:s3cretpw@db/x", "s3cretpw"],
    ["secret", "DB_PASSWORD=correcthorse", "correcthorse"],
    ["secret", `lsv2_pt_${"a1".repeat(16)}_${"b2".repeat(5)}`, `lsv2_pt_${"a1".repeat(16)}_${"b2".repeat(5)}`],
  ])("%s in %j", async (detector, text, value) => {
    const { rows, found } = await run([row(text, "ok")]);
    expect(found.map((item) => item.detector)).toEqual([detector]);
    const result = String(rows[0]?.messages[0]?.content);
    expect(result).toBe(text.replace(value, found[0]?.placeholder ?? "nothing"));
    expect(found[0]?.placeholder).toMatch(/^\[[A-Z_]+_[0-9a-f]{10}\]$/);
    expect(found[0]?.path).toBe("$.messages[0].content");
  });

  it.each([
    "version 1.2.3, 10.0.0.1 and 192.168.1.1, ::1",
    "order 1234567890 of 2024-01-01T10:30:00Z, 1732233600",
    "4111 1111 1111 1112 has a wrong check digit, DE89 3704 0044 0532 0130 01 too",
    "uuid 3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "a@b, @handle, price: 1,299.00 EUR; 12:30:45; tokenizer: cl100k",
    "3.14159265358979 and 0.1.2.3",
  ])("nothing in %j", async (text) => {
    expect(await ofText(text)).toBe(text);
  });

  it("other things by a pattern or a function, and national numbers where asked", async () => {
    expect(await ofText("ORD-12345678 is late", { detectors: [{ name: "order", pattern: /ORD-\d{8}/ }] })).toMatch(
      /^\[ORDER_[0-9a-f]{10}\] is late$/,
    );
    const find = (text: string) =>
      text.includes("Bob") ? [{ start: text.indexOf("Bob"), end: text.indexOf("Bob") + 3 }] : [];
    expect(await ofText("ask Bob", { detectors: [{ name: "person", find }] })).toMatch(/^ask \[PERSON_/);
    expect(await ofText("拨打 13812345678", { phoneCountries: ["CN"] })).toMatch(/^拨打 \[PHONE_/);
  });

  it("with LangSmith's own anonymizer beside them", async () => {
    expect(await ofText(`key ${key}`, { detectors: ["email"], anonymizer: createSecretAnonymizer() })).toBe(
      "key [SECRET_DETECTED]",
    );
  });
});

describe("where it is replaced", () => {
  it("in arguments, which stay JSON and as they were written", async () => {
    const text = `{ "to":"jane@example.com",  "note": "call \\"+49 170 1234567\\"\\n", "card": 4111111111111111, "n": 12, "nested": "{\\"to\\":\\"jane@example.com\\"}" }`;
    const { rows } = await run([withArguments(text)]);
    const result = argumentsOf(rows[0]);
    expect(result).toMatch(/^\{ "to":"\[EMAIL_/);
    const parsed = JSON.parse(result) as Record<string, unknown>;
    expect(parsed.n).toBe(12);
    expect(typeof parsed.card).toBe("number");
    expect(String(parsed.card)).not.toContain("4111111111");
    expect(parsed.note).toMatch(/^call "\[PHONE_[0-9a-f]{10}\]"\n$/);
    expect(JSON.parse(String(parsed.nested))).toEqual({ to: parsed.to });
  });

  it("by the name of a key, and then everywhere in the row", async () => {
    const { rows } = await run([withArguments('{"password":"hunter2-long"}', "the word is hunter2-long")]);
    const placeholder = (JSON.parse(argumentsOf(rows[0])) as { password: string }).password;
    expect(placeholder).toMatch(/^\[SECRET_/);
    expect(rows[0]?.messages[0]?.content).toBe(`the word is ${placeholder}`);
  });

  it("as a number, if its digits were found as text", async () => {
    const { rows } = await run([withArguments('{"phone":491701234567}', "call +49 170 1234567")]);
    const { phone } = JSON.parse(argumentsOf(rows[0])) as { phone: number };
    expect(phone).not.toBe(491701234567);
    expect(String(phone)).toHaveLength(12);
  });

  it("in parts and results, but not in definitions, images, ids and names of tools", async () => {
    const example = withSource<TrainingExample>(
      {
        messages: [
          {
            role: "user",
            name: "jane@example.com",
            content: [
              { type: "text", text: "jane@example.com" },
              { type: "image_url", image_url: { url: "https://x.org/?u=jane@example.com" } },
            ],
          },
          {
            role: "assistant",
            tool_calls: [{ id: "jane@example.com", type: "function", function: { name: "f", arguments: "{" } }],
          },
          { role: "tool", tool_call_id: "jane@example.com", content: '[{"from":"jane@example.com"}]' },
          { role: "assistant", content: "ok" },
        ],
        tools: [
          {
            type: "function",
            function: {
              name: "f",
              description: "ask jane@example.com",
              parameters: { type: "object", properties: { to: { enum: ["jane@example.com"] } } },
            },
          },
        ],
      },
      { runId: "r" },
    );
    const before = JSON.stringify(example);
    const { rows, found } = await run([example]);
    expect(JSON.stringify(example)).toBe(before);
    expect(sourceOf(rows[0] as object)).toEqual({ runId: "r" });
    expect(found.map(({ path }) => path)).toEqual([
      "$.messages[0].name",
      "$.messages[0].content[0].text",
      "$.messages[2].content",
    ]);
    // Definitions stay as the model was given them.
    expect(rows[0]?.tools).toEqual(example.tools);
    expect(JSON.stringify(rows[0]).split("jane@example.com")).toHaveLength(6);
  });
});

describe("placeholders", () => {
  it("are the same for one value, however it is spelled, and depend on the salt", async () => {
    const text = "Jane@example.com jane@EXAMPLE.com +49 170 1234567 +49-170-1234567";
    const [first, second, third, fourth] = (await ofText(text)).split(" ");
    expect(first).toBe(second);
    expect(third).toBe(fourth);
    expect(await ofText(text)).toBe(await ofText(text));
    expect(await ofText(text, { salt: "other" })).not.toBe(await ofText(text));
    const random = { salt: undefined };
    expect(await ofText("jane@example.com", random)).not.toBe(await ofText("jane@example.com", random));
  });

  const values = fc.oneof(
    fc.constantFrom(
      "jane@example.com",
      "+49 170 1234567",
      "4111 1111 1111 1111",
      "DE89370400440532013000",
      "8.8.8.8",
      key,
      "password: verysecret1",
    ),
    fc.string({ maxLength: 12 }),
    fc.constantFrom(4111111111111111, 378282246310005, 12, -1.5e10, null, true),
  );
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      values,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom("email", "api_key")), tie("value"), {
        maxKeys: 3,
      }),
    ),
  })).value;

  it("keep JSON, its form and its types, leave no value behind, and are not redacted again", async () => {
    const shape = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(shape)
        : typeof value === "object" && value !== null
          ? Object.values(value).map(shape)
          : typeof value;
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ maxLength: 4 }), json),
        fc.constantFrom(0, 2),
        async (value, indent) => {
          const text = JSON.stringify(value, null, indent);
          const { rows } = await run([withArguments(text, text)]);
          const result = argumentsOf(rows[0]);
          expect(shape(JSON.parse(result))).toEqual(shape(JSON.parse(text)));
          expect(rows[0]?.messages[0]?.content).toBe(result);
          for (const secret of ["jane@example.com", "1234567", "4111", "DE8937", "8.8.8.8", "3782822"]) {
            if (!/[a-zA-Z]{3}-|\\u/.test(text)) expect(result.includes(secret) && !fragile(text, secret)).toBe(false);
          }
          const again = await run(rows);
          expect(again.found).toEqual([]);
          expect(again.rows).toEqual(rows);
        },
      ),
      { numRuns: 150 },
    );
  });
});

// A value that random text runs into is another word: `x8.8.8.8`.
function fragile(text: string, value: string): boolean {
  return !new RegExp(`(?<![^"\\s,:[])[^"]{0,12}${value.replaceAll(".", "\\.")}`).test(text);
}

it("names a wrong option", () => {
  expect(() => redact([], { detectors: ["mail"] as never })).toThrow(
    /detectors\[0\] must be "secret" or .*; got "mail"/,
  );
  expect(() => redact([], { detectors: [{ name: "X" }] as never })).toThrow(
    /detectors\[0\] must be the name of a detector, or an object/,
  );
  expect(() => redact([], { salt: "" })).toThrow(/salt must be a non-empty string/);
});
