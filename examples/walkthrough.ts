// From end to end: a chain that is traced, its runs as training rows, a fine-tuned model, and that
// model in the same chain.
//
//     npm run walkthrough             against the sandbox: no key, no network, nothing trained
//     npm run walkthrough -- --live   against LangSmith and OpenAI, with real keys; costs a little money
//
// Live, it wants LANGSMITH_API_KEY and OPENAI_API_KEY. It was never run live by its authors.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { RunnableLambda } from "@langchain/core/runnables";
import { LangChainTracer } from "@langchain/core/tracers/tracer_langchain";
import { ChatOpenAI } from "@langchain/openai";
import { Client } from "langsmith";
import {
  Calculator,
  calculate,
  chatModel,
  compareModels,
  convertMessagesForFinetuning,
  convertToOpenAIFunction,
  fineTune,
  LangSmithRunChatLoader,
  readJsonl,
  SchemaOutputParser,
  selectRuns,
  sourceOf,
  terminalProgress,
  type TrainingExample,
  writeComparison,
  writeJsonl,
} from "langsmith-finetune";
import { openAI } from "langsmith-finetune/backends/openai";
import { type Sandbox, startSandbox } from "langsmith-finetune/sandbox";

const BASE_MODEL = "gpt-4o-mini-2024-07-18";

// Nineteen questions that the calculator can answer, and one that it cannot.
const QUESTIONS = [
  "What's 45/9?",
  "What's 81/9?",
  "What's 72/8?",
  "What's 56/7?",
  "What's 36/6?",
  "What's 64/8?",
  "What's 12*6?",
  "What's 8*8?",
  "What's 10*10?",
  "What's 11*11?",
  "What's 13*13?",
  "What's 45+30?",
  "What's 72+28?",
  "What's 56+44?",
  "What's 63+37?",
  "What's 70-35?",
  "What's 60-30?",
  "What's 50-25?",
  "What's the square root of 49?",
  "What's 30-15?",
];

// Kept out of training, with the call that is right.
const HELD_OUT = [
  { num1: 21, num2: 7, operation: "/" },
  { num1: 99, num2: 11, operation: "/" },
  { num1: 7, num2: 15, operation: "*" },
  { num1: 14, num2: 14, operation: "*" },
  { num1: 19, num2: 23, operation: "+" },
  { num1: 81, num2: 64, operation: "+" },
  { num1: 90, num2: 17, operation: "-" },
  { num1: 33, num2: 44, operation: "-" },
];

const definition = convertToOpenAIFunction(Calculator);
const prompt = ChatPromptTemplate.fromMessages([
  ["system", "You are an accounting assistant."],
  ["user", "{input}"],
]);

/** prompt | model with the function bound | parser | calculate */
function calculatorChain(model: ChatOpenAI) {
  return prompt
    .pipe(model.withConfig({ functions: [definition] }))
    .pipe(new SchemaOutputParser(Calculator))
    .pipe(calculate);
}

const heldOutExamples = HELD_OUT.map((call): TrainingExample => ({
  messages: [
    { role: "system", content: "You are an accounting assistant." },
    { role: "user", content: `What's ${call.num1}${call.operation}${call.num2}?` },
    { role: "assistant", content: null, function_call: { name: "Calculator", arguments: JSON.stringify(call) } },
  ],
  functions: [definition],
}));

function heading(text: string) {
  console.log(`\n${text}\n${"─".repeat(text.length)}`);
}

async function walkthrough(live: boolean) {
  const projectName = `Fine-tuning walkthrough ${new Date().toISOString()}`;

  heading("1. A chain answers twenty questions, and LangSmith traces it");
  const client = new Client();
  const tracer = new LangChainTracer({ projectName, client });
  const steps = calculatorChain(new ChatOpenAI({ model: BASE_MODEL, temperature: 0 }));
  // `batch` of a sequence tells the tracer that each question went well, also where it keeps an error
  // in place (@langchain/core 1.4.0). As a step of a lambda, each is traced as it went.
  const chain = RunnableLambda.from((input: { input: string }, options) => steps.invoke(input, options));
  const answers = await chain.batch(
    QUESTIONS.map((input) => ({ input })),
    { callbacks: [tracer], maxConcurrency: 4 },
    { returnExceptions: true },
  );
  for (const [index, answer] of answers.entries()) {
    const text =
      (answer as unknown) instanceof Error ? `failed: ${(answer as unknown as Error).message.split("\n")[0]}` : answer;
    console.log(`${QUESTIONS[index]?.padEnd(30)} ${text}`);
  }
  await client.awaitPendingTraceBatches();

  heading("2. The LLM runs of the traces that succeeded are selected and loaded");
  const runs = selectRuns({ projectName }, { client });
  const names: string[] = [];
  for await (const { name } of runs) names.push(name ?? "unnamed");
  console.log(`${names.length} of ${QUESTIONS.length} runs, by ${[...new Set(names)].join(", ")}.`);
  const sessions = new LangSmithRunChatLoader({
    runs,
    onSkip: ({ code, message }) => console.log(`left out: ${message} [${code}]`),
  });

  heading("3. They become training rows");
  const directory = await mkdtemp(join(tmpdir(), "walkthrough-"));
  const file = join(directory, "train.jsonl");
  const examples = convertMessagesForFinetuning(sessions);
  const written = await writeJsonl(file, examples);
  console.log(`${written.rows} rows, ${written.bytes} bytes. The question that failed is not among them. One of them:`);
  for await (const example of readJsonl(file)) {
    console.log(JSON.stringify(example, null, 2));
    break;
  }
  for await (const example of examples) {
    const { runId, model } = sourceOf(example);
    console.log(`It came from run ${runId}, answered by ${model}.`);
    break;
  }

  heading("4. A model is fine-tuned on them");
  const tuned = await fineTune({
    examples,
    backend: openAI({ model: BASE_MODEL }),
    suffix: "calculator",
    seed: 7,
    // The stand-in's jobs last seconds, real ones most of an hour.
    pollInterval: live ? 5000 : 250,
    onProgress: terminalProgress({ stream: process.stdout }),
  });
  console.log(`${tuned.model}, trained on ${tuned.trainedTokens} tokens. To be kept as JSON:`);
  console.log(JSON.stringify(tuned));

  heading("5. It answers");
  const tunedModel = (await chatModel(tuned)) as ChatOpenAI;
  const alone = await prompt.pipe(tunedModel).invoke({ input: "What's 56/7?" });
  console.log(`alone, with no function bound: What's 56/7? ${JSON.stringify(alone.text)}`);

  heading("6. It is compared with the base model, on questions that it has not seen");
  const comparison = await compareModels({
    examples: heldOutExamples,
    models: { base: new ChatOpenAI({ model: BASE_MODEL, temperature: 0 }), tuned: tunedModel },
  });
  const { html } = await writeComparison("walkthrough-comparison", comparison);
  console.log(comparison.verdict.join("\n"));
  console.log(`As a page: ${html}`);

  const answer = await calculatorChain(tunedModel).invoke({ input: "What's 56/7?" });
  console.log(`\nThe tuned chain: What's 56/7? ${answer}`);
  await rm(directory, { recursive: true });
}

const { values } = parseArgs({ options: { live: { type: "boolean", default: false } } });
let sandbox: Sandbox | undefined;
if (values.live) {
  const missing = ["LANGSMITH_API_KEY", "OPENAI_API_KEY"].filter((name) => !process.env[name]);
  if (missing.length > 0) {
    console.error(`--live needs ${missing.join(" and ")} in the environment.`);
    process.exit(1);
  }
} else {
  sandbox = await startSandbox();
  Object.assign(process.env, sandbox.environment());
  console.log(
    "This runs against the sandbox, stand-ins on this machine: nothing leaves it, and no weights are trained.",
  );
}
// The chain is traced by the tracer that it is given, and by nothing else.
process.env.LANGSMITH_TRACING = "false";
try {
  await walkthrough(values.live);
} catch (error) {
  console.error(`\n${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
  process.exitCode = 1;
} finally {
  await sandbox?.close();
}
