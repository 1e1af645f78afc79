import type { LoadOptions, TrainingExample } from "langsmith-finetune";
import { convertMessagesForFinetuning, LangSmithRunChatLoader, type Skip } from "langsmith-finetune";

/** What one run gives: its row as JSON, or the code of its skip. */
export type Outcome = { row: TrainingExample } | { skip: string };

/** Takes a single LLM run from the loader to its row. */
export async function read(run: Record<string, unknown>, options: Partial<LoadOptions> = {}): Promise<Outcome> {
  const skips: Skip[] = [];
  const onSkip = (skip: Skip) => void skips.push(skip);
  const runs = [{ id: "1", run_type: "llm", status: "success", ...run }];
  for await (const row of convertMessagesForFinetuning(new LangSmithRunChatLoader({ ...options, runs, onSkip }), {
    onSkip,
  }))
    return { row: withoutWeights(JSON.parse(JSON.stringify(row)) as TrainingExample) };
  return { skip: skips[0]?.code ?? "no skip was reported" };
}

// Which of the answers are learned is decided, and tested, where the row is made.
function withoutWeights(row: TrainingExample): TrainingExample {
  for (const message of row.messages) if (message.role === "assistant") delete message.weight;
  return row;
}

export const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
export const weather = {
  type: "function",
  function: { name: "get_weather", description: "Weather of a city", parameters },
} as const;

export const system = { role: "system", content: "Be brief." };
export const user = { role: "user", content: "Weather in Oslo?" };
export const call = { id: "call_1", type: "function", function: { name: "get_weather", arguments: '{"city":"Oslo"}' } };
export const calling = { role: "assistant", content: null, tool_calls: [call] };
export const result = { role: "tool", content: "rain", tool_call_id: "call_1" };
export const said = { role: "assistant", content: "It rains." };
