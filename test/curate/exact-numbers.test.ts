import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  convertMessagesForFinetuning,
  curate,
  deduplicate,
  loadChatSessions,
  readJsonl,
  redact,
  validateExamples,
  writeDataset,
  writeJsonl,
  type FineTuneBackend,
  type Run,
  type TrainingExample,
} from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { portable } from "../../src/train/backends/portable.js";
import { trl } from "../../src/train/backends/trl.js";
import { vertex } from "../../src/train/backends/vertex.js";
import { stringifyExact } from "../../src/internal/exact-json.js";
import { collect } from "./rows.js";

/** Whole numbers that no double holds: odd ones above 2^53. */
const ids = fc.bigInt({ min: 2n ** 53n, max: 10n ** 24n }).map((id) => String(id | 1n));

const opening = (id: string, maximum = "9223372036854775807"): string =>
  `{"messages":[{"role":"user","content":"open it"},{"role":"assistant","tool_calls":[{"id":"call_a1b2c3d","type":"function","function":{"name":"open","arguments":${JSON.stringify(`{"id": ${id}, "mail": "jane@example.com"}`)}}}]}],"tools":[{"type":"function","function":{"name":"open","description":"Opens","parameters":{"type":"object","properties":{"id":{"type":"integer","maximum":${maximum}},"mail":{"type":"string"}}}}}]}`;

async function fileOf(lines: readonly string[]): Promise<{ folder: string; path: string }> {
  const folder = await mkdtemp(join(tmpdir(), "exact-"));
  const path = join(folder, "rows.jsonl");
  await writeFile(path, lines.map((line) => `${line}\n`).join(""));
  return { folder, path };
}

describe("numbers that JSON.parse cannot hold", () => {
  it("tell rows apart", async () => {
    await fc.assert(
      fc.asyncProperty(ids, ids, async (left, right) => {
        const rows = [opening(left), opening(right)].map((text) => JSON.parse(text) as TrainingExample);
        expect(await collect(deduplicate(rows, { onSkip() {} }))).toHaveLength(left === right ? 1 : 2);
      }),
      { numRuns: 30 },
    );
  });

  it("keep their digits in every form that has arguments as an object", async () => {
    const backends: FineTuneBackend[] = [
      trl({ model: "m" }),
      vertex({ model: "gemini-3.5-flash", project: "p", location: "us-central1", bucket: "b" }),
      ...(["trl", "unsloth", "axolotl", "llama-factory"] as const).map((trainer) =>
        portable({ model: "m", directory: "x", trainer, template: "qwen3" }),
      ),
    ];
    fc.assert(
      fc.property(ids, (id) => {
        const row = JSON.parse(opening(id, "10")) as TrainingExample;
        for (const { name, file } of backends) {
          const text = stringifyExact(file.render ? file.render(row, "supervised") : row) ?? "";
          expect([name, /\Wid\W{2,8}(\d+)\b/.exec(text)?.[1]]).toEqual([name, id]);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("are written as they were read, from the definitions too", async () => {
    const lines = ["1234567890123456789", "1234567890123456790"].map((id) => opening(id));
    const { folder, path } = await fileOf(lines);
    await writeJsonl(join(folder, "copy.jsonl"), readJsonl(path));
    expect(await readFile(join(folder, "copy.jsonl"), "utf8")).toBe(await readFile(path, "utf8"));

    const curated = await curate(path, {});
    expect(curated.report.rows.kept).toBe(2);
    await writeDataset(join(folder, "dataset"), curated);
    expect(await readFile(join(folder, "dataset/train.jsonl"), "utf8")).toBe(await readFile(path, "utf8"));
    expect((await collect(validateExamples(readJsonl(path)))).filter(({ severity }) => severity === "error")).toEqual(
      [],
    );

    const [redacted] = await collect(redact(readJsonl(path), { salt: "s" }));
    expect(stringifyExact(redacted)).toBe(
      (lines[0] ?? "").replace("jane@example.com", /\[EMAIL_\w+\]/.exec(JSON.stringify(redacted))?.[0] ?? ""),
    );
  });

  it("come through the loader as the text that the model wrote, and are refused where only a double is left", async () => {
    const run = (call: object): Run => ({
      id: "0199a3f4-0000-7000-8000-000000000001",
      run_type: "llm",
      status: "success",
      inputs: { messages: [{ role: "user", content: "open it" }], tools: [] },
      outputs: {
        choices: [{ finish_reason: "tool_calls", message: { role: "assistant", content: null, tool_calls: [call] } }],
      },
      extra: { invocation_params: { model: "gpt-4o" } },
    });
    const codes: string[] = [];
    const convert = async (call: object) =>
      collect(
        convertMessagesForFinetuning(
          loadChatSessions([run(call)], { onSkip: ({ code, message }) => void codes.push(`${code}: ${message}`) }),
        ),
      );
    const text = '{"id": 1234567890123456789}';
    const [kept] = await convert({ id: "call_1", type: "function", function: { name: "open", arguments: text } });
    expect(JSON.stringify(kept)).toContain("1234567890123456789");
    const lost = JSON.parse(text) as object;
    expect(await convert({ id: "call_1", type: "function", function: { name: "open", arguments: lost } })).toEqual([]);
    expect(codes.join()).toMatch(/^invalid-tool-call: .*above 2\^53/);
    // As a file or the service has it: the digits are in the text of the run.
    const written = JSON.stringify(run({ id: "call_1", type: "function", function: { name: "open", arguments: {} } }));
    const exact = [written.replace('"arguments":{}', `"arguments":${text}`)] as unknown as Run[];
    const [read] = await collect(convertMessagesForFinetuning(loadChatSessions(exact)));
    expect(JSON.stringify(read)).toContain("1234567890123456789");
  });
});
