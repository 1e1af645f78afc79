import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs `work` with a path for its rows, and prints what it gives with the highest memory of this process and its seconds. */
export async function printMeasured(work) {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const start = performance.now();
  try {
    const figures = await work(join(folder, "rows.jsonl"));
    const seconds = (performance.now() - start) / 1000;
    process.stdout.write(JSON.stringify({ ...figures, megabytes: process.resourceUsage().maxRSS / 1024, seconds }));
  } finally {
    await rm(folder, { recursive: true });
  }
}
