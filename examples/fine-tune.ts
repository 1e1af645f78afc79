// A job: started, stored, taken up again elsewhere, and its model used.
import {
  chatModel,
  fineTune,
  resumeFineTune,
  startFineTune,
  terminalProgress,
  type JobReference,
  type TrainingExample,
} from "langsmith-finetune";
import { openAI } from "langsmith-finetune/backends/openai";
import { startSandbox } from "langsmith-finetune/sandbox";

const sandbox = await startSandbox();
const backend = openAI({ model: "gpt-4o-mini-2024-07-18", baseURL: sandbox.openai.url, apiKey: sandbox.openai.apiKey });
const examples = Array.from({ length: 12 }, (_, index): TrainingExample => ({
  messages: [
    { role: "user", content: `What is the capital of country ${index}?` },
    { role: "assistant", content: `City ${index}.` },
  ],
}));

const job = await startFineTune({ examples, backend, suffix: "capitals" });
const stored = JSON.stringify(job.reference);
console.log(stored);

// Another process, another machine:
const tuned = await resumeFineTune(JSON.parse(stored) as JobReference, {
  backend,
  onProgress: terminalProgress({ stream: process.stdout }),
}).wait();
const model = await chatModel(tuned, { apiKey: sandbox.openai.apiKey });
console.log((await model.invoke("What is the capital of country 7?")).text);

// The same call finds the same job, and starts no second one.
console.log((await fineTune({ examples, backend, suffix: "capitals" })).job === job.reference.id);

// Rows that the provider would refuse never leave this machine.
const broken: TrainingExample[] = [...examples, { messages: [{ role: "user", content: "And?" }] }];
await fineTune({ examples: broken, backend }).catch((error: unknown) => console.log(String(error)));
await sandbox.close();
