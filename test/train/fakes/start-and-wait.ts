// Run in a process of its own, to be killed: starts a job on twelve rows and waits for it.
import { fineTune } from "langsmith-finetune";
import { openAI } from "langsmith-finetune/backends/openai";
import { killRows } from "./kill-rows.js";

const [url = "", directory = ""] = process.argv.slice(2);
await fineTune({
  examples: killRows,
  backend: openAI({ model: "gpt-4o-mini-2024-07-18", baseURL: url, apiKey: "sk-test" }),
  directory,
  pollInterval: 20,
});
