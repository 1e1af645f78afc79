// Run in a process of its own, to be killed: judges twenty rows, one call after the other.
import { judgeExamples } from "langsmith-finetune";
import { clientOf } from "./judge-server.js";
import { killRows, rubric } from "./kill-rows.js";

const [url = "", cache = ""] = process.argv.slice(2);
const judged = judgeExamples(killRows, { judges: { model: clientOf(url) }, rubric, cache, concurrency: 1 });
for await (const row of judged) void row;
