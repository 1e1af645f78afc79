import type { ExampleSource, TrainingExample } from "langsmith-finetune";
export function benchRows(
  count: number,
  withSource: (row: TrainingExample, source: ExampleSource) => TrainingExample,
): Generator<TrainingExample, void, undefined>;
