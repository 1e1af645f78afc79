// Compares rows by meaning with a stand-in that writes down what it is asked, and may end the process while it does.
import { appendFileSync } from "node:fs";
import { deduplicate } from "../../src/curate/duplicates/deduplicate.js";

const [cache = "", log = "", word] = process.argv.slice(2);
let calls = 0;
const embeddings = {
  model: "stand-in",
  embedQuery: async () => [1],
  async embedDocuments(texts: string[]) {
    calls += 1;
    if (word === "die" && calls === 3) process.kill(process.pid, "SIGKILL");
    appendFileSync(log, `${texts.join("\n")}\n`);
    return texts.map((text) => [text.length, 1]);
  },
};
const rows = Array.from({ length: 8 }, (_, index) => ({
  messages: [
    { role: "user" as const, content: `q${index}` },
    { role: "assistant" as const, content: "a" },
  ],
}));
const semantic = { embeddings, text: "prompt" as const, cache, threshold: 1, batchSize: 2, concurrency: 1 };
const options = { onSkip: () => undefined, semantic };
for await (const row of deduplicate(rows, options)) if (row === undefined) throw new Error("A row is missing.");
