// Extract, transform, load: runs out of LangSmith into a file, rows of them, a dataset in a folder.
//
//     npx tsx examples/etl.ts                              against the sandbox: no key, no network
//     npx tsx examples/etl.ts support-bot 2026-11-01 data  against LangSmith, with LANGSMITH_API_KEY
//
// The project, the day to begin with, and the folder. Interrupted, by Ctrl-C or by a crash, the same
// command goes on where it was.
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  convertMessagesForFinetuning,
  curate,
  exportRuns,
  FinetuneError,
  loadChatSessions,
  readRuns,
  type RunQuery,
  writeDataset,
} from "langsmith-finetune";

const [project, since, folder = "data"] = process.argv.slice(2);
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());

async function etl({ signal }: AbortController, query: RunQuery) {
  await mkdir(folder, { recursive: true });
  const file = join(folder, "runs.jsonl");
  if (existsSync(file)) console.log(`${file} is there already. Remove it to export again.`);
  else {
    const onProgress = ({ runs }: { runs: number }) => console.log(`${runs} runs so far`);
    const { runs, resumed } = await exportRuns(file, query, { signal, onProgress });
    console.log(`${runs} runs in ${file}${resumed ? ", the first of them from before the interruption" : ""}`);
  }

  const left = new Map<string, number>();
  const onSkip = ({ code }: { code: string }) => left.set(code, (left.get(code) ?? 0) + 1);
  const sessions = loadChatSessions(readRuns(file, { signal, onSkip }), { signal, onSkip });
  const examples = convertMessagesForFinetuning(sessions, { signal, onSkip });
  const curated = await curate(examples, { signal, onSkip, split: { validation: 0.1 } });
  const { splits } = await writeDataset(folder, curated, { signal, query });
  for (const { path, rows } of splits) console.log(`${rows} rows in ${join(folder, path)}`);
  for (const [code, count] of left) console.log(`left out: ${count} ${code}`);
  console.log(`The report: ${join(folder, "report.html")}`);
}

const traced = project === undefined ? await import("./traced-project.js") : undefined;
const started = await traced?.startTracedProject();
try {
  await etl(stop, { projectName: project ?? traced?.projectName, since: since ?? "2026-01-01" });
} catch (error) {
  if (stop.signal.aborted) console.error("Interrupted. The same command goes on.");
  else if (FinetuneError.isInstance(error)) console.error(`${error.name}: ${error.message}`);
  else throw error;
  process.exitCode = 1;
} finally {
  await started?.sandbox.close();
}
