import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import {
  Calculator,
  chatModel,
  convertToOpenAITool,
  type FineTunedModel,
  SchemaOutputParser,
  type TrainingExample,
} from "langsmith-finetune";
import { serve } from "langsmith-finetune/backends/trl";
import { askedFor } from "./questions.js";
import { questionOf } from "./rows.js";

const prompt = ChatPromptTemplate.fromMessages([
  ["system", "You are an accounting assistant."],
  ["user", "{input}"],
]);

/** prompt | model with the tool bound | parser, as in the walkthrough. */
export function calculatorChain(model: BaseChatModel) {
  if (model.bindTools === undefined) throw new Error("The model takes no tools.");
  return prompt.pipe(model.bindTools([convertToOpenAITool(Calculator)])).pipe(new SchemaOutputParser(Calculator));
}

/** How many of the questions get a valid call with the right numbers. */
export async function countRight(model: BaseChatModel, rows: readonly TrainingExample[]): Promise<number> {
  const chain = calculatorChain(model);
  let right = 0;
  for (const question of rows.map(questionOf)) {
    // What is not a valid call is an error of the parser, and no right answer.
    const call = await chain.invoke({ input: question }).catch((error: unknown) => (error as Error).message);
    const wanted = askedFor(question);
    if (
      typeof call === "object" &&
      call.num1 === wanted.num1 &&
      call.num2 === wanted.num2 &&
      call.operation === wanted.operation
    )
      right += 1;
    else console.log(`   ${question} ${JSON.stringify(call).slice(0, 160)}`);
  }
  return right;
}

/** A folder with a model that was never trained, in the form that `serve` takes. */
export function untrained(model: string): FineTunedModel {
  return { backend: "trl", job: "untrained", baseModel: model, model, method: "supervised" };
}

/** Serves a model for as long as it is used. */
export async function whileServed<T>(
  tuned: FineTunedModel,
  python: string,
  use: (model: BaseChatModel) => Promise<T>,
): Promise<T> {
  await using server = await serve(tuned, { python, environment: { HF_HUB_OFFLINE: "1" } });
  console.log(`   served at ${server.url}`);
  return await use(await chatModel(server.tuned, { fields: { temperature: 0, maxTokens: 96, maxRetries: 0 } }));
}
