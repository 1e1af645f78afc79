// What stands around the texts of a row, in tokens. None of it is documented: it was measured, by
// others and against what OpenAI reports, and published with the requests.
//
// - openai/openai-cookbook: How_to_count_tokens_with_tiktoken.ipynb (messages, names),
//   Chat_finetuning_data_prep.ipynb (rows), Fine_tuning_for_function_calling.ipynb (a bill).
// - github.com/hmarr/openai-chat-tokens and github.com/petrbrzek/openai-chat-tokens: the
//   prompt_tokens of some fifty requests with functions, tools, calls and their answers.
//
// With this, the fifty requests come out to the token, and the one bill that was published with its
// data (48,661 tokens an epoch for the 103 rows of the cookbook's drone_training.jsonl) within 0.3 %.

export const PER_MESSAGE = 3;
export const PER_NAME = 1;
export const PER_ROW = 3;

/**
 * What calls cost beside their names and arguments. One is addressed to its function; several go
 * through one call of a tool of the service's own, as a list.
 */
export function callsFrame(calls: number): number {
  return calls < 2 ? calls * 3 : 18 + 9 * calls;
}

/**
 * What the definitions of tools cost beside their text. They join the system message where there is
 * one, or else become one.
 */
export function definitionsFrame(system: boolean): number {
  return system ? 5 : 9;
}
