// Runs every example as a reader would, in an empty folder and against the sandbox, and holds it to
// its exit code and to a line of its output. An example that is not listed here is a fault.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import PQueue from "p-queue";
import { startTracedProject } from "../examples/traced-project.js";
import { runScript } from "./run-script.js";

interface Trial {
  example: string;
  /** What is typed after the example's name. */
  words?: string[];
  /** Stands in what it prints. */
  prints: string;
  /** @default 0 */
  exit?: number;
}

const trials: Trial[] = [
  { example: "walkthrough.ts", prints: "The tuned chain: What's 56/7? 8" },
  { example: "select.ts", prints: "10 in traces that somebody liked" },
  { example: "load-and-convert.ts", prints: "left out 2: run-error: The run ended with an error." },
  { example: "functions.ts", prints: "What's 12*6? 72" },
  { example: "curate.ts", prints: "redacted: Write to [EMAIL_" },
  { example: "datasets.ts", prints: "erased: 2 rows from 2 versions" },
  { example: "fine-tune.ts", prints: "\nCity 7.\ntrue\n" },
  { example: "sweep.ts", prints: "\nbest: gentle, failed: gone" },
  { example: "pipeline.ts", prints: "step: fineTune\nft:gpt-4o-mini-2024-07-18:sandbox:" },
  { example: "folder.ts", prints: "left out: 4 deduplicate: duplicate, for instance " },
  {
    example: "folder.ts",
    words: ["nowhere"],
    exit: 1,
    prints: "nowhere cannot be read (ENOENT). There is no such file or directory.",
  },
  { example: "flywheel.ts", prints: "4. No difference was shown yet: user_score is 0.688 against 0.500" },
  { example: "distil.ts", prints: "2. answered again: 5 of 5 say something else now" },
  { example: "meaning.ts", prints: "left out 2: deduplicate: semantic-duplicate: The row means the same as row 1" },
  { example: "etl.ts", prints: " rows in data/train.jsonl" },
  { example: "etl.ts", words: ["accounting", "2026-01-01", "mine"], prints: " rows in mine/train.jsonl" },
  {
    example: "etl.ts",
    words: ["acounting"],
    exit: 1,
    prints: 'LangSmith has no project named "acounting" that this key can see. Did you mean "accounting"?',
  },
];
/** What examples share, and nobody runs. */
const helpers = ["traced-project.ts"];

const root = resolve(import.meta.dirname, "..");
const temporary = mkdtempSync(join(tmpdir(), "run-examples-"));

const faults: string[] = [];
const files = readdirSync(join(root, "examples")).filter((name) => name.endsWith(".ts") && !helpers.includes(name));
const page = readFileSync(join(root, "examples/README.md"), "utf8");
const listed = [...page.matchAll(/^\| \[([\w-]+\.ts)\]/gm)].map(([, name]) => name as string);
for (const name of new Set([...files, ...listed])) {
  if (!files.includes(name)) faults.push(`${name} is in examples/README.md and does not exist.`);
  if (!listed.includes(name)) faults.push(`${name} is missing in examples/README.md.`);
  if (!trials.some(({ example }) => example === name)) faults.push(`${name} is not run.`);
}

const { sandbox } = await startTracedProject();
try {
  const queue = new PQueue({ concurrency: 2 });
  await queue.addAll(
    trials.map((trial) => async () => {
      const command = [trial.example, ...(trial.words ?? [])].join(" ");
      const { exit, output } = await runScript(
        [join(root, "examples", trial.example), ...(trial.words ?? [])],
        mkdtempSync(join(temporary, "empty-")),
        sandbox.environment(),
      );
      const wrong =
        exit !== (trial.exit ?? 0)
          ? `ended with ${exit}`
          : !output.includes(trial.prints)
            ? `did not print ${JSON.stringify(trial.prints)}`
            : /\n\s+at .+:\d+:\d+/.test(output)
              ? "printed a stack"
              : "";
      if (wrong) faults.push(`${command} ${wrong}:\n${output}`);
    }),
  );
} finally {
  await sandbox.close();
  rmSync(temporary, { recursive: true, force: true });
}
if (faults.length > 0) {
  console.error(faults.join("\n\n"));
  process.exitCode = 1;
} else console.log(`${trials.length} runs of ${files.length} examples ended as they should.`);
