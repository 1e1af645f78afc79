// LoRA and DPO with the real trl, a few steps each: that they are taken, saved and served, not that anything is learned.
import { fineTune, type PreferenceExample, type TrainingExample } from "langsmith-finetune";
import { trl, type TrlOptions } from "langsmith-finetune/backends/trl";
import { countRight, whileServed } from "./chain.js";
import { check } from "./report.js";

interface Place {
  /** A model that knows the task. */
  model: string;
  python: string;
  directory: string;
  rows: readonly TrainingExample[];
}

export async function checkAdapters({ model, python, directory, rows }: Place): Promise<void> {
  const backend = (lora: TrlOptions["lora"]) =>
    trl({
      model,
      python,
      directory,
      lora,
      environment: { HF_HUB_OFFLINE: "1" },
      perDeviceBatchSize: 4,
      loggingSteps: 1,
      learningRate: 1e-6,
      config: { use_cpu: true, max_steps: 4 },
    });

  const adapter = await fineTune({ examples: rows, suffix: "lora", backend: backend({ rank: 4 }) });
  check(adapter.details?.adapter === true, "LoRA gives an adapter");
  const asked = rows.slice(0, 5);
  const right = await whileServed(adapter, python, (served) => countRight(served, asked));
  check(
    right >= 4,
    `which is merged and served: ${right} of ${asked.length} answers are right after ${4} steps at a rate that changes next to nothing`,
  );

  const pairs = rows.map(toPair);
  for (const lora of [{ rank: 4 }, false] as const) {
    const tuned = await fineTune({ examples: pairs, suffix: lora ? "dpo-lora" : "dpo", backend: backend(lora) });
    check(
      tuned.method === "preference" && tuned.details?.adapter === (lora !== false),
      `trl dpo takes preference pairs with tools, ${lora ? "with LoRA" : "with all weights"}`,
    );
  }
}

/** The row's answer, and one without the call. */
function toPair({ messages, tools }: TrainingExample): PreferenceExample {
  const answer = messages.at(-1);
  if (answer?.role !== "assistant") throw new Error("The row has no answer.");
  return {
    input: { messages: messages.slice(0, -1), tools },
    preferred_output: [answer],
    non_preferred_output: [{ role: "assistant", content: "I do not know." }],
  };
}
