// A zod schema as an OpenAI function, and the model's calls of it as checked values.
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { ChatOpenAI } from "@langchain/openai";
import {
  Calculator,
  calculate,
  convertToOpenAIFunction,
  convertToOpenAITool,
  SchemaOutputParser,
} from "langsmith-finetune";
import { startSandbox } from "langsmith-finetune/sandbox";

console.log(JSON.stringify(convertToOpenAIFunction(Calculator), null, 2));

const sandbox = await startSandbox();
const model = new ChatOpenAI({
  model: "gpt-4o-mini-2024-07-18",
  apiKey: sandbox.openai.apiKey,
  configuration: { baseURL: sandbox.openai.url },
});
const prompt = ChatPromptTemplate.fromMessages([["user", "{input}"]]);

// The parser takes calls of both forms, so the same chain works with functions and with tools.
for (const bound of [
  model.withConfig({ functions: [convertToOpenAIFunction(Calculator)] }),
  model.bindTools([convertToOpenAITool(Calculator)]),
]) {
  const chain = prompt.pipe(bound).pipe(new SchemaOutputParser(Calculator)).pipe(calculate);
  console.log("What's 12*6?", await chain.invoke({ input: "What's 12*6?" }));
}
await sandbox.close();
