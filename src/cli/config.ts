import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { CurateOptions } from "../curate/curate-options.js";
import type { LoadOptions } from "../load/load-chat-sessions.js";
import type { RunQuery } from "../select/query/run-query.js";
import type { FineTuneBackend } from "../train/backend.js";
import type { FineTuneOptions } from "../train/options.js";

/** What `langsmith-finetune.config.ts` may say. Options of the command line win over it. */
export interface FinetuneConfig {
  /** Where the model is tuned: `together({ model })`, … */
  backend?: FineTuneBackend;
  /** For `select` and `export`. */
  select?: Partial<RunQuery>;
  /** For `rows`. */
  load?: LoadOptions;
  /** For `curate` and `report`. */
  curate?: CurateOptions;
  /** For `train`. */
  train?: Partial<Omit<FineTuneOptions, "examples" | "backend">>;
  /** For `compare`: chat models by name, the first of them is the one that the others are compared with. */
  models?: Record<string, BaseChatModel>;
}

/**
 * The type of a configuration file, checked while it is written.
 *
 * @example
 * ```ts
 * // langsmith-finetune.config.ts
 * import { defineConfig } from "langsmith-finetune/config";
 * import { together } from "langsmith-finetune/backends/together";
 *
 * export default defineConfig({
 *   backend: together({ model: "Qwen/Qwen3-8B" }),
 *   select: { projectName: "support-bot" },
 *   curate: { split: true },
 * });
 * ```
 */
export function defineConfig(config: FinetuneConfig): FinetuneConfig {
  return config;
}
