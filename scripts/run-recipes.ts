// Runs every script of docs/recipes.md in an empty folder and against the sandbox. The sandbox speaks OpenAI's dialect
// alone, so the scripts' providers are replaced by it, and what they deploy is called as it is.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { startSandbox } from "langsmith-finetune/sandbox";
import { fineTune, type TrainingExample } from "langsmith-finetune";
import { openAI } from "langsmith-finetune/backends/openai";
import { runScript } from "./run-script.js";

const root = resolve(import.meta.dirname, "..");
const asText = ["--import", join(root, "scripts/python-as-text.mjs")];
const MODEL = "gpt-4o-mini-2024-07-18";

/** What each recipe prints, by its heading and number below it. */
const prints: Readonly<Record<string, string>> = {
  "I have thumbs 1": '"backend":"openai"',
  "I have thumbs 2": "0 pairs",
  "I have a folder 1": "Look at dataset/report.html",
  "I want to tune again every month 1": "1 undefined",
  "I want to leave OpenAI by January 1": "cases",
  "I have an agent 1": "messages, learned:",
  "I come from Smithtune 1": "cases",
  "A small model that answers like a large one 1": "ft:gpt-4o-mini-2024-07-18:sandbox:",
  "I come from Python 1": "rows",
};

interface Recipe {
  name: string;
  code: string;
}

function recipesOf(page: string): Recipe[] {
  const recipes: Recipe[] = [];
  let heading = "";
  let count = 0;
  for (const [, title, code] of page.matchAll(/^## (.+)$|^```ts\n([\s\S]*?)^```$/gm)) {
    if (title !== undefined) [heading, count] = [title, 0];
    else recipes.push({ name: `${heading} ${(count += 1)}`, code: code ?? "" });
  }
  return recipes;
}

/** The script with the sandbox's host in place of another provider. */
function atTheSandbox(code: string): string {
  return code
    .replace(
      /import \{ (together|fireworks|nebius) \} from ".*";/g,
      'import { openAI as $1 } from "langsmith-finetune/backends/openai";',
    )
    .replace(/\b(together|fireworks|nebius)\(\{[^}]*\}\)/g, `$1({ model: "${MODEL}" })`)
    .replace(/await deploy\((\w+), \{[^}]*\}\)/g, "$1")
    .replace(/await teardown\(.*\);/g, "void teardown;")
    .replace(/\bdeploy, /g, "")
    .replace(/model: "gpt-[^"]*"/g, `model: "${MODEL}"`);
}

const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const at = (index: number) => new Date(Date.parse("2026-11-10T00:00:00Z") + index * 60_000).toISOString();
const tools = ["search_flights", "book"].map((name) => ({
  type: "function",
  function: { name, parameters: { type: "object", properties: { city: { type: "string" } } } },
}));

/** Traces of a root and two calls of a model, the second after the result of a tool. */
function traces(count: number, first: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => {
    const id = first + index * 3;
    const call = {
      id: `call_${index}`,
      type: "function",
      function: { name: "book", arguments: `{"city":"City ${index}"}` },
    };
    const asked = [{ role: "user", content: `Book a flight to City ${index}, please. Number ${index * 7919}.` }];
    const shared = { trace_id: uuid(id), start_time: at(index), end_time: at(index) };
    const metadata = { thread_id: `thread-${first}-${index}` };
    const model = (number: number, messages: unknown[], message: unknown) => ({
      ...shared,
      id: uuid(id + number),
      parent_run_id: uuid(id),
      name: "ChatOpenAI",
      run_type: "llm",
      inputs: { messages, tools, model: MODEL },
      outputs: { choices: [{ message, finish_reason: "stop" }], model: MODEL },
      extra: { metadata: { ...metadata, ls_provider: "openai", ls_model_type: "chat", ls_model_name: MODEL } },
    });
    const calling = { role: "assistant", content: null, tool_calls: [call] };
    const done = [
      ...asked,
      calling,
      { role: "tool", tool_call_id: `call_${index}`, content: `Booked ${index * 104729}.` },
    ];
    return [
      { ...shared, id: uuid(id), name: "agent", run_type: "chain", inputs: {}, outputs: {}, extra: { metadata } },
      model(1, asked, calling),
      model(2, done, { role: "assistant", content: `Your flight to City ${index} is booked: ${index * 15485863}.` }),
    ];
  }).flat();
}

const sandbox = await startSandbox({ openai: { jobSeconds: 0 } });
// Below the packages, which the scripts import.
const cache = join(root, ".cache");
mkdirSync(cache, { recursive: true });
const temporary = mkdtempSync(join(cache, "run-recipes-"));
const faults: string[] = [];
try {
  const environment = { ...sandbox.environment(), OPENAI_API_KEY: sandbox.openai.apiKey };
  for (const [index, projectName] of ["support-bot", "booking-agent", "Run Fine-tuning Walkthrough"].entries())
    sandbox.langsmith.addRuns(traces(120, 1_000 + index * 1_000), { projectName });
  for (let index = 0; index < 100; index += 1)
    sandbox.langsmith.addFeedback({ runId: uuid(1_000 + index * 3), key: "user_score", score: 1 });
  const examples: TrainingExample[] = Array.from({ length: 40 }, (_, index) => ({
    messages: [
      { role: "user", content: `What is the capital of country ${index}, and why is it number ${index * 7919}?` },
      { role: "assistant", content: `City ${index}, since ${index * 104729}.` },
    ],
  }));
  const backend = openAI({ model: MODEL, baseURL: sandbox.openai.url, apiKey: sandbox.openai.apiKey });
  await fineTune({ examples, backend, pollInterval: 10 });

  for (const { name, code } of recipesOf(readFileSync(join(root, "docs/recipes.md"), "utf8"))) {
    const expected = prints[name];
    if (expected === undefined) {
      faults.push(`${name} is not in the list of what recipes print.`);
      continue;
    }
    const folder = mkdtempSync(join(temporary, "recipe-"));
    mkdirSync(join(folder, "traces"));
    writeFileSync(
      join(folder, "traces/runs.jsonl"),
      traces(30, 9_000)
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(""),
    );
    writeFileSync(join(folder, "evaluation.jsonl"), `${JSON.stringify(examples[0])}\n`);
    const file = join(folder, "recipe.mts");
    writeFileSync(file, atTheSandbox(code));
    const { exit, output } = await runScript([...asText, file], folder, environment);
    if (exit !== 0) faults.push(`${name} ended with ${exit}:\n${output}`);
    else if (!output.includes(expected)) faults.push(`${name} did not print ${JSON.stringify(expected)}:\n${output}`);
  }
} finally {
  await sandbox.close();
  rmSync(temporary, { recursive: true, force: true });
}
if (faults.length > 0) {
  console.error(faults.join("\n\n"));
  process.exitCode = 1;
} else console.log(`Recipes: ${Object.keys(prints).length} run against the sandbox.`);
