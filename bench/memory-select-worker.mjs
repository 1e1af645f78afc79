import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "langsmith";
// Plain JavaScript on the build: a loader for TypeScript takes more memory than what is measured.
import { convertMessagesForFinetuning, loadChatSessions, selectRuns, writeJsonl } from "../dist/index.js";

const { url, query, options } = JSON.parse(process.argv[2]);

const folder = await mkdtemp(join(tmpdir(), "bench-memory-"));
const start = performance.now();
try {
  const runs = selectRuns(query, {
    client: new Client({ apiUrl: url, apiKey: "lsv2_pt_bench" }),
    rateLimit: false,
    ...options,
  });
  const { rows } = await writeJsonl(join(folder, "rows.jsonl"), convertMessagesForFinetuning(loadChatSessions(runs)));
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
