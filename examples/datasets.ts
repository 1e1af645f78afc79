// A dataset that grows: made, updated, compared, published to LangSmith, and cleaned of what somebody asked to erase.
//
//     npx tsx examples/datasets.ts     against the sandbox: no key, no network
import { Client } from "langsmith";
import {
  convertMessagesForFinetuning,
  eraseFromDatasets,
  LangSmithDatasetChatLoader,
  updateDataset,
  writeLangSmithDataset,
} from "langsmith-finetune";
import { startSandbox } from "langsmith-finetune/sandbox";

const sandbox = await startSandbox();
const client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });

/** One call of a support bot, with its history. Its time is some minutes ago. */
function addCall(user: string, answers: readonly string[], minutes: number): void {
  const messages = answers.flatMap((answer, turn) => [
    { role: "user", content: `${user}'s question ${turn + 1} about order ${user.length * 731}` },
    { role: "assistant", content: answer },
  ]);
  const start = new Date(Date.now() - minutes * 60_000).toISOString();
  const run = {
    name: "support",
    run_type: "llm",
    start_time: start,
    end_time: start,
    inputs: { messages: messages.slice(0, -1) },
    outputs: messages.at(-1) ?? {},
    extra: { metadata: { thread_id: `thread of ${user}`, user_id: user } },
  };
  sandbox.langsmith.addRuns([run], { projectName: "support" });
}

const update = () => updateDataset("support", { projectName: "support" }, { client, userKey: "user_id" });

addCall("Ann", ["It is on its way."], 50);
addCall("Robert", ["You can return it."], 45);
const first = await update();
console.log(`version ${first.version}: ${first.manifest.rows.kept} rows`);

// A month later: a conversation went on, and there is a new one.
addCall("Ann", ["It is on its way.", "Tomorrow."], 20);
addCall("Christine", ["We will look into it."], 15);
const second = await update();
console.log(`version ${second.version}: ${JSON.stringify(second.diff?.reasons)}`);
console.log(`with nothing new: ${(await update()).changed ? "changed" : "the same"}`);

// To LangSmith, and back.
const { created } = await writeLangSmithDataset("support", { name: "support, training", client });
let read = 0;
const loader = new LangSmithDatasetChatLoader({ datasetName: "support, training", client });
for await (const row of convertMessagesForFinetuning(loader)) read += row.messages.length > 0 ? 1 : 0;
console.log(`LangSmith: ${created} examples, ${read} rows read back`);

// Robert asks to be forgotten.
const { rows, datasets } = await eraseFromDatasets("support", { userId: "Robert" });
console.log(`erased: ${rows} rows from ${datasets.length} versions`);
const { removed } = await writeLangSmithDataset("support", { name: "support, training", client, prune: true });
console.log(`LangSmith: ${removed} example removed`);

await sandbox.close();
