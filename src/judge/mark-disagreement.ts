import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { join } from "node:path";
import { InvalidOptionError } from "../errors.js";
import { callback, iterable, positiveInteger, record, required } from "../internal/kinds.js";
import { checkArgument, checkOptions } from "../internal/options.js";
import { lineOf } from "../internal/row-names.js";
import { reportSkips } from "../internal/skips.js";
import { reiterableChunks } from "../internal/step.js";
import { sourceOf, targetsOf, withSource } from "../source.js";
import type { AnyIterable, AssistantTrainingMessage, TrainingExample } from "../types.js";
import { answerKey, askModel } from "./asking/ask-model.js";
import { askKinds, chatModelKind, type AskOptions } from "./asking/ask-options.js";
import { checkBindable } from "./asking/bind-model.js";
import { createCaller, createFailureCount } from "../internal/calls-in-flight.js";
import { inOrder } from "../internal/in-order.js";
import { createAskMeter } from "./asking/meter.js";
import { openCache } from "../internal/storage/paid-cache.js";
import { promptOf, type AskedPrompt } from "./asking/prompt-of.js";
import { sameAnswer } from "./relabel/same-answer.js";

/** Options of {@link markDisagreement}. */
export interface DisagreementOptions extends AskOptions {
  /** The models that are asked, by name: base and tuned, or one with several `samples`. */
  models: Readonly<Record<string, BaseChatModel>>;
  /** How many answers each model gives to each prompt. @default 1 */
  samples?: number;
  /**
   * Whether two answers say the same.
   * @default the same text and calls, up to white space, ids and the order of keys
   */
  same?: (left: AssistantTrainingMessage, right: AssistantTrainingMessage) => boolean;
}

/**
 * Asks models the prompts of rows and says how much their answers differ: `sourceOf(row).disagreement` is the share of
 * pairs of answers that say something else, of the answer of the row on which they differ most. The rows and their order
 * do not change. `sampleExamples({ size, score: (_, { disagreement }) => disagreement ?? 0 })` then takes those first that a
 * person, or a better model, should look at. An answer that fails is left out of the pairs; a row with fewer than two
 * answers left to each prompt passes without a mark, and goes to `onSkip` with `model-failed`.
 *
 * @throws {InvalidOptionError} for an option that cannot be used, and for a model that cannot bind a row's tools.
 * @throws {FinetuneError} where a model fails on its first calls.
 *
 * @example
 * ```ts
 * import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
 * import { markDisagreement, sampleExamples, type TrainingExample } from "langsmith-finetune";
 *
 * declare const rows: AsyncIterable<TrainingExample>;
 * declare const base: BaseChatModel;
 * declare const tuned: BaseChatModel;
 *
 * const marked = markDisagreement(rows, { models: { base, tuned }, cache: ".answers" });
 * const worth = sampleExamples(marked, { size: 100, score: (_, { disagreement }) => disagreement ?? 0 });
 * ```
 */
export function markDisagreement<T extends TrainingExample>(
  examples: AnyIterable<T>,
  options: DisagreementOptions,
): AsyncIterable<T> {
  checkArgument("examples", examples, iterable);
  checkOptions<DisagreementOptions>("markDisagreement", options, {
    models: required(record(chatModelKind)),
    samples: positiveInteger,
    same: callback,
    ...askKinds,
  });
  const { models, samples = 1 } = options;
  if (Object.keys(models).length * samples < 2)
    throw new InvalidOptionError({
      option: "models",
      value: Object.keys(models),
      message: "One answer cannot differ from itself: two models are needed, or two samples of one.",
    });
  return reiterableChunks(async function* () {
    for await (const row of pass(examples, options)) yield [row];
  });
}

async function* pass<T extends TrainingExample>(
  examples: AnyIterable<T>,
  options: DisagreementOptions,
): AsyncGenerator<T, void, undefined> {
  const { models, samples = 1, same = sameAnswer, signal } = options;
  const { concurrency = 4, requestsPerMinute, retries = 3, giveUpAfter = 10 } = options;
  signal?.throwIfAborted();
  const cache = await openCache(options.cache === undefined ? undefined : join(options.cache, "answers.jsonl"));
  const caller = await createCaller({ concurrency, requestsPerMinute, signal });
  const failures = createFailureCount(giveUpAfter);
  const meter = createAskMeter("compare", "answer", undefined, options.onProgress);
  const skips = reportSkips("markDisagreement", options);

  const ask = async (name: string, model: BaseChatModel, prompt: AskedPrompt, sample: number) => {
    const key = answerKey(name, model, prompt.inputs, sample, prompt);
    const { value, shared } = await caller.call(key, (own) =>
      askModel(name, model, prompt.inputs, { cache, retries, signal: own, sample, asked: prompt }),
    );
    if (value.error === undefined) failures.succeeded(name);
    else failures.failed(name, value.error);
    meter.add({ cached: shared || value.cached === true, failed: value.error !== undefined });
    return value;
  };
  const differ = async (row: T, message: number, runId: string | undefined): Promise<number | undefined> => {
    const prompt = promptOf(row, { message, ...(runId !== undefined && { runId }) });
    const asked = Object.entries(models).flatMap(([name, model]) =>
      Array.from({ length: samples }, (_, sample) => ask(name, model, prompt, sample)),
    );
    return shareOfDifferent(
      (await Promise.all(asked)).flatMap((answer) => answer.message ?? []),
      same,
    );
  };

  try {
    const work = async (row: T, number: number) => {
      for (const [name, model] of Object.entries(models)) checkBindable(name, model, row);
      const shares = await Promise.all(targetsOf(row).map(({ message, runId }) => differ(row, message, runId)));
      return { row, number, shares: shares.filter((share) => share !== undefined) };
    };
    for await (const { row, number, shares } of inOrder(examples, concurrency * 2, work, (reason) =>
      caller.stop(reason),
    )) {
      signal?.throwIfAborted();
      if (shares.length > 0) {
        yield withSource({ ...row }, { ...sourceOf(row), disagreement: Math.max(...shares) });
        continue;
      }
      const { runId } = sourceOf(row);
      skips.skip({
        code: "model-failed",
        message: "Fewer than two answers came to each prompt of the row.",
        line: lineOf(row, number),
        ...(runId !== undefined && { runId }),
      });
      yield row;
    }
    meter.end();
  } finally {
    caller.stop(new Error("Asking has ended."));
    skips.close();
  }
}

function shareOfDifferent(
  answers: readonly AssistantTrainingMessage[],
  same: (left: AssistantTrainingMessage, right: AssistantTrainingMessage) => boolean,
): number | undefined {
  if (answers.length < 2) return undefined;
  let pairs = 0;
  let different = 0;
  for (const [index, left] of answers.entries()) {
    for (const right of answers.slice(index + 1)) {
      pairs += 1;
      if (!same(left, right)) different += 1;
    }
  }
  return different / pairs;
}
