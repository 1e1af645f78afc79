// Checked by the compiler: `tsc --noEmit` covers this file.
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { Runnable } from "@langchain/core/runnables";
import {
  asRunnable,
  calculate,
  Calculator,
  chatModel,
  convertMessagesForFinetuning,
  convertToOpenAITool,
  curate,
  fineTune,
  LangSmithRunChatLoader,
  loadChatSessions,
  selectRuns,
  startFineTune,
  validateExamples,
  writeJsonl,
  type ChatSession,
  type FineTuneBackend,
  type FineTunedModel,
  type FineTuneJob,
  type Finding,
  type Run,
  type TrainingExample,
} from "langsmith-finetune";
import { expectTypeOf } from "vitest";

declare const backend: FineTuneBackend;

expectTypeOf(selectRuns({ projectName: "p" })).toExtend<AsyncIterable<Run>>();
expectTypeOf(loadChatSessions([])).toExtend<AsyncIterable<ChatSession>>();
expectTypeOf(new LangSmithRunChatLoader({ runs: [] })).toExtend<AsyncIterable<ChatSession>>();
expectTypeOf(new LangSmithRunChatLoader({ runs: [] }).lazyLoad()).toExtend<AsyncGenerator<ChatSession>>();
expectTypeOf(new LangSmithRunChatLoader({ runs: [] }).load()).resolves.toEqualTypeOf<ChatSession[]>();
expectTypeOf(convertMessagesForFinetuning(loadChatSessions([]))).toExtend<AsyncIterable<TrainingExample>>();
expectTypeOf(validateExamples([])).toExtend<AsyncIterable<Finding>>();
expectTypeOf(writeJsonl("train.jsonl", [])).resolves.toHaveProperty("rows");
expectTypeOf(fineTune({ examples: [], backend })).resolves.toEqualTypeOf<FineTunedModel>();
expectTypeOf(startFineTune({ examples: [], backend })).resolves.toEqualTypeOf<FineTuneJob>();
expectTypeOf(chatModel({} as FineTunedModel)).resolves.toExtend<BaseChatModel>();
expectTypeOf(curate([])).resolves.toHaveProperty("train");
expectTypeOf(calculate({ num1: 1, num2: 2, operation: "+" })).toExtend<number | string>();
expectTypeOf(convertToOpenAITool(Calculator).function.name).toEqualTypeOf<string>();
expectTypeOf(asRunnable(selectRuns).pipe(asRunnable(loadChatSessions))).toExtend<
  Runnable<Parameters<typeof selectRuns>[0], AsyncIterable<ChatSession>>
>();

// @ts-expect-error A backend is needed.
void fineTune({ examples: [] });
// @ts-expect-error A role that does not exist.
export const wrongRole: TrainingExample = { messages: [{ role: "nobody", content: "" }] };
// @ts-expect-error A misspelt option.
selectRuns({ projectName: "p", limt: 3 });
