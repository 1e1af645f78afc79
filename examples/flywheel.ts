// The loop in one file: traffic, a dataset, a tuned model, a tenth of the traffic for it, a comparison
// that may be read any day, and the next dataset from what it answered.
//
// As it stands it runs against the sandbox and costs nothing. With --live it works on your LangSmith
// project and your provider, and each step that costs money needs its own flag:
//   npx tsx examples/flywheel.ts --live support-bot --tune --serve
// (never run live by its authors)
import { writeFile } from "node:fs/promises";
import { awaitAllCallbacks } from "@langchain/core/callbacks/promises";
import { LangChainTracer } from "@langchain/core/tracers/tracer_langchain";
import { ChatOpenAI } from "@langchain/openai";
import { Client } from "langsmith";
import {
  Calculator,
  chatModel,
  compareArms,
  convertMessagesForFinetuning,
  convertToOpenAITool,
  curate,
  fineTune,
  loadChatSessions,
  renderArmsHtml,
  routedChatModel,
  selectRuns,
} from "langsmith-finetune";
import { openAI } from "langsmith-finetune/backends/openai";
import { projectName as sandboxProject, startTracedProject } from "./traced-project.js";

const words = process.argv.slice(2);
const isLive = words.includes("--live");
const mayPay = (step: string) => !isLive || words.includes(`--${step}`);
const { sandbox } = isLive ? { sandbox: undefined } : await startTracedProject();
const projectName = isLive ? (words.find((word) => !word.startsWith("--")) ?? "") : sandboxProject;
const baseModel = "gpt-4o-mini-2024-07-18";

// 1. The dataset, from the traffic of the base model.
const rows = (query: object) => convertMessagesForFinetuning(loadChatSessions(selectRuns({ projectName, ...query })));
const dataset = await curate(rows({}), { onSkip: () => {} });
console.log(`1. dataset: ${dataset.report.rows.train} rows`);

// 2. The tuned model.
if (!mayPay("tune")) {
  console.log("2. tuning costs money: pass --tune");
  process.exit(0);
}
const tuned = await fineTune({ examples: dataset.train, backend: openAI({ model: baseModel }) });
console.log(`2. tuned: ${tuned.model}`);

// 3. A tenth of the users get it. The share is asked at each call: 0 takes effect at once.
if (!mayPay("serve")) {
  console.log("3. serving costs money: pass --serve");
  process.exit(0);
}
const settings = { share: 0.1 };
const model = routedChatModel({
  base: new ChatOpenAI({ model: baseModel }),
  tuned: await chatModel(tuned),
  share: () => settings.share,
  key: ({ metadata }) => metadata.user_id as string | undefined,
});
const assistant = model.bindTools?.([convertToOpenAITool(Calculator)]) ?? model;
const client = new Client();
const tracer = new LangChainTracer({ projectName, client });
// In live mode this stands for your application. Here 150 users ask, and rate what they got.
const answered: { runId: string; isLiked: boolean }[] = [];
for (let user = 0; user < (isLive ? 0 : 150); user += 1) {
  await assistant.invoke(`What's ${user}*3?`, {
    metadata: { user_id: `user-${user}` },
    callbacks: [
      tracer,
      {
        // A stand-in for people: they like four of five answers of the tuned model, and half of the others.
        handleChatModelStart: (_model, _messages, runId, _parent, _extra, _tags, metadata) => {
          answered.push({ runId, isLiked: metadata?.arm === "tuned" ? user % 5 !== 0 : user % 2 === 0 });
        },
      },
    ],
  });
}
await awaitAllCallbacks();
await client.awaitPendingTraceBatches();
const { id: sessionId } = await client.readProject({ projectName });
for (const { runId, isLiked } of answered) {
  await client.createFeedback(runId, "user_score", { score: Number(isLiked), sessionId });
}
console.log(`3. routed: ${model.counts.tuned} of ${model.counts.tuned + model.counts.base} calls to the tuned model`);

// 4. Did it help? The verdict may be read any day.
const comparison = await compareArms({ projectName }, { rating: "user_score" });
await writeFile("arms.html", renderArmsHtml(comparison));
console.log(`4. ${comparison.headline} See arms.html.`);

// 5. The next dataset: what the tuned model answered and people liked.
const next = await curate(rows({ arm: "tuned", feedback: { key: "user_score", min: 1 } }), { onSkip: () => {} });
console.log(`5. next dataset: ${next.report.rows.train} rows of the tuned model`);
await sandbox?.close();
