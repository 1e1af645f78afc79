import { omit } from "../../internal/omit.js";
import { sourceOf, withSource } from "../../source.js";
import type {
  AssistantTrainingMessage,
  PreferenceExample,
  Skip,
  TrainingExample,
  TrainingMessage,
} from "../../types.js";

/** Why an example gives no pair. */
export type PairFault = Pick<Skip, "code" | "message">;

/** The answer of an example: its last message. */
export function answerOf({ messages }: TrainingExample): AssistantTrainingMessage | undefined {
  const last = messages.at(-1);
  return last?.role === "assistant" ? last : undefined;
}

/**
 * A preference pair of what the example's answer stands behind, and two answers. Carries the
 * example's source. Says why when there can be none.
 */
export function makePair(
  example: TrainingExample,
  preferred: AssistantTrainingMessage,
  rejected: AssistantTrainingMessage,
): PreferenceExample | PairFault {
  if (
    example.functions !== undefined ||
    [...example.messages, preferred].some(
      (message) => message.role === "function" || (message.role === "assistant" && message.function_call),
    )
  ) {
    return {
      code: "legacy-functions",
      message: "Preference pairs have no place for the legacy functions and function_call.",
    };
  }
  if (answerOf(example) === undefined)
    return { code: "no-answer", message: "The last message is not the assistant's." };
  const chosen = withoutWeight(preferred);
  const other = withoutWeight(rejected);
  if (JSON.stringify(comparable(chosen)) === JSON.stringify(comparable(other))) {
    return { code: "identical-answers", message: "Both answers are the same: there is nothing to prefer." };
  }
  const { tools, parallel_tool_calls } = example;
  const pair: PreferenceExample = {
    input: {
      messages: example.messages.slice(0, -1).map(withoutWeight),
      ...(tools !== undefined && { tools }),
      ...(parallel_tool_calls !== undefined && { parallel_tool_calls }),
    },
    preferred_output: [chosen],
    non_preferred_output: [other],
  };
  return withSource(pair, sourceOf(example));
}

/** True for what {@link makePair} gives when there is no pair. */
export function isFault(result: PreferenceExample | PairFault): result is PairFault {
  return "code" in result;
}

/** Both answers train in a pair. */
function withoutWeight<Message extends TrainingMessage>(message: Message): Message {
  return "weight" in message ? (omit(message, "weight") as Message) : message;
}

/** What an answer says, without the ids of its calls, which are random. */
function comparable({ content, refusal, tool_calls: calls }: AssistantTrainingMessage): unknown {
  return [content ?? "", refusal ?? "", (calls ?? []).map((call) => call.function)];
}
