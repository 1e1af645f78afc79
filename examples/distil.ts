// Distillation in one file: the traces of a cheap model, judged; where it was wrong, a dear one answers again; the cheap
// model's successor learns both, and is compared with it on questions that nobody trained on.
//
// It runs against the sandbox and costs nothing. The models are stand-ins that calculate, so it shows the steps and
// proves nothing of quality. Before you do it with models of a provider, read docs/data-rights.md.
import { awaitAllCallbacks } from "@langchain/core/callbacks/promises";
import { LangChainTracer } from "@langchain/core/tracers/tracer_langchain";
import { ChatOpenAI } from "@langchain/openai";
import { Client } from "langsmith";
import {
  argumentsEqual,
  Calculator,
  calculate,
  chatModel,
  compareModels,
  convertMessagesForFinetuning,
  convertToOpenAITool,
  curate,
  fineTune,
  judgeExamples,
  loadChatSessions,
  pairsFromAlternatives,
  relabelExamples,
  selectRuns,
  sourceOf,
  type AssistantTrainingMessage,
  type TrainingExample,
} from "langsmith-finetune";
import { openAI } from "langsmith-finetune/backends/openai";
import { startSandbox } from "langsmith-finetune/sandbox";

const baseModel = "gpt-4o-mini-2024-07-18";
const sandbox = await startSandbox();
Object.assign(process.env, sandbox.environment(), { LANGSMITH_TRACING: "false" });

/** A stand-in for a cheap model: in every third calculation it adds where it should multiply. */
const mistaken: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const text = (await response.text()).replace(/(num1\\":(\d+).*?operation\\":\\")\*/, (all, before, number) =>
    Number(number) % 3 === 0 ? `${before}+` : all,
  );
  return new Response(text, response);
};
const cheap = new ChatOpenAI({ model: baseModel, configuration: { fetch: mistaken } });
const dear = new ChatOpenAI({ model: baseModel });

// 1. Traces of the cheap model, and of the dear one on other questions.
const client = new Client();
const tools = [convertToOpenAITool(Calculator)];
const ask = async (model: ChatOpenAI, projectName: string, numbers: readonly number[]) => {
  const tracer = new LangChainTracer({ projectName, client });
  for (const number of numbers)
    await model.bindTools(tools).invoke(`What's ${number}*${number + 1}?`, { callbacks: [tracer] });
};
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);
await ask(cheap, "cheap", numbers(10, 15));
await ask(dear, "held out", numbers(40, 30));
await awaitAllCallbacks();
await client.awaitPendingTraceBatches();
const rowsOf = (projectName: string) =>
  convertMessagesForFinetuning(loadChatSessions(selectRuns({ projectName, since: new Date(Date.now() - 3_600_000) })));

// 2. Judged. This judge calculates; yours may be chat models with a rubric, or evaluators.
const rightAnswer = ({ messages }: { messages: TrainingExample["messages"] }) => {
  const [, left, right] = /(\d+)\*(\d+)/.exec(String(messages.findLast(({ role }) => role === "user")?.content)) ?? [];
  return calculate({ num1: Number(left), num2: Number(right), operation: "*" });
};
const answerOf = ({ tool_calls: calls }: AssistantTrainingMessage) =>
  calculate(JSON.parse(calls?.[0]?.function.arguments ?? "{}") as Calculator);
const marked = judgeExamples(rowsOf("cheap"), {
  judges: { arithmetic: (judged) => answerOf(judged.outputs) === rightAnswer(judged) },
  action: "mark",
  onReport: ({ items }) => console.log(`1. judged: ${items.kept} of ${items.judged} answers are right`),
});

// 3. Answered again where it was wrong. The recorded answer stays as an alternative.
const taught: TrainingExample[] = [];
const relabelled = relabelExamples(marked, {
  teacher: dear,
  where: ({ verdict }) => verdict === "drop",
  choose: { best: (judged) => answerOf(judged.outputs) === rightAnswer(judged) },
  cache: "teacher",
  onReport: ({ targets, changed }) => console.log(`2. answered again: ${changed} of ${targets} say something else now`),
});
for await (const row of relabelled) taught.push(row);
let pairs = 0;
const score = (answer: AssistantTrainingMessage, row: TrainingExample) => Number(answer === row.messages.at(-1));
for await (const pair of pairsFromAlternatives(taught, { score, onSkip: () => {} }))
  pairs += pair.input.messages.length > 0 ? 1 : 0;
console.log(`   preference pairs, at no further cost: ${pairs}`);

// 4. Trained, without the questions of the evaluation.
const heldOut: TrainingExample[] = [];
for await (const row of rowsOf("held out")) heldOut.push(row);
const { train, report } = await curate(taught, { against: [{ name: "held out", rows: heldOut }], onSkip: () => {} });
const byTeacher = taught.filter((row) => sourceOf(row).teacher !== undefined).length;
console.log(
  `3. dataset: ${report.rows.train} rows, ${byTeacher} of the teacher, ${report.contamination?.[0]?.exact} of the evaluation`,
);
const tuned = await fineTune({ examples: train, backend: openAI({ model: baseModel }) });

// 5. Compared on questions that neither was trained on.
const comparison = await compareModels({
  examples: heldOut,
  models: { cheap, tuned: await chatModel(tuned) },
  evaluators: [argumentsEqual()],
});
console.log(`4. ${comparison.verdict[0]}`);
const scores = comparison.pairs[0]?.evaluators[0]?.scores;
console.log(`   right calls: cheap ${scores?.cheap?.toFixed(2)}, tuned ${scores?.tuned?.toFixed(2)}`);
await sandbox.close();
