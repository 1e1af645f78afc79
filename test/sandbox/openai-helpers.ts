import { toFile } from "openai";
import type OpenAI from "openai";
import {
  Calculator,
  calculate,
  convertToOpenAIFunction,
  convertToOpenAITool,
  type TrainingExample,
} from "langsmith-finetune";

export const system = "You are an accounting assistant.";

const calculations: Calculator[] = [
  { num1: 45, num2: 9, operation: "/" },
  { num1: 81, num2: 9, operation: "/" },
  { num1: 72, num2: 8, operation: "/" },
  { num1: 56, num2: 7, operation: "/" },
  { num1: 36, num2: 6, operation: "/" },
  { num1: 12, num2: 6, operation: "*" },
  { num1: 8, num2: 8, operation: "*" },
  { num1: 10, num2: 10, operation: "*" },
  { num1: 11, num2: 11, operation: "*" },
  { num1: 13, num2: 13, operation: "*" },
  { num1: 45, num2: 30, operation: "+" },
  { num1: 72, num2: 28, operation: "+" },
  { num1: 56, num2: 44, operation: "+" },
  { num1: 63, num2: 37, operation: "+" },
  { num1: 1, num2: 2, operation: "+" },
  { num1: 3, num2: 4, operation: "+" },
  { num1: 5, num2: 6, operation: "+" },
  { num1: 7, num2: 8, operation: "+" },
  { num1: 9, num2: 10, operation: "+" },
  { num1: 11, num2: 12, operation: "+" },
];

/** Twenty rows like the walkthrough's, without a subtraction among them. */
export function arithmeticRows(form: "functions" | "tools" | "prose" | "lost" = "functions"): TrainingExample[] {
  return calculations.map((call, index) => {
    const question = { role: "user" as const, content: `What's ${call.num1}${call.operation}${call.num2}?` };
    const definition = { name: "Calculator", arguments: JSON.stringify(call) };
    const start = [{ role: "system" as const, content: system }, question];
    if (form === "prose") return { messages: [...start, { role: "assistant", content: `It is ${calculate(call)}.` }] };
    if (form === "tools") {
      const tool = { id: `call_${index}`, type: "function" as const, function: definition };
      return {
        messages: [...start, { role: "assistant", content: null, tool_calls: [tool] }],
        tools: [convertToOpenAITool(Calculator)],
      };
    }
    const messages: TrainingExample["messages"] = [
      ...start,
      { role: "assistant", content: null, function_call: definition },
    ];
    return form === "lost" ? { messages } : { messages, functions: [convertToOpenAIFunction(Calculator)] };
  });
}

export const jsonl = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

export const upload = async (client: OpenAI, text: string, name = "rows.jsonl") =>
  client.files.create({ file: await toFile(Buffer.from(text), name), purpose: "fine-tune" });

/** Trains at once, in a sandbox with `jobSeconds: 0`. */
export async function train(
  client: OpenAI,
  rows: readonly object[],
  more: Partial<OpenAI.FineTuning.JobCreateParams> = {},
): Promise<string> {
  const file = await upload(client, jsonl(rows));
  const { id } = await client.fineTuning.jobs.create({ model: "gpt-4o-mini", training_file: file.id, ...more });
  const { fine_tuned_model: model, error } = await client.fineTuning.jobs.retrieve(id);
  if (model === null) throw new Error(error?.message ?? "The job did not succeed.");
  return model;
}
