import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { curate, type Finding, type TrainingExample, validateExamples } from "langsmith-finetune";
import { fireworks } from "langsmith-finetune/backends/fireworks";
import { portable } from "langsmith-finetune/backends/portable";
import { together } from "langsmith-finetune/backends/together";
import { trl } from "langsmith-finetune/backends/trl";
import { describe, expect, it } from "vitest";
import { fixture } from "./goldens.js";

const tools: TrainingExample["tools"] = [
  {
    type: "function",
    function: {
      name: "weather",
      description: "Tells it.",
      parameters: { type: "object", properties: { city: { type: ["string", "null"] } } },
    },
  },
];
const call = (id: string, city = "Rome") => ({
  id,
  type: "function" as const,
  function: { name: "weather", arguments: JSON.stringify({ city }) },
});
const row = (...messages: object[]) => ({ messages }) as unknown as TrainingExample;
const chat = row({ role: "user", content: "Hi" }, { role: "assistant", content: "Hello." });
const called: TrainingExample = {
  ...row(
    { role: "user", content: "Weather?" },
    { role: "assistant", content: null, tool_calls: [call("c1")] },
    { role: "tool", tool_call_id: "c1", content: "Sunny" },
    { role: "assistant", content: "It is sunny." },
  ),
  tools,
};

async function found(rows: readonly unknown[], template: unknown): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of validateExamples(rows, { template } as never))
    if (finding.code.startsWith("template-")) findings.push(finding);
  return findings;
}
const brief = (findings: readonly Finding[]) => findings.map(({ line, code, path }) => [line, code, path]);

describe("findings by a chat template", () => {
  it("has none for rows that are rendered whole", async () => {
    expect(await found([chat, called], fixture("marked"))).toEqual([]);
  });

  it("names the message at which the template raises", async () => {
    const twice = row(
      { role: "user", content: "Both?" },
      { role: "assistant", content: null, tool_calls: [call("a"), call("b")] },
    );
    const findings = await found([chat, { ...twice, tools }], fixture("printing"));
    expect(brief(findings)).toEqual([[2, "template-raises", "$.messages[1]"]]);
    expect(findings[0]?.message).toMatch(/line \d+: This model only supports single tool-calls/);
    expect(
      brief(
        await found(
          [row({ role: "system", content: "Greet." }, { role: "assistant", content: "Hi." })],
          fixture("rewriting"),
        ),
      ),
    ).toEqual([[1, "template-raises", "$"]]);
  });

  it("names texts, calls, results and tools that are not in the rendering", async () => {
    // An early instruct model: no system message, no tools, and content of assistant messages alone.
    const early =
      "{% for m in messages %}{% if m.role == 'user' or (m.role == 'assistant' and m.content) %}[{{ m.content }}]{% endif %}{% endfor %}";
    const system = row({ role: "system", content: "Be brief." }, ...chat.messages);
    expect(brief(await found([system, called], early))).toEqual([
      [1, "template-drops-text", "$.messages[0].content"],
      [2, "template-drops-call", "$.messages[1].tool_calls[0].function.name"],
      [2, "template-drops-call", "$.messages[1].tool_calls[0].function.arguments"],
      [2, "template-drops-result", "$.messages[2].content"],
      [2, "template-drops-tool", "$.tools"],
    ]);
  });

  it("is not misled by a word that stands elsewhere too", async () => {
    // The name of the call is in the list of tools, and the text is in the question.
    const listing =
      "{{ tools | tojson }}{% for m in messages %}{% if m.role != 'assistant' or not m.tool_calls %}{{ m.content }}{% endif %}{% endfor %}";
    const codes = (await found([called], listing)).map(({ code }) => code);
    expect(codes).toEqual(["template-drops-call", "template-drops-call"]);
    const echo = row({ role: "user", content: "Hello." }, { role: "assistant", content: "Hello." });
    expect(
      brief(
        await found([echo], "{% for m in messages %}{% if m.role == 'user' %}{{ m.content }}{% endif %}{% endfor %}"),
      ),
    ).toEqual([[1, "template-drops-text", "$.messages[1].content"]]);
  });

  it("says of reasoning that it is dropped, and of names once for all rows", async () => {
    const named = row({ role: "user", content: "Hi", name: "ada" }, { role: "assistant", content: "Hello." });
    expect(brief(await found([named, named, chat, named], fixture("marked")))).toEqual([
      [1, "template-drops-name", "$.messages[0].name"],
    ]);
    const thinking = row(
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Hello.", reasoning_content: "Hm." },
    );
    const [finding] = await found([thinking], {
      template: fixture("plain"),
      variables: { bos_token: "", eos_token: "" },
    });
    expect(finding).toMatchObject({
      code: "template-drops-reasoning",
      severity: "warning",
      path: "$.messages[1].reasoning_content",
    });
  });

  it("reports Python's form of a value, and arguments that are encoded twice", async () => {
    const image = row(
      {
        role: "user",
        content: [
          { type: "text", text: "What?" },
          { type: "image_url", image_url: { url: "https://example.com/a.png" } },
        ],
      },
      { role: "assistant", content: "A cat." },
    );
    expect((await found([image], fixture("printing"))).map(({ code }) => code)).toContain("template-prints-python");
    const nothing = row(
      { role: "user", content: "Go" },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c", type: "function", function: { name: "weather", arguments: '{"city":null}' } }],
      },
    );
    const printing =
      "{{ tools | tojson }}{% for m in messages %}{{ m.content }}{% for c in m.tool_calls %}{{ c.function.name }}({{ c.function.arguments.city }}){% endfor %}{% endfor %}";
    expect((await found([{ ...nothing, tools }], printing)).map(({ code }) => code)).toEqual([
      "template-prints-python",
    ]);
    const twice = await found([called], { template: fixture("marked"), arguments: "text" });
    expect(brief(twice)).toEqual([[1, "template-encodes-twice", "$.messages[1].tool_calls[0].function.arguments"]]);
  });

  it("says what it could not check", async () => {
    const [finding] = await found([chat], "{% for m in messages %}{{ m.content | list | random }}{% endfor %}");
    expect(finding).toMatchObject({ code: "template-not-checked", severity: "warning", line: 1 });
  });

  it("looks a shape up once, and finds the same", async () => {
    const rows = Array.from({ length: 300 }, (_, index) =>
      row(
        { role: "system", content: `Be ${index}.` },
        { role: "user", content: "Hi" },
        { role: "assistant", content: `Hello ${index}.` },
      ),
    );
    const findings = await found(rows, "{% for m in messages[1:] %}{{ m.content }}{% endfor %}");
    expect(findings.map(({ line }) => line)).toEqual(rows.map((_, index) => index + 1));
  });

  it("works in curate and in the backends", async () => {
    const bad = row({ role: "system", content: "Greet." }, { role: "assistant", content: "Good day." });
    const template = fixture("rewriting");
    const { report } = await curate([chat, bad], { template });
    expect(report.removed).toMatchObject([{ step: "validate", code: "template-raises", count: 1 }]);
    const backends = [
      trl({ model: "m", template }),
      together({ model: "m", apiKey: "k", template }),
      fireworks({ model: "m", accountId: "a", apiKey: "k", template }),
      fireworks({ model: "m", accountId: "a", apiKey: "k", jinjaTemplate: template }),
      portable({ model: "m", directory: "x", trainer: "unsloth", chatTemplate: template }),
    ];
    for (const { rules, name } of backends) {
      const codes: string[] = [];
      for await (const { line, code } of validateExamples([chat, bad], { rules }))
        if (code.startsWith("template-")) codes.push(`${line} ${code}`);
      expect(codes, name).toEqual(["2 template-raises"]);
    }
  });

  it("writes arguments for TRL and Unsloth as the template wants them", () => {
    const written = (template?: string) =>
      JSON.stringify(
        trl({ model: "m", trainOn: "all", ...(template !== undefined && { template }) }).file.render?.(
          called,
          "supervised",
        ),
      );
    expect(written()).toContain('"arguments":{"city":"Rome"}');
    expect(written(fixture("marked"))).toContain('"arguments":{"city":"Rome"}');
    expect(written(fixture("texts"))).toContain('"arguments":"{\\"city\\":\\"Rome\\"}"');
  });
});

describe("what TRL and others are written", () => {
  const refusals = [
    row({ role: "user", content: "Do it" }, { role: "assistant", refusal: "I will not." }),
    row({ role: "user", content: "Do it" }, { role: "assistant", content: null, refusal: "I will not." }),
    row(
      { role: "user", content: "Do it" },
      { role: "assistant", content: [{ type: "refusal", refusal: "I will not." }] },
    ),
  ];
  const trainers = ["trl", "unsloth", "axolotl", "llama-factory"] as const;
  const backends = [
    trl({ model: "m" }),
    together({ model: "m", apiKey: "k" }),
    fireworks({ model: "m", accountId: "a", apiKey: "k" }),
    ...trainers.map((trainer) => portable({ model: "m", directory: "x", trainer, template: "qwen3" })),
  ];

  it("has the words of a refusal, wherever the row has them", () => {
    for (const backend of backends)
      for (const refusal of refusals) {
        const written = JSON.stringify(backend.file.render?.(refusal, "supervised"));
        expect(written, backend.name).toMatch(/"(?:content|value)":"I will not\."/);
        expect(written, backend.name).not.toContain('"refusal"');
      }
  });

  it("has text in the place of text parts, and a description with every tool", () => {
    const parts = row(
      {
        role: "user",
        content: [
          { type: "text", text: "Where is " },
          { type: "text", text: "it?" },
        ],
      },
      { role: "assistant", content: [{ type: "text", text: "At four." }] },
    );
    for (const backend of [trl({ model: "m" }), ...backends.slice(3)])
      expect(
        JSON.stringify(
          backend.file.render?.({ ...parts, tools: [{ type: "function", function: { name: "f" } }] }, "supervised"),
        ),
      ).toMatch(/"Where is it\?".*"At four\."/);
    const { tools: written } = trl({ model: "m" }).file.render?.(
      { ...parts, tools: [{ type: "function", function: { name: "f" } }] },
      "supervised",
    ) as { tools: string };
    expect(JSON.parse(written)).toEqual([{ type: "function", function: { name: "f", description: "" } }]);
  });
});

const hasPython = spawnSync("python3", ["--version"]).status === 0;

describe("the Python that is shipped", () => {
  const folder = new URL("../../src/", import.meta.url).pathname;
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".py"));

  it.runIf(hasPython)("compiles", () => {
    expect(files.length).toBeGreaterThanOrEqual(5);
    const program = "import sys\nfor name in sys.argv[1:]: compile(open(name, encoding='utf-8').read(), name, 'exec')";
    execFileSync("python3", ["-c", program, ...files.map((name) => join(folder, name))]);
  });

  it.runIf(hasPython)("reads a row as one line, whatever line ends of Unicode are in it", () => {
    for (const name of files.filter((file) => /check_rows|unsloth_train/.test(file))) {
      const source = readFileSync(join(folder, name), "utf8");
      const own = /def lines\([\s\S]*?\n\n\n/.exec(source)?.[0] ?? "";
      const program = `${own}\nimport json, os, tempfile\nrow = {"a": "one\\u2028two\\u2029\\x85\\x0b\\x0c\\x1c\\r"}\npath = os.path.join(tempfile.mkdtemp(), "rows")\nopen(path, "w", encoding="utf-8", newline="").write(json.dumps(row, ensure_ascii=False) + "\\n\\n" + json.dumps(row, ensure_ascii=False) + "\\n")\nprint([[number, json.loads(line) == row] for number, line in lines(path)])`;
      expect(execFileSync("python3", ["-c", program], { encoding: "utf8" }).trim(), name).toBe(
        "[[1, True], [3, True]]",
      );
    }
  });
});
