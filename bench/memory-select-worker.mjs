import { Client } from "langsmith";
// Plain JavaScript on the build: a loader for TypeScript takes more memory than what is measured.
import { convertMessagesForFinetuning, loadChatSessions, selectRuns, writeJsonl } from "../dist/index.js";
import { printMeasured } from "./measured.mjs";

const { url, query, options } = JSON.parse(process.argv[2]);

await printMeasured(async (path) => {
  const client = new Client({ apiUrl: url, apiKey: "lsv2_pt_bench" });
  const runs = selectRuns(query, { client, rateLimit: false, ...options });
  const { rows } = await writeJsonl(path, convertMessagesForFinetuning(loadChatSessions(runs)));
  return { rows };
});
