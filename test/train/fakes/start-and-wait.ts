// Run in a process of its own, beside others or to be killed: starts a job on twelve rows and waits for it.
//   start-and-wait.ts <address> <folder> [openai|fireworks] [process|machine]
import { fineTune } from "langsmith-finetune";
import { fireworks } from "langsmith-finetune/backends/fireworks";
import { openAI } from "langsmith-finetune/backends/openai";
import { killRows } from "./kill-rows.js";

const [url = "", directory = "", service = "openai", lock = "process"] = process.argv.slice(2);
console.log("starts");
const { job } = await fineTune({
  examples: killRows,
  backend:
    service === "openai"
      ? openAI({ model: "gpt-4o-mini-2024-07-18", baseURL: url, apiKey: "sk-test" })
      : fireworks({
          model: "llama-v3p1-8b-instruct",
          accountId: "acme",
          apiKey: "fw_very-secret-key-of-a-test",
          baseURL: url,
          pollInterval: 20,
        }),
  directory,
  lock: lock as "process" | "machine",
  pollInterval: 20,
});
console.log(`ended ${job}`);
