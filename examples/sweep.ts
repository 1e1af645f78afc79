// Several jobs side by side within a budget, and which of their models answers best.
import { sweep, type FineTuneBackend, type TrainingExample } from "langsmith-finetune";
import { openAI } from "langsmith-finetune/backends/openai";
import { startSandbox } from "langsmith-finetune/sandbox";

const sandbox = await startSandbox();
const model = "gpt-4o-mini-2024-07-18";
const tuning = (learningRateMultiplier: number): FineTuneBackend =>
  openAI({ model, baseURL: sandbox.openai.url, apiKey: sandbox.openai.apiKey, learningRateMultiplier });
const examples = Array.from({ length: 15 }, (_, index): TrainingExample => ({
  messages: [
    { role: "user", content: `What is the capital of country ${index}?` },
    { role: "assistant", content: `City ${index}.` },
  ],
}));
const chat = { apiKey: sandbox.openai.apiKey, fields: { temperature: 0 } };

const { ranking, failures, verdict } = await sweep({
  examples: examples.slice(0, 12),
  validation: examples.slice(12),
  jobs: {
    gentle: { backend: tuning(0.5), epochs: 1, chat },
    usual: { backend: tuning(1), epochs: 2, chat },
    // A job that fails is a result: this base model is gone.
    gone: { backend: openAI({ model: "gone", baseURL: sandbox.openai.url, apiKey: sandbox.openai.apiKey }), epochs: 1 },
  },
  prices: [{ model, perMillionTokens: 3, date: "2026-11-29", source: "an example" }],
  maxCost: 5,
  unknownPrice: "allow",
  onEstimate: ({ cost, unpriced }) =>
    console.log(`about $${cost?.toFixed(4)}; no price is known for ${unpriced.join(", ")}`),
});
console.log(verdict.join("\n"));
console.log(`best: ${ranking[0]?.name}, failed: ${failures.map(({ name }) => name).join(", ")}`);
await sandbox.close();
