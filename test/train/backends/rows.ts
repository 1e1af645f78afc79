import type { FineTuneBackend, PreferenceExample, TrainingExample } from "langsmith-finetune";

/** A row with a tool, a call, its result and an answer. */
export const toolRow: TrainingExample = {
  messages: [
    { role: "system", content: "Use the tools." },
    { role: "user", content: "Weather in Oslo?" },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } }],
    },
    { role: "tool", tool_call_id: "call_1", content: "4 degrees" },
    { role: "assistant", content: "It is 4 degrees." },
  ],
  tools: [
    {
      type: "function",
      function: {
        name: "weather",
        description: "The weather in a city",
        parameters: {
          type: "object",
          properties: {
            city: { type: "string", description: "Its name" },
            days: { type: ["integer", "null"], minimum: 1 },
          },
          required: ["city"],
          additionalProperties: false,
        },
      },
    },
  ],
};

/** A preference pair of text alone. */
export const pairRow: PreferenceExample = {
  input: { messages: [{ role: "user", content: "2 + 2?" }] },
  preferred_output: [{ role: "assistant", content: "Four." }],
  non_preferred_output: [{ role: "assistant", content: "Five." }],
};

/** What a backend's own check says of a row: path and code of each error, warnings marked. */
export function faultsOf({ rules }: FineTuneBackend, row: unknown): string[] {
  const faults: string[] = [];
  rules.check?.(
    row,
    ({ path, code, severity }) => void faults.push(`${severity === "warning" ? "warning " : ""}${path} ${code}`),
  );
  return faults;
}
