import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
// Plain JavaScript on the build: a loader for TypeScript takes more memory than what is measured.
import { convertMessagesForFinetuning, loadChatSessions, writeJsonl } from "../dist/index.js";
import { runLine } from "./runs.mjs";

const count = Number(process.argv[2]);

function* lines() {
  for (let index = 0; index < count; index++) yield runLine(index);
}

const folder = await mkdtemp(join(tmpdir(), "bench-memory-"));
const start = performance.now();
try {
  const { rows } = await writeJsonl(
    join(folder, "rows.jsonl"),
    convertMessagesForFinetuning(loadChatSessions(lines())),
  );
  process.stdout.write(
    JSON.stringify({
      rows,
      megabytes: process.resourceUsage().maxRSS / 1024,
      seconds: (performance.now() - start) / 1000,
    }),
  );
} finally {
  await rm(folder, { recursive: true });
}
