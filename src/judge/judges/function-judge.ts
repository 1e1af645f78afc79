import { wordsOfError } from "../../http/words-of-error.js";
import { omit } from "../../internal/omit.js";
import { learnedMessages } from "../../source.js";
import type { AssistantTrainingMessage, TrainingMessage } from "../../types.js";
import { cacheKey } from "../../internal/storage/paid-cache.js";
import type { JudgedAnswer, JudgedItem, JudgeFunction, JudgeReturn, ReadyJudge } from "./judge.js";
import { voteOf } from "./read-vote.js";

/** What a function judge is made of. */
export interface FunctionJudgeSettings {
  readonly name: string;
  readonly judge: JudgeFunction<never>;
  readonly passes: number;
  readonly version: string | undefined;
}

/** A function that judges. What takes time has probably been paid for, so that is kept; the rest is cheaper to call again. */
export function createFunctionJudge({ name, judge, passes, version }: FunctionJudgeSettings): ReadyJudge {
  const call = judge as (judged: JudgedAnswer) => JudgeReturn | Promise<JudgeReturn>;
  return {
    name,
    kind: "function",
    keyOf: (item) => {
      const { inputs, outputs, referenceOutputs } = judgedOf(item);
      return cacheKey(
        "verdict",
        name,
        judge.toString(),
        version ?? null,
        passes,
        inputs,
        outputs,
        referenceOutputs ?? null,
      );
    },
    tokensOf: () => undefined,
    async ask(item, { signal }) {
      signal.throwIfAborted();
      try {
        const returned = call(judgedOf(item));
        const vote = voteOf(await returned, name, passes);
        return { vote, keep: returned instanceof Promise };
      } catch (error) {
        signal.throwIfAborted();
        const reason = wordsOfError(error, 1000);
        return { vote: { vote: "undecided", code: "judge-failed", reason }, keep: false, failed: reason };
      }
    },
  };
}

/** What the function is given. Weights are for the trainer, and are left out. */
function judgedOf({ example, source, message, instead }: JudgedItem): JudgedAnswer {
  const { tools, functions } = example;
  const messages = example.messages.map((one): TrainingMessage =>
    "weight" in one ? (omit(one, "weight") as TrainingMessage) : one,
  );
  const asked = message ?? learnedMessages(example)[0] ?? messages.length;
  const inputs = { messages: messages.slice(0, asked), ...(tools && { tools }), ...(functions && { functions }) };
  const shared = { inputs, metadata: source, example };
  if (message === undefined)
    // A conversation, whose functions take all of its messages.
    return { ...shared, messages, outputs: messages as unknown as AssistantTrainingMessage };
  const own = messages[message] as AssistantTrainingMessage;
  const outputs = instead ?? own;
  return {
    ...shared,
    messages: [...messages.slice(0, message), outputs],
    outputs,
    ...(instead && { referenceOutputs: own }),
  };
}
