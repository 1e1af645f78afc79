import type { TrainingExample } from "langsmith-finetune";

export const rubric = "Keep what is right.";
/** Twenty rows, of which two are the same. */
export const killRows: TrainingExample[] = Array.from({ length: 20 }, (_, index) => ({
  messages: [
    { role: "user", content: `What is ${index % 19}+1?` },
    { role: "assistant", content: `${(index % 19) + 1}` },
  ],
}));
