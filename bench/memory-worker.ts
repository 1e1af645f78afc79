import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { langsmithFinetune } from "./package.js";
import { runLine } from "./runs.js";

const { convertMessagesForFinetuning, loadChatSessions, writeJsonl } = langsmithFinetune;
const count = Number(process.argv[2]);

function* lines() {
  for (let index = 0; index < count; index++) yield runLine(index);
}

const folder = await mkdtemp(join(tmpdir(), "bench-memory-"));
const start = performance.now();
try {
  const { rows } = await writeJsonl(join(folder, "rows.jsonl"), convertMessagesForFinetuning(loadChatSessions(lines())));
  process.stdout.write(JSON.stringify({ rows, megabytes: process.resourceUsage().maxRSS / 1024, seconds: (performance.now() - start) / 1000 }));
} finally {
  await rm(folder, { recursive: true });
}
