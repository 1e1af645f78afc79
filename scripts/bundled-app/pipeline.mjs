// What every runtime must run with the optional packages: traced runs of the sandbox, selected, curated, written as a
// dataset in JSON Lines and as Parquet, and read back.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "langsmith";
import {
  convertMessagesForFinetuning,
  curate,
  loadChatSessions,
  readDataset,
  selectRuns,
  writeDataset,
} from "langsmith-finetune";
import { startSandbox } from "langsmith-finetune/sandbox";

const sandbox = await startSandbox();
const folder = await mkdtemp(join(tmpdir(), "pipeline-"));
try {
  const client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
  const time = new Date().toISOString();
  sandbox.langsmith.addRuns(
    Array.from({ length: 20 }, (_, index) => ({
      name: "ChatOpenAI",
      run_type: "llm",
      start_time: time,
      end_time: time,
      inputs: { messages: [{ role: "user", content: `Write to nobody${index}@example.com: what is ${index} + 1?` }] },
      outputs: { choices: [{ message: { role: "assistant", content: `${index + 1}` }, finish_reason: "stop" }] },
    })),
    { projectName: "support-bot" },
  );
  const rows = convertMessagesForFinetuning(loadChatSessions(selectRuns({ projectName: "support-bot" }, { client })));
  const curated = await curate(rows, {
    tokens: { model: "gpt-4.1-mini-2025-04-14" },
    split: { validation: 0.2 },
    redact: true,
  });
  await writeDataset(join(folder, "dataset"), curated, { parquet: true });
  const { train, validation } = await readDataset(join(folder, "dataset"));
  const texts = [];
  for (const split of [train, validation]) for await (const row of split) texts.push(row.messages[0].content);
  console.log(
    texts.length,
    texts.filter((text) => text.includes("@example.com")).length,
    curated.report.tokens !== undefined,
  );
} finally {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
}
