// From questions to rows, end to end: a chain that is traced, LangSmith, selection, loading, conversion.
import { awaitAllCallbacks } from "@langchain/core/callbacks/promises";
import { LangChainTracer } from "@langchain/core/tracers/tracer_langchain";
import { ChatOpenAI } from "@langchain/openai";
import { Client } from "langsmith";
import {
  convertMessagesForFinetuning,
  LangSmithRunChatLoader,
  selectRuns,
  splitExamples,
  type TrainingExample,
} from "langsmith-finetune";
import { startSandbox } from "langsmith-finetune/sandbox";
import { calculatorChain } from "./chain.js";
import { makeQuestions } from "./questions.js";
import { check } from "./report.js";

const projectName = "own-hardware";

export interface Rows {
  train: TrainingExample[];
  validation: TrainingExample[];
  test: TrainingExample[];
}

/** Rows of so many questions; 40 are for the test and 40 for validation. */
export async function makeRows(count: number): Promise<Rows> {
  await using sandbox = await startSandbox();
  const client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
  await traceQuestions(
    count,
    client,
    new ChatOpenAI({
      model: "gpt-4o-mini-2024-07-18",
      apiKey: sandbox.openai.apiKey,
      configuration: { baseURL: sandbox.openai.url },
    }),
  );

  const skipped: string[] = [];
  const sessions = new LangSmithRunChatLoader({
    runs: selectRuns({ projectName }, { client }),
    onSkip: ({ message }) => skipped.push(message),
  });
  const examples = await collect(convertMessagesForFinetuning(sessions));
  check(
    examples.length === count && skipped.length === 0,
    `${count} traced questions gave ${examples.length} rows, ${skipped.length} were left out`,
  );

  // The questions differ in their numbers alone, which is what is learned: as near duplicates they would all stay together.
  const splits = splitExamples(examples, { validation: 40, test: 40, nearDuplicates: false });
  const rows = {
    train: await collect(splits.train),
    validation: await collect(splits.validation),
    test: await collect(splits.test),
  };
  const seen = new Set(rows.train.map(questionOf));
  const leaked = [...rows.validation, ...rows.test].filter((row) => seen.has(questionOf(row)));
  check(
    rows.test.length >= 40 && leaked.length === 0,
    `${rows.train.length} rows to train on, ${rows.validation.length} to validate, ${rows.test.length} held out; none is on two sides`,
  );
  return rows;
}

/** The user's message. */
export function questionOf({ messages }: TrainingExample): string {
  const content = messages.find(({ role }) => role === "user")?.content;
  if (typeof content !== "string") throw new Error("The row has no question.");
  return content;
}

async function traceQuestions(count: number, client: Client, model: ChatOpenAI): Promise<void> {
  const chain = calculatorChain(model);
  const callbacks = [new LangChainTracer({ projectName, client })];
  const questions = makeQuestions(count).map(({ input }) => ({ input }));
  await chain.batch(questions, { callbacks, maxConcurrency: 8 });
  await awaitAllCallbacks();
  await client.awaitPendingTraceBatches();
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
