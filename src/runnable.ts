import { callback, text } from "./internal/kinds.js";
import { checkArgument, checkOptions } from "./internal/options.js";
import type { RunnableConfig } from "@langchain/core/runnables";
import { Runnable } from "@langchain/core/runnables";

/** What a step gets beside its input when it runs as a Runnable. */
export interface StepContext {
  /** Aborts when the caller of the chain aborts. */
  signal?: AbortSignal;
}

/** Options of {@link asRunnable}. */
export interface AsRunnableOptions {
  /**
   * The name that callbacks and traces show.
   * @default the function's own name
   */
  name?: string;
}

class StepRunnable<Input, Output> extends Runnable<Input, Output> {
  lc_namespace = ["langsmith_finetune", "runnable"];
  private readonly step: (input: Input, context: StepContext) => Output | Promise<Output>;

  constructor(step: (input: Input, context: StepContext) => Output | Promise<Output>, name: string) {
    super();
    this.step = step;
    this.name = name;
  }

  override async invoke(input: Input, options?: Partial<RunnableConfig>): Promise<Output> {
    return this._callWithConfig(
      async (value: Input, config?: Partial<RunnableConfig>) => this.step(value, { signal: config?.signal }),
      input,
      options,
    );
  }
}

/**
 * Any step as a LangChain Runnable. An iterable that goes in or comes out passes through
 * untouched: nothing is read before you iterate it. (A `RunnableLambda` would drain it and
 * add its items together.) Callbacks and tracing see the step start and end; `withRetry`,
 * `withConfig`, `.batch` and `.stream` work as on every Runnable, and `.stream` gives what the
 * step returns as one chunk. The signal of the call is passed to the step as `{ signal }`.
 *
 * @example
 * ```ts
 * import { asRunnable, convertMessagesForFinetuning, loadChatSessions, selectRuns } from "langsmith-finetune";
 *
 * const pipeline = asRunnable(selectRuns)
 *   .pipe(asRunnable(loadChatSessions))
 *   .pipe(asRunnable(convertMessagesForFinetuning));
 * const examples = await pipeline.invoke({ projectName: "support-bot", since: "2026-11-01" });
 * ```
 */
export function asRunnable<Input, Output>(
  step: (input: Input, context: StepContext) => Output | Promise<Output>,
  options: AsRunnableOptions = {},
): Runnable<Input, Output> {
  checkArgument("step", step, callback);
  checkOptions<AsRunnableOptions>("asRunnable", options, { name: text });
  const { name } = options;
  return new StepRunnable(step, name ?? (step.name || "step"));
}
