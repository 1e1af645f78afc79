// The process that the export test kills: exports until it is done, and says what it wrote.
import { Client } from "langsmith";
import { exportRuns } from "../../src/select/export-runs.js";

const [, , apiUrl = "", apiKey = "", path = "", until = ""] = process.argv;
const result = await exportRuns(
  path,
  { projectName: "bot", since: "2026-01-01", until },
  {
    client: new Client({ apiUrl, apiKey }),
    pageSize: 20,
    concurrency: 3,
    rateLimit: false,
    // Two rows of a run, so that a row may stand between two runs.
    convert: (runs) =>
      runs.flatMap(({ id, start_time }) => [
        { id, start_time },
        { id, again: true },
      ]),
  },
);
console.log(JSON.stringify(result));
