// Which runs: one query on the server, read page by page as they are used.
import { selectRuns } from "langsmith-finetune";
import { projectName, startTracedProject } from "./traced-project.js";

const { sandbox, client } = await startTracedProject();

async function count(what: string, runs: AsyncIterable<unknown>) {
  let found = 0;
  for await (const run of runs) if (run) found += 1;
  console.log(`${String(found).padStart(3)} ${what}`);
}

await count("LLM runs without an error, in traces that succeeded", selectRuns({ projectName }, { client }));
await count("of them with the tag even", selectRuns({ projectName, tags: ["even"] }, { client }));
await count(
  "in traces that somebody liked",
  selectRuns({ projectName, feedback: { key: "user_score", score: 1, on: "root" } }, { client }),
);
await count("the newest three", selectRuns({ projectName, limit: 3 }, { client }));
await count("before this year", selectRuns({ projectName, until: "2026-01-01" }, { client }));

// A name that does not exist is an error that says what there is instead.
await count("of another project", selectRuns({ projectName: "acounting" }, { client })).catch((error: unknown) =>
  console.log(String(error)),
);
await sandbox.close();
