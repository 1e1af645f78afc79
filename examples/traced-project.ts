// What the other examples work on: a sandbox with a project in which a chain answered some questions.
import { awaitAllCallbacks } from "@langchain/core/callbacks/promises";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { LangChainTracer } from "@langchain/core/tracers/tracer_langchain";
import { ChatOpenAI } from "@langchain/openai";
import { Client } from "langsmith";
import { Calculator, calculate, convertToOpenAITool, SchemaOutputParser } from "langsmith-finetune";
import { startSandbox } from "langsmith-finetune/sandbox";

export const projectName = "accounting";

/** Starts the sandbox, points the environment at it, and fills the project. Close the sandbox at the end. */
export async function startTracedProject() {
  const sandbox = await startSandbox();
  Object.assign(process.env, sandbox.environment(), { LANGSMITH_TRACING: "false" });
  const client = new Client();
  const tracer = new LangChainTracer({ projectName, client });
  const chain = ChatPromptTemplate.fromMessages([
    ["system", "You are an accounting assistant."],
    ["user", "{input}"],
  ])
    .pipe(new ChatOpenAI({ model: "gpt-4o-mini-2024-07-18" }).bindTools([convertToOpenAITool(Calculator)]))
    .pipe(new SchemaOutputParser(Calculator))
    .pipe(calculate);
  for (let index = 0; index < 20; index += 1) {
    // Every fifth question has been asked before.
    const number = 10 + (index % 16);
    await chain.invoke(
      { input: `What's ${number}*${number + 1}?` },
      { callbacks: [tracer], tags: index % 2 === 0 ? ["even"] : [], metadata: { thread_id: `thread-${number}` } },
    );
  }
  await awaitAllCallbacks();
  await client.awaitPendingTraceBatches();
  // Somebody liked the first ten.
  const { id: sessionId } = await client.readProject({ projectName });
  const roots = await client.runs.query({ project_ids: [sessionId], is_root: true, selects: ["ID", "START_TIME"] });
  for (const { id } of roots.items.slice(0, 10))
    await client.createFeedback(String(id), "user_score", { score: 1, sessionId });
  return { sandbox, client };
}
