// The steps as one LangChain Runnable: callbacks, retries, batches and aborts as in any chain.
import { asRunnable, convertMessagesForFinetuning, fineTune, loadChatSessions, selectRuns } from "langsmith-finetune";
import { openAI } from "langsmith-finetune/backends/openai";
import { projectName, startTracedProject } from "./traced-project.js";

const { sandbox } = await startTracedProject();
const backend = openAI({ model: "gpt-4o-mini-2024-07-18" });

const pipeline = asRunnable(selectRuns)
  .pipe(asRunnable(loadChatSessions))
  .pipe(asRunnable(convertMessagesForFinetuning))
  .pipe(
    asRunnable(
      (examples: Parameters<typeof fineTune>[0]["examples"], { signal }) => fineTune({ examples, backend, signal }),
      { name: "fineTune" },
    ),
  );

const tuned = await pipeline.invoke(
  { projectName },
  {
    callbacks: [
      {
        handleChainStart: (_chain, _inputs, _runId, _parent, _tags, _metadata, _type, name) =>
          console.log("step:", name ?? "pipeline"),
      },
    ],
  },
);
console.log(tuned.model);
await sandbox.close();
