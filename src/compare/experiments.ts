import type { Client } from "langsmith";
import { loadPackage } from "../internal/load-package.js";
import { toServiceError } from "../http/service-error.js";
import { cacheKey } from "../internal/storage/paid-cache.js";
import type { Comparison, ComparisonCase } from "./types.js";

/** Options of a comparison that also lands in LangSmith. */
export interface ExperimentOptions {
  /** @default a client of the environment's settings */
  client?: Client;
  /**
   * The dataset that the rows become. One of this name that was made of the same rows is used again.
   * @default "comparison " and the beginning of the rows' hash
   */
  datasetName?: string;
  /** What each experiment's name begins with; the model's name follows. @default "comparison" */
  experimentPrefix?: string;
}

/**
 * Makes a dataset of the rows, and an experiment of each model by langsmith's own `evaluate`, whose
 * comparison view then shows them side by side. Answers and scores are those that are there already:
 * no model is asked again.
 */
export async function runExperiments(
  cases: readonly ComparisonCase[],
  names: readonly string[],
  { client: own, datasetName, experimentPrefix = "comparison" }: ExperimentOptions,
  signal: AbortSignal | undefined,
): Promise<NonNullable<Comparison["experiments"]>> {
  const { Client } = await loadPackage("langsmith", "Writing experiments", () => import("langsmith"));
  const { evaluate } = await loadPackage("langsmith", "Writing experiments", () => import("langsmith/evaluation"));
  const client = own ?? new Client();
  const hash = cacheKey(cases.map(({ inputs, reference }) => [inputs, reference])).slice(0, 12);
  const name = datasetName ?? `comparison ${hash}`;
  const experiments: NonNullable<Comparison["experiments"]> = {};
  try {
    await ensureDataset(client, name, hash, cases);
    const byNumber = new Map(cases.map((one) => [one.number, one]));
    for (const model of names) {
      signal?.throwIfAborted();
      const caseOf = (metadata: { comparison_case?: unknown } | undefined) =>
        byNumber.get(Number(metadata?.comparison_case));
      const bySerialInputs = new Map(cases.map((one) => [cacheKey(one.inputs), one]));
      const results = await evaluate(
        (inputs: Record<string, unknown>) => {
          const answer = bySerialInputs.get(cacheKey(inputs))?.answers[model];
          if (answer?.message === undefined) throw new Error(answer?.error ?? "The model gave no answer.");
          return { ...answer.message };
        },
        {
          data: name,
          client,
          experimentPrefix: `${experimentPrefix} ${model}`,
          description: "Made by langsmith-finetune: a tuned model against its base.",
          maxConcurrency: 4,
          metadata: { model, rows: hash },
          evaluators: [
            ({ example }: { example: { metadata?: Record<string, unknown> } }) => ({
              results: Object.entries(caseOf(example.metadata)?.scores ?? {}).flatMap(([key, scores]) => {
                const { score, comment } = scores[model] ?? {};
                return score === undefined ? [] : [{ key, score, comment }];
              }),
            }),
          ],
        },
      );
      experiments[model] = { name: results.experimentName };
    }
    await client.awaitPendingTraceBatches();
  } catch (error) {
    signal?.throwIfAborted();
    throw toServiceError(error, { service: "LangSmith" });
  }
  return experiments;
}

async function ensureDataset(
  client: Client,
  name: string,
  hash: string,
  cases: readonly ComparisonCase[],
): Promise<void> {
  if (await client.hasDataset({ datasetName: name })) {
    const { metadata } = (await client.readDataset({ datasetName: name })) as { metadata?: { rows?: unknown } };
    if (metadata?.rows === hash) return;
    throw new Error(`LangSmith has a dataset "${name}" that was not made of these rows. Pass another datasetName.`);
  }
  const dataset = await client.createDataset(name, {
    description: "Held-out rows of a comparison.",
    metadata: { rows: hash },
  });
  await client.createExamples(
    cases.map(({ number, inputs, reference, source }) => ({
      dataset_id: dataset.id,
      inputs: { ...inputs },
      outputs: { ...reference },
      metadata: { comparison_case: number, ...(source.runId ? { run_id: source.runId } : {}) },
    })),
  );
}
