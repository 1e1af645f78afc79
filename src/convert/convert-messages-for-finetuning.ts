import { abortSignal, iterable, skipKinds } from "../internal/kinds.js";
import { checkArgument, checkOptions } from "../internal/options.js";
import type { BaseMessage } from "@langchain/core/messages";
import { reportSkips } from "../internal/skips.js";
import { step } from "../internal/step.js";
import type { AnyIterable, ChatSession, SkipOptions, TrainingExample } from "../types.js";
import { convertKinds, exampleOfSession, type ConvertOptions } from "./convert-session-to-example.js";

/** Options of {@link convertMessagesForFinetuning}. */
export interface ConvertMessagesOptions extends ConvertOptions, SkipOptions {
  /** Ends the conversion with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Converts chat sessions, or plain lists of LangChain messages, to rows in OpenAI's chat
 * fine-tuning format, one by one, while you iterate. Tools and functions are part of the row;
 * where it came from is read with `sourceOf(row)`. What gives no row is reported to `onSkip`.
 *
 * @throws SkippedError with `strict: true`, for the first session that gives no row
 *
 * @example
 * ```ts
 * import { convertMessagesForFinetuning, loadChatSessions, selectRuns, writeJsonl } from "langsmith-finetune";
 *
 * const sessions = loadChatSessions(selectRuns({ projectName: "support-bot" }));
 * const { rows } = await writeJsonl("train.jsonl", convertMessagesForFinetuning(sessions));
 * console.log(`${rows} rows`);
 * ```
 */
export function convertMessagesForFinetuning(
  sessions: AnyIterable<ChatSession | BaseMessage[]>,
  options: ConvertMessagesOptions = {},
): AsyncIterable<TrainingExample> {
  checkArgument("sessions", sessions, iterable);
  checkOptions<ConvertMessagesOptions>("convertMessagesForFinetuning", options, {
    ...convertKinds,
    ...skipKinds,
    signal: abortSignal,
  });
  return step<ChatSession | BaseMessage[], TrainingExample>(
    sessions,
    () => {
      const reporter = reportSkips("convertMessagesForFinetuning", options);
      return {
        item(session, examples) {
          const result = exampleOfSession(session, options);
          if ("example" in result) examples.push(result.example);
          else reporter.skip(result.skip);
        },
        close: () => reporter.close(),
      };
    },
    { signal: options.signal },
  );
}
