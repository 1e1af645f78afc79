// The script that looks at the rows before a training, with stand-ins for the packages that it imports.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readFailure } from "../../src/train/backends/trl/failures.js";
import { CHECK_ROWS } from "../../src/train/backends/trl/scripts.js";

/** A tokenizer whose template raises as those of open models do; each word is a token. */
const TRANSFORMERS = `
class TemplateError(Exception):
    pass

class Tokenizer:
    chat_template = "of the model"

    def apply_chat_template(self, messages, tools=None, tokenize=False):
        if self.chat_template == "of the config":
            return "config"
        if not any(message["role"] == "user" for message in messages):
            raise TemplateError("No user query found in messages.")
        for number, message in enumerate(messages):
            if message["role"] == "system" and number > 0:
                raise TemplateError("System message must be at the beginning.")
            if len(message.get("tool_calls") or []) > 1:
                raise TemplateError("This model only supports single tool-calls at once!")
        return " ".join(str(message["content"]) for message in messages)

    def __call__(self, text, add_special_tokens):
        return {"input_ids": text.split()}

class AutoTokenizer:
    @staticmethod
    def from_pretrained(name, revision=None):
        return Tokenizer()
`;

const user = { role: "user", content: "Hi there" };
const answer = { role: "assistant", content: "Hello." };
const call = { type: "function", function: { name: "f", arguments: {} } };
const row = (prompt: object[], completion: object[] = [answer]) => ({ prompt, completion });

const KINDS: [kind: string, row: object, reason: string][] = [
  [
    "no user message",
    row([{ role: "system", content: "Be brief." }]),
    "TemplateError: No user query found in messages.",
  ],
  [
    "a system message in the middle",
    row([user, answer, { role: "system", content: "Now." }, user]),
    "TemplateError: System message must be at the beginning.",
  ],
  [
    "two calls at once",
    row([user], [{ role: "assistant", content: "", tool_calls: [call, call] }]),
    "TemplateError: This model only supports single tool-calls at once!",
  ],
  [
    "the rejected answer",
    { prompt: [user], chosen: [answer], rejected: [{ role: "assistant", content: "", tool_calls: [call, call] }] },
    "TemplateError: This model",
  ],
  ["an answer with a label", { ...row([]), label: true }, "TemplateError: No user query"],
  ["no content", row([user], [{ role: "assistant" }]), "KeyError: 'content'"],
  ["tools that are not JSON", { ...row([user]), tools: "{" }, "JSONDecodeError"],
];

describe.skipIf(process.platform === "win32")("check_rows.py", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "check-rows-"));
    await writeFile(join(folder, "check_rows.py"), CHECK_ROWS);
    await writeFile(join(folder, "transformers.py"), TRANSFORMERS);
    await writeFile(join(folder, "yaml.py"), "import json\nsafe_load = json.load\n");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function run(
    rows: readonly object[],
    config: object = {},
  ): Promise<{ code: number; out: string; err: string }> {
    await writeFile(join(folder, "config.yaml"), JSON.stringify({ model_name_or_path: "m", ...config }));
    await writeFile(join(folder, "train.jsonl"), rows.map((one) => `${JSON.stringify(one)}\n`).join(""));
    return new Promise((resolve) => {
      execFile("python3", ["check_rows.py"], { cwd: folder }, (error, out, err) => {
        resolve({ code: error ? Number(error.code) : 0, out, err });
      });
    });
  }

  it("names the row and the reason of every kind, without a traceback", async (context) => {
    const sound = row([user]);
    const { code, out, err } = await run([sound, ...KINDS.flatMap(([, wrong]) => [wrong, sound])]);
    // No Python on this machine.
    if (Number.isNaN(code)) return context.skip();
    expect({ code, err }).toEqual({ code: 1, err: "" });
    for (const [index, [, , reason]] of KINDS.entries())
      expect(out).toContain(`train.jsonl line ${2 * index + 2}: ${reason}`);
    expect(out.match(/line \d+:/g)).toHaveLength(KINDS.length);
    expect(readFailure(out)).toMatchObject({ code: "rows-refused", line: 2 });
  });

  it("counts tokens, and goes by the template of the config", async (context) => {
    const long = await run([row([user]), row([{ role: "user", content: "so many words in here" }])], { max_length: 4 });
    if (Number.isNaN(long.code)) return context.skip();
    expect(readFailure(long.out)).toMatchObject({ code: "rows-too-long", line: 2 });
    expect(long.out).toContain("train.jsonl line 2 has 6 tokens");
    await writeFile(join(folder, "own.jinja"), "of the config");
    expect(await run([row([])], { chat_template_path: "own.jinja" })).toMatchObject({ code: 0, err: "" });
    expect(await run([row([user])])).toMatchObject({ code: 0, out: "", err: "" });
  });
});
