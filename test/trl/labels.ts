// Answers with a label by the real `trl kto`: what its dataset learns, and a few steps of training.
import {
  fineTune,
  labelsFromFeedback,
  type TrainingExample,
  type UnpairedExample,
  withSource,
} from "langsmith-finetune";
import { trl, type TrlOptions } from "langsmith-finetune/backends/trl";
import { learnedOf, writeJob, writeOnly } from "./look.js";
import { check } from "./report.js";

interface Place {
  model: string;
  python: string;
  directory: string;
  rows: readonly TrainingExample[];
}

export async function checkLabels({ model, python, directory, rows }: Place): Promise<void> {
  const labelled: UnpairedExample[] = [];
  const rated = rows.flatMap(withRatings);
  for await (const row of labelsFromFeedback(rated, { key: "thumb", good: 1, onSkip() {} })) labelled.push(row);
  check(
    labelled.length === 2 * rows.length && labelled.filter(({ label }) => label).length === rows.length,
    `${rows.length} answers with a thumb up and as many with one down are ${labelled.length} labelled rows`,
  );
  const backend = (options: Partial<TrlOptions>) =>
    trl({
      model,
      python,
      directory,
      environment: { HF_HUB_OFFLINE: "1" },
      perDeviceBatchSize: 4,
      loggingSteps: 1,
      config: { use_cpu: true, max_steps: 4 },
      ...options,
    });
  const folder = await writeJob({ examples: labelled, backend: backend({ runner: writeOnly, lora: false }) });
  const [job] = await learnedOf(python, "kto", [folder]);
  const answers = labelled.map(({ completion }) => answerOf(completion));
  check(
    job?.rows?.length === labelled.length &&
      job.rows.every(({ learned }, index) => learned.length === 1 && learned[0]?.includes(answers[index] ?? " ")),
    `in TRL's own dataset the loss covers the answer of each${job?.error ? `: ${job.error}` : ""}`,
  );
  for (const lora of [{ rank: 4 }, false] as const) {
    const losses: number[] = [];
    const tuned = await fineTune({
      examples: labelled,
      suffix: lora ? "kto-lora" : "kto",
      backend: backend({ lora }),
      onProgress(progress) {
        if (progress.type === "metrics" && progress.loss !== undefined) losses.push(progress.loss);
      },
    });
    check(
      tuned.method === "unpaired" && tuned.details?.adapter === (lora !== false) && losses.length >= 4,
      `trl kto trains ${lora ? "with LoRA" : "all weights"}: losses ${losses.map((loss) => loss.toFixed(3)).join(", ")}`,
    );
  }
}

/** The row's answer, liked, and another one to the same prompt, disliked. */
function withRatings(row: TrainingExample): TrainingExample[] {
  const bad: TrainingExample = {
    ...row,
    messages: [...row.messages.slice(0, -1), { role: "assistant", content: "I do not know." }],
  };
  return [
    withSource({ ...row }, { feedback: { thumb: { average: 1, count: 1 } } } as never),
    withSource(bad, { feedback: { thumb: { average: 0, count: 1 } } } as never),
  ];
}

/** What must stand in the stretch that is learned. */
function answerOf(completion: UnpairedExample["completion"]): string {
  if (typeof completion === "string") return completion;
  const [{ content, tool_calls: calls }] = completion;
  return calls?.[0]?.function.name ?? String(content);
}
