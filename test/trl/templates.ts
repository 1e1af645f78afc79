// The template engine beside transformers: every template that trl ships, with rows of every kind.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { TemplateError } from "langsmith-finetune";
import { type CompiledTemplate, compileTemplate } from "../../src/templates/jinja/compile.js";
import { normaliseMessages } from "../../src/templates/normalise.js";
import { check } from "./report.js";
import { matrixRows, type MatrixRow } from "./template-rows.js";

export interface NamedTemplate {
  name: string;
  text: string;
}

export interface Expected {
  template: string;
  row: string;
  text?: string;
  error?: string;
  /** In code points, as Python counts. */
  spans?: [number, number][];
}

export interface MatrixResult {
  transformers: string;
  equal: number;
  bothRaise: number;
  /** Renderings with marks whose spans were compared. */
  spans: number;
  wrong: string[];
}

const NOW = "2026-07-05T09:08:07";
const TOKENS = { bos_token: "<s>", eos_token: "</s>", pad_token: "<pad>", unk_token: "<unk>" };

const script = fileURLToPath(new URL("templates.py", import.meta.url));

/** What transformers makes of each pair. */
export async function renderByTransformers(
  python: string,
  templates: readonly NamedTemplate[],
  rows: readonly MatrixRow[] = matrixRows,
): Promise<{ expected: Expected[]; transformers: string }> {
  const lines = (await runPython(python, [script], JSON.stringify({ templates, rows, tokens: TOKENS, now: NOW })))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Expected & { transformers: string });
  const { transformers = "" } = lines.pop() ?? {};
  return { expected: lines, transformers };
}

/** Renders each pair here and compares: the same text and spans, or both raise. */
export function compareRenderings(
  expected: readonly Expected[],
  templates: readonly NamedTemplate[],
  transformers: string,
  rows: readonly MatrixRow[] = matrixRows,
): MatrixResult {
  const result: MatrixResult = { transformers, equal: 0, bothRaise: 0, spans: 0, wrong: [] };
  const version = transformers.startsWith("4.") ? 4 : 5;
  for (const wanted of expected) {
    const template = templates.find(({ name }) => name === wanted.template);
    const row = rows.find(({ name }) => name === wanted.row);
    if (!template || !row) throw new Error(`There is no pair ${wanted.template}, ${wanted.row}.`);
    const got = renderHere(template.text, row, version);
    if (wanted.error !== undefined && "error" in got) result.bothRaise += 1;
    else if ("text" in got && got.text === wanted.text && sameSpans(got, wanted)) {
      result.equal += 1;
      if (wanted.spans && got.generations) result.spans += 1;
    } else result.wrong.push(`${wanted.template} × ${wanted.row}: ${difference(got, wanted)}`);
  }
  return result;
}

const compiled = new Map<string, CompiledTemplate>();

function compiledOnce(text: string): CompiledTemplate {
  const template = compiled.get(text) ?? compileTemplate(text);
  compiled.set(text, template);
  return template;
}

type Rendered = { text: string; generations?: readonly { start: number; end: number }[] } | { error: string };

function renderHere(text: string, { messages, tools, prompt = false, variables }: MatrixRow, version: 4 | 5): Rendered {
  try {
    return compiledOnce(text).render(
      {
        ...TOKENS,
        ...variables,
        messages: normaliseMessages(messages, version),
        tools: tools ?? null,
        documents: null,
        add_generation_prompt: prompt,
      },
      { now: new Date(NOW) },
    );
  } catch (error) {
    if (TemplateError.isInstance(error)) {
      // What the engine lacks would be no error in Python.
      if (error.code === "unsupported" || error.code === "limit") return { error: `${error.code}: ${error.message}` };
      return { error: error.message };
    }
    throw error;
  }
}

function sameSpans({ text, generations }: Extract<Rendered, { text: string }>, { spans }: Expected): boolean {
  if (!spans || !generations) return true;
  const points = (end: number) => Array.from(text.slice(0, end)).length;
  return JSON.stringify(generations.map(({ start, end }) => [points(start), points(end)])) === JSON.stringify(spans);
}

function difference(got: Rendered, wanted: Expected): string {
  if ("error" in got) return `raises here (${got.error}), and gives ${JSON.stringify(wanted.text?.slice(0, 120))}`;
  if (wanted.text === undefined)
    return `raises there (${wanted.error}), and gives ${JSON.stringify(got.text.slice(0, 120))}`;
  if (got.text === wanted.text)
    return `spans ${JSON.stringify(got.generations)}, and there ${JSON.stringify(wanted.spans)}`;
  let at = 0;
  while (got.text[at] === wanted.text[at]) at += 1;
  const near = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 30), at + 60));
  return `at ${at}: ${near(got.text)}, and there ${near(wanted.text)}`;
}

/** The whole matrix, as `npm run test:trl` runs it: all templates of the installed trl and all rows. */
export async function checkTemplates(python: string, templates: readonly NamedTemplate[]): Promise<void> {
  const { expected, transformers } = await renderByTransformers(python, templates);
  const { equal, bothRaise, spans, wrong } = compareRenderings(expected, templates, transformers);
  for (const line of wrong.slice(0, 20)) console.log(`   ${line.slice(0, 400)}`);
  check(
    wrong.length === 0,
    `${templates.length} templates × ${matrixRows.length} rows beside transformers ${transformers}: ${equal} equal (${spans} with generation marks), ${bothRaise} raise in both, ${wrong.length} differ`,
  );
}

/** The templates that the installed trl ships. */
export async function templatesOfTrl(python: string): Promise<NamedTemplate[]> {
  const program = `
import importlib.util, json, pathlib
folder = pathlib.Path(importlib.util.find_spec("trl").submodule_search_locations[0], "chat_templates")
files = sorted(folder.glob("*.jinja"))
print(json.dumps([{"name": file.stem, "text": file.read_bytes().decode("utf-8")} for file in files]))
`;
  return JSON.parse(await runPython(python, ["-c", program], "")) as NamedTemplate[];
}

function runPython(python: string, args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, args, { stdio: ["pipe", "pipe", "pipe"] });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on("data", (data: Buffer) => output.push(data));
    child.stderr.on("data", (data: Buffer) => errors.push(data));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(output).toString("utf8"));
      else reject(new Error(`${python} ended with ${code}: ${Buffer.concat(errors).toString("utf8").slice(-2000)}`));
    });
    child.stdin.end(input);
  });
}
