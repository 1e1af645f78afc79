// Checked by the type check of the tests: a wrong line here does not compile.
import { expectTypeOf } from "vitest";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import {
  chatModel,
  deploy,
  fineTune,
  resumeFineTune,
  startFineTune,
  teardown,
  terminalProgress,
  type AnyIterable,
  type FineTuneBackend,
  type FineTuneJob,
  type FineTuneOptions,
  type FineTuneProgress,
  type FineTunedModel,
  type JobReference,
  type JsonValue,
  type PreferenceExample,
  type ProgressListener,
  type TrainingExample,
} from "langsmith-finetune";
import { azure, foundry } from "langsmith-finetune/backends/azure";
import { crusoe } from "langsmith-finetune/backends/crusoe";
import { nebius } from "langsmith-finetune/backends/nebius";
import { openAI } from "langsmith-finetune/backends/openai";

declare const backend: FineTuneBackend;
declare const tuned: FineTunedModel;
declare const examples: AnyIterable<TrainingExample>;
declare const pairs: AsyncIterable<PreferenceExample>;

expectTypeOf(fineTune).parameter(0).toEqualTypeOf<FineTuneOptions>();
expectTypeOf(fineTune({ examples, backend })).resolves.toEqualTypeOf<FineTunedModel>();
expectTypeOf(
  fineTune({ examples: pairs, backend, validation: examples, method: "preference" }),
).resolves.toEqualTypeOf<FineTunedModel>();
expectTypeOf(startFineTune({ examples, backend })).resolves.toEqualTypeOf<FineTuneJob>();
expectTypeOf(resumeFineTune({} as JobReference, { backend })).toEqualTypeOf<FineTuneJob>();
expectTypeOf(chatModel(tuned)).resolves.toExtend<BaseChatModel>();
expectTypeOf((await chatModel(tuned)).bindTools([])).toBeObject();
expectTypeOf(deploy(tuned, { backend, sku: "standard" })).resolves.toEqualTypeOf<FineTunedModel>();
expectTypeOf(teardown(tuned, { backend })).resolves.toEqualTypeOf<FineTunedModel>();
expectTypeOf(terminalProgress()).toExtend<ProgressListener>();
for (const create of [openAI, nebius, crusoe, azure, foundry])
  expectTypeOf(create).returns.toEqualTypeOf<FineTuneBackend>();

// What is stored is JSON.
expectTypeOf<JobReference["details"]>().toExtend<JsonValue | undefined>();
expectTypeOf<FineTunedModel["method"]>().toEqualTypeOf<"supervised" | "preference" | "unpaired" | "reinforcement">();

// A progress is told by its type.
declare const progress: FineTuneProgress;
if (progress.type === "metrics") expectTypeOf(progress.loss).toEqualTypeOf<number | undefined>();
if (progress.type === "created") expectTypeOf(progress.job).toEqualTypeOf<JobReference>();

// @ts-expect-error -- examples are rows, not strings
void fineTune({ examples: ["row"], backend });
// @ts-expect-error -- a backend is needed
void fineTune({ examples });
// @ts-expect-error -- the option is epochs
void fineTune({ examples, backend, epoch: 3 });
// @ts-expect-error -- a model is needed
openAI({});
// @ts-expect-error -- Nebius takes an absolute learning rate
nebius({ model: "m", learningRateMultiplier: 2 });
