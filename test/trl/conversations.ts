// Conversations of two steps: a call of the calculator, and an answer in words from its result.
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { awaitAllCallbacks } from "@langchain/core/callbacks/promises";
import { type BaseMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { RunnableLambda } from "@langchain/core/runnables";
import { LangChainTracer } from "@langchain/core/tracers/tracer_langchain";
import { ChatOpenAI } from "@langchain/openai";
import { Client } from "langsmith";
import {
  Calculator,
  calculate,
  convertMessagesForFinetuning,
  convertToOpenAITool,
  joinConversations,
  LangSmithRunChatLoader,
  selectRuns,
  targetsOf,
  type TrainingExample,
} from "langsmith-finetune";
import { startSandbox } from "langsmith-finetune/sandbox";
import { askedFor, makeQuestions } from "./questions.js";
import { check } from "./report.js";
import { questionOf } from "./rows.js";

const projectName = "two-steps";
const MOST_STEPS = 4;

/** Asks, carries out what is called, and asks again, until an answer calls nothing. */
async function converse(model: BaseChatModel, question: string, config?: object): Promise<BaseMessage[]> {
  if (model.bindTools === undefined) throw new Error("The model takes no tools.");
  const bound = model.bindTools([convertToOpenAITool(Calculator)]);
  const messages: BaseMessage[] = [new SystemMessage("You are an accounting assistant."), new HumanMessage(question)];
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const answer = await bound.invoke(messages, config);
    messages.push(answer);
    if (!answer.tool_calls?.length) return messages;
    for (const { id = "", args } of answer.tool_calls)
      messages.push(new ToolMessage({ tool_call_id: id, content: String(calculate(Calculator.parse(args))) }));
  }
  return messages;
}

/** Questions whose results are whole numbers: as many digits as a tiny model copies well. */
const whole = (input: string) => askedFor(input).operation !== "/";

/** Traced conversations as rows of two targets each: the last `held` of them are for the test. */
export async function makeConversations(
  count: number,
  held: number,
): Promise<{ train: TrainingExample[]; validation: TrainingExample[]; test: TrainingExample[] }> {
  await using sandbox = await startSandbox();
  const client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
  const model = new ChatOpenAI({
    model: "gpt-4o-mini-2024-07-18",
    apiKey: sandbox.openai.apiKey,
    configuration: { baseURL: sandbox.openai.url },
  });
  const agent = RunnableLambda.from(async (question: string, config) => {
    const messages = await converse(model, question, config);
    return messages.at(-1)?.text ?? "";
  });
  const questions = makeQuestions(2 * count)
    .map(({ input }) => input)
    .filter(whole)
    .slice(0, count);
  const callbacks = [new LangChainTracer({ projectName, client })];
  await agent.batch(questions, { callbacks, maxConcurrency: 8 });
  await awaitAllCallbacks();
  await client.awaitPendingTraceBatches();

  const rows: TrainingExample[] = [];
  const sessions = new LangSmithRunChatLoader({ runs: selectRuns({ projectName }, { client }) });
  for await (const row of joinConversations(convertMessagesForFinetuning(sessions))) rows.push(row);
  check(
    rows.length === questions.length && rows.every((row) => targetsOf(row).length === 2),
    `${questions.length} traced conversations are ${rows.length} rows of two targets each`,
  );
  const test = rows.splice(-held);
  const validation = rows.splice(-held);
  return { train: rows, validation, test };
}

/** How many of the questions are carried out to the end: the right call, and its result in the answer. */
export async function countCarriedOut(model: BaseChatModel, rows: readonly TrainingExample[]): Promise<number> {
  let right = 0;
  for (const question of rows.map(questionOf)) {
    // A call that is none is an error of the parser, and not carried out.
    const messages = await converse(model, question).catch((error: unknown) => (error as Error).message);
    const result = String(calculate(askedFor(question)));
    const said = typeof messages === "string" ? [] : messages;
    const called = said.some((message) => message instanceof ToolMessage && message.content === result);
    if (called && said.at(-1)?.text === `The result is ${result}.`) right += 1;
    else
      console.log(
        `   ${question} ${JSON.stringify(typeof messages === "string" ? messages : said.slice(2).map(({ text }) => text)).slice(0, 200)}`,
      );
  }
  return right;
}
