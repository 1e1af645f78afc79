import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import {
  asRunnable,
  InvalidExamplesError,
  InvalidOptionError,
  openAIRules,
  validateExamples,
  validateJsonl,
  withSource,
  type Finding,
} from "langsmith-finetune";

const directory = mkdtempSync(join(tmpdir(), "validate-"));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

let files = 0;
function file(content: string | Buffer): string {
  const path = join(directory, `${++files}.jsonl`);
  writeFileSync(path, content);
  return path;
}
const row = (question: string | number) => ({
  messages: [
    { role: "user", content: `Question ${question}?` },
    { role: "assistant", content: "Yes." },
  ],
});
const line = (question: string | number) => JSON.stringify(row(question));
const lines = (count: number) => Array.from({ length: count }, (_, index) => line(index));
const noMinimum = { ...openAIRules, minRows: 1 };

async function collect(findings: AsyncIterable<Finding>): Promise<Finding[]> {
  const all: Finding[] = [];
  for await (const found of findings) all.push(found);
  return all;
}
const brief = (findings: Finding[]) => findings.map(({ line: number, path, code }) => [number, path, code]);

/** The option that the error of a call names. */
function optionOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (InvalidOptionError.isInstance(error)) return error.option;
    throw error;
  }
  throw new Error("The call was not refused.");
}

describe("validateJsonl", () => {
  it("names line 70,001 and goes on", async () => {
    const content = lines(70_000);
    content.push('{"messages": [', ...lines(3).map((text) => text.replace("Question", "Other")), '{"messages": []}');
    const path = file(`${content.join("\n")}\n`);
    const findings = await collect(validateJsonl(path));
    expect(brief(findings)).toEqual([
      [70_001, "$", "line-json"],
      [70_005, "$.messages", "messages-empty"],
    ]);
    expect(findings.map(({ source }) => source)).toEqual([
      { file: path, line: 70_001 },
      { file: path, line: 70_005 },
    ]);
  });

  it("stops at the first error with strict, and not at a warning", async () => {
    const path = file(["", line("a"), "{", "{"].join("\n"));
    const seen: Finding[] = [];
    const pass = (async () => {
      for await (const found of validateJsonl(path, { strict: true })) seen.push(found);
    })();
    await expect(pass).rejects.toSatisfy(
      (error) => InvalidExamplesError.isInstance(error) && error.findings[0]?.line === 3,
    );
    await expect(
      collect(validateJsonl(file(Buffer.from(`\uFEFF${line(1)}`, "utf16le")), { strict: true })),
    ).rejects.toThrow("UTF-16");
  });

  it("counts lines with all line ends, blank ones too, and needs no end at the last", async () => {
    const broken = '{"messages":7}';
    expect(
      brief(await collect(validateJsonl(file([line(1), " \t", line(2), broken].join("\r\n")), { rules: noMinimum }))),
    ).toEqual([
      [2, "$", "line-blank"],
      [4, "$.messages", "messages-type"],
    ]);
  });

  it("reads lines across the pieces that the disk gives", async () => {
    const long = JSON.stringify({
      messages: [
        { role: "user", content: "é".repeat(700_000) },
        { role: "assistant", content: "Yes." },
      ],
    });
    expect(
      brief(await collect(validateJsonl(file([line(1), long, long, "{"].join("\n")), { rules: noMinimum }))),
    ).toEqual([
      [3, "$", "row-duplicate"],
      [4, "$", "line-json"],
    ]);
  });

  it.each([
    ["no bytes", "", [[0, "$", "file-empty"]]],
    ["white space only", "\n \n", [[0, "$", "file-empty"]]],
    [
      "blank lines before the first row",
      `\n \n${line(1)}\n`,
      [
        [1, "$", "line-blank"],
        [2, "$", "line-blank"],
      ],
    ],
    [
      "a row whose values are laid out with Windows' and Unicode's line ends inside",
      `{"messages": [{"role": "user", "content": "a\u2028b\u0085c"},\t{"role": "assistant", "content": "d"}]}\r\n`,
      [],
    ],
    ["two rows on a line", `${line(1)}${line(2)}\n${line(3)}`, [[1, "$", "line-json"]]],
    ["rows ended as on an old Macintosh", [line(1), line(2)].join("\r"), [[1, "$", "line-json"]]],
    ["a last row that was cut", `${line(1)}\n${line(2).slice(0, 40)}`, [[2, "$", "line-json"]]],
    ["rows parted by commas", `${line(1)},\n${line(2)}`, [[1, "$", "line-json"]]],
    ["a byte of zero", `${line(1)}\n\0\n`, [[2, "$", "line-json"]]],
    [
      "comments and what JavaScript writes",
      [
        line(1),
        `// ${line(2)}`,
        '{"messages": undefined}',
        '{"weight": Infinity}',
        "{'messages': []}",
        "{messages: []}",
        '"text\t"',
      ].join("\n"),
      [2, 3, 4, 5, 6, 7].map((number) => [number, "$", "line-json"]),
    ],
    [
      "values that are not rows",
      [line(1), '"text"', "7", "null", "[]", "true"].join("\n"),
      [2, 3, 4, 5, 6].map((number) => [number, "$", "row-type"]),
    ],
    ["a list of rows", `[${lines(3).join(",")}]`, [[1, "$", "file-not-lines"]]],
    ["JSON laid out over lines", JSON.stringify(row(1), null, 2), [[1, "$", "file-not-lines"]]],
    ["a mark inside", [line(1), `\uFEFF${line(2)}`].join("\n"), [[2, "$", "line-json"]]],
    ["UTF-16", Buffer.from(`\uFEFF${line(1)}`, "utf16le"), [[0, "$", "file-encoding"]]],
    [
      "one line in Latin-1",
      Buffer.concat([Buffer.from(`${line(1)}\n`), Buffer.from(line("ü"), "latin1")]),
      [[2, "$", "file-encoding"]],
    ],
    ["a repeated row", [line(1), line(2), line(1)].join("\n"), [[3, "$", "row-duplicate"]]],
    [
      "rows of both kinds",
      [
        line(1),
        JSON.stringify({
          input: { messages: [row(1).messages[0]] },
          preferred_output: [{ role: "assistant", content: "a" }],
          non_preferred_output: [{ role: "assistant", content: "b" }],
        }),
      ].join("\n"),
      [[2, "$", "rows-mixed"]],
    ],
  ] as const)("says what is wrong with a file of %s", async (_name, content, expected) => {
    expect(brief(await collect(validateJsonl(file(content), { rules: noMinimum })))).toEqual(expected);
  });

  it.each(["refused", "unwanted", "wanted"] as const)("a byte order mark that is %s", async (byteOrderMark) => {
    const rules = { ...noMinimum, byteOrderMark };
    const severities = async (content: string) =>
      (await collect(validateJsonl(file(content), { rules }))).map(({ line: number, code, severity }) => [
        number,
        code,
        severity,
      ]);
    expect(await severities(`\uFEFF${line(1)}`)).toEqual(
      byteOrderMark === "wanted"
        ? []
        : [[1, "file-byte-order-mark", byteOrderMark === "refused" ? "error" : "warning"]],
    );
    expect(await severities(line(1))).toEqual(
      byteOrderMark === "wanted" ? [[1, "file-byte-order-mark-missing", "warning"]] : [],
    );
  });

  it("holds the file to the limits of the rules", async () => {
    const path = file(lines(12).join("\n"));
    const codes = async (rules: object) =>
      (await collect(validateJsonl(path, { rules: { ...openAIRules, ...rules } }))).map(
        ({ line: number, code, severity }) => [number, code, severity],
      );
    expect(await codes({})).toEqual([]);
    expect(await codes({ minRows: 13 })).toEqual([[0, "rows-too-few", "error"]]);
    expect(await codes({ maxRows: 11 })).toEqual([[0, "rows-too-many", "error"]]);
    expect(await codes({ maxBytes: 100 })).toEqual([[0, "file-too-large", "error"]]);
  });

  it("counts the rows with images", async () => {
    const seeing = (id: number) =>
      JSON.stringify({
        messages: [
          { role: "user", content: [{ type: "image_url", image_url: { url: `https://example.com/${id}.png` } }] },
          { role: "assistant", content: "A cat." },
        ],
      });
    const rules = {
      ...noMinimum,
      images: { perRow: 1, maxBytes: 1000, mediaTypes: ["image/png"], maxRows: 2 },
    };
    expect(brief(await collect(validateJsonl(file([1, 2, 3, 4].map(seeing).join("\n")), { rules })))).toEqual([
      [3, "$", "image-rows"],
    ]);
  });

  it("names what it was called with wrongly", async () => {
    await expect(collect(validateJsonl(join(directory, "nowhere.jsonl")))).rejects.toSatisfy(
      (error) => InvalidOptionError.isInstance(error) && error.option === "path",
    );
    await expect(collect(validateJsonl(directory))).rejects.toSatisfy(
      (error) => InvalidOptionError.isInstance(error) && error.option === "path",
    );
    expect(() => validateJsonl("")).toThrow(InvalidOptionError);
    expect(() => validateJsonl("a.jsonl", { maxToken: 5 } as object)).toThrow(/maxToken/);
    expect(optionOf(() => validateJsonl(file(line(1)), { maxTokens: -1 }))).toBe("maxTokens");
  });
});

describe("validateExamples", () => {
  it("pulls a row at a time, counts rows, and gives their source", async () => {
    let pulled = 0;
    async function* rows() {
      yield (pulled += 1) && row(1);
      yield (pulled += 1) && withSource({ messages: [] }, { runId: "run-2" });
      yield (pulled += 1) && row(3);
    }
    const findings = validateExamples(rows());
    expect(pulled).toBe(0);
    for await (const found of findings) {
      expect(found).toMatchObject({ line: 2, code: "messages-empty", source: { runId: "run-2" } });
      break;
    }
    expect(pulled).toBe(2);
  });

  it("can be gone through again, with its counts begun again", async () => {
    const findings = validateExamples([row(1), {}], { complete: true });
    const first = await collect(findings);
    expect(brief(first)).toEqual([
      [2, "$", "messages-missing"],
      [0, "$", "rows-too-few"],
    ]);
    expect(await collect(findings)).toEqual(first);
  });

  it("does not ask for a minimum of rows that are not said to be all", async () => {
    expect(await collect(validateExamples([row(1)]))).toEqual([]);
  });

  it("stops with strict and with a signal", async () => {
    await expect(collect(validateExamples([row(1), {}], { strict: true }))).rejects.toSatisfy(
      (error) => InvalidExamplesError.isInstance(error) && error.findings[0]?.line === 2,
    );
    await expect(
      collect(validateExamples([row(1)], { signal: AbortSignal.abort(new Error("enough")) })),
    ).rejects.toThrow("enough");
  });

  it("runs as a Runnable", async () => {
    const findings = await asRunnable(validateExamples).invoke([{}]);
    expect(brief(await collect(findings))).toEqual([[1, "$", "messages-missing"]]);
  });

  it("names what it was called with wrongly", () => {
    expect(() => validateExamples(7 as unknown as [])).toThrow(/rows/);
    expect(() => validateExamples([], { rule: openAIRules } as object)).toThrow(/Unknown option rule/);
    expect(optionOf(() => validateExamples([], { rules: "openai" as unknown as typeof openAIRules }))).toBe("rules");
    expect(optionOf(() => validateExamples([], { method: "dpo" as "preference" }))).toBe("method");
  });
});

describe("hostile rows", () => {
  const deep = (depth: number): unknown => {
    let value: unknown = "end";
    for (let level = 0; level < depth; level += 1) value = { properties: { a: value }, items: [value], type: "object" };
    return value;
  };

  it("never end a pass", async () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const tools = (parameters: unknown) => [{ type: "function", function: { name: "f", parameters } }];
    const call = (text: string) => ({
      role: "assistant",
      tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: text } }],
    });
    const recursive = { type: "object", properties: { a: { $ref: "#" } } };
    const rows: unknown[] = [
      revoked.proxy,
      {
        messages: [
          {
            get role(): string {
              throw new Error("no");
            },
          },
        ],
      },
      {
        messages: [
          { role: "user", content: "a" },
          { role: "assistant", content: "b" },
        ],
        tools: tools(deep(20_000)),
      },
      {
        messages: [{ role: "user", content: "a" }, call(`${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`)],
        tools: tools(recursive),
      },
      {
        messages: [{ role: "user", content: "a" }, call('{"__proto__":{"polluted":true}}')],
        tools: tools({ type: "object", properties: { ["__proto__"]: { type: "string" } } }),
      },
      { messages: Array.from({ length: 10_000 }, () => 7n) },
      JSON.parse('{"__proto__":{"messages":[]}}'),
      Object.create(null),
    ];
    const findings = await collect(validateExamples(rows));
    const lines = new Set(findings.map((found) => found.line));
    expect([...lines].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 6, 7, 8]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("never throw, whatever they are", async () => {
    const key = fc.constantFrom(
      "messages",
      "role",
      "content",
      "tool_calls",
      "function",
      "arguments",
      "id",
      "type",
      "tools",
      "parameters",
      "properties",
      "input",
      "preferred_output",
      "non_preferred_output",
      "weight",
      "image_url",
      "url",
      "name",
      "tool_call_id",
      "$ref",
      "enum",
      "items",
    );
    const leaf = fc.oneof(
      fc.anything({ maxDepth: 1 }),
      fc.constantFrom(
        "user",
        "assistant",
        "tool",
        "function",
        "text",
        "image_url",
        "object",
        "{}",
        "#/a",
        "data:image/png;base64,AA==",
      ),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: "medium" },
        leaf,
        fc.dictionary(key, tie("tree"), { maxKeys: 6 }),
        fc.array(tie("tree"), { maxLength: 4 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(fc.array(tree, { maxLength: 5 }), async (rows) => {
        for (const found of await collect(validateExamples(rows, { maxTokens: 5 }))) {
          expect(found.line).toBeGreaterThan(0);
          expect(found.path.startsWith("$")).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });
});
