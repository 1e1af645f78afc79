import type { TrainingExample } from "langsmith-finetune";

export const killRows: TrainingExample[] = Array.from({ length: 12 }, (_, index) => ({
  messages: [
    { role: "user", content: `How much is ${index} plus one?` },
    { role: "assistant", content: String(index + 1) },
  ],
}));
