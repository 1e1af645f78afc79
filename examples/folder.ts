// From a folder of traces to a dataset: what could be made a row, what could not and why.
//
//     npx tsx examples/folder.ts                  with a folder that it makes: no key, no network
//     npx tsx examples/folder.ts ./traces ./data  with yours: JSON, JSON lines, the Parquet of a bulk export
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  convertMessagesForFinetuning,
  curate,
  FinetuneError,
  loadChatSessions,
  readRuns,
  writeDataset,
} from "langsmith-finetune";

const [given, dataset = "data"] = process.argv.slice(2);
const folder = given ?? (await exampleFolder());
const left = new Map<string, string[]>();
const onSkip = ({ code, runId, message }: { code: string; runId?: string; message: string }) =>
  void left.set(code, [...(left.get(code) ?? []), runId ?? message]);

try {
  const sessions = loadChatSessions(readRuns(folder, { runType: "llm", onSkip }), { onSkip });
  const curated = await curate(convertMessagesForFinetuning(sessions, { onSkip }), {
    onSkip,
    split: { validation: 0.1 },
  });
  const { splits } = await writeDataset(dataset, curated);
  for (const { path, rows } of splits) console.log(`${rows} rows in ${join(dataset, path)}`);
  console.log(`What to look at next: ${join(dataset, "report.html")}`);
} catch (error) {
  if (!FinetuneError.isInstance(error)) throw error;
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
} finally {
  for (const [code, runs] of left) console.log(`left out: ${runs.length} ${code}, for instance ${runs[0]}`);
  if (given === undefined) await rm(folder, { recursive: true });
}

/** A folder as an export leaves it: a trace in each file, with its runs. */
async function exampleFolder(): Promise<string> {
  const { Client } = await import("langsmith");
  const { selectRuns } = await import("langsmith-finetune");
  const { projectName, startTracedProject } = await import("./traced-project.js");
  const { sandbox } = await startTracedProject();
  const made = await mkdtemp(join(tmpdir(), "traces-"));
  for await (const run of selectRuns({ projectName, since: "2026-01-01" }, { client: new Client() })) {
    const trace = join(made, run.trace_id ?? run.id);
    await mkdir(trace, { recursive: true });
    await writeFile(join(trace, `${run.id}.json`), JSON.stringify(run, undefined, 2));
  }
  await sandbox.close();
  return made;
}
