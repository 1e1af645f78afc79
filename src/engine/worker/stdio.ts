import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Request } from "./protocol.js";
import { serve } from "./serve.js";

// The worker as a process, for whatever can start one and write lines to it: `node stdio.js [JOB]`, where JOB is a file
// with the first request. One request a line on stdin, one answer a line on stdout, both JSON. Ends with its input.
const answer = process.stdout.write.bind(process.stdout);
// What a module of steps prints must not stand among the answers.
process.stdout.write = process.stderr.write.bind(process.stderr);

async function work(job: string | undefined): Promise<void> {
  const take = serve((content) => void answer(`${JSON.stringify(content)}\n`));
  if (job !== undefined) void take(JSON.parse(await readFile(job, "utf8")) as Request);
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() !== "") void take(JSON.parse(line) as Request);
  }
}

void work(process.argv[2]);
