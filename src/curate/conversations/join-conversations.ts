import { abortSignal, iterable, skipKinds, word } from "../../internal/kinds.js";
import { checkArgument, checkOptions, type OptionKinds } from "../../internal/options.js";
import { createKeptRowNames, lineOf } from "../../internal/row-names.js";
import { reportSkips } from "../../internal/skips.js";
import { chunksOf, reiterableChunks, SINK_CHUNK_SIZE } from "../../internal/step.js";
import { createSpool, createSpoolFor } from "../../internal/storage/spool.js";
import { targetsOf, withSource } from "../../source.js";
import type { AnyIterable, ExampleTarget, SkipOptions, TrainingExample } from "../../types.js";
import { createFingerprint } from "../duplicates/fingerprint.js";
import type { LossSupport } from "../rules.js";
import { createConversationFacts } from "./conversation-facts.js";
import { createConversationIndex } from "./conversation-index.js";
import { atEntrance } from "./express-targets.js";
import { joinKinds, joinPolicy, type JoinSettings } from "./join-options.js";
import { joinedRow, named, targetSkip } from "./joined-row.js";

/** Options of {@link joinConversations}. */
export interface JoinConversationsOptions extends JoinSettings, SkipOptions {
  /**
   * What the trainer that gets the rows does with the loss: `backend.rules.loss`.
   * @default "weights"
   */
  loss?: LossSupport;
  signal?: AbortSignal;
}

const kinds: OptionKinds<JoinConversationsOptions> = {
  ...joinKinds,
  loss: word("weights", "completion", "all", "last"),
  ...skipKinds,
  signal: abortSignal,
};

/**
 * Writes the calls of a conversation as one row where each is the exact continuation of the one before: the same
 * tools, and the same messages as were sent. The answers that runs gave are the targets of the row; every other answer
 * in it has the weight 0. Where the history was rewritten, cut or edited, where a conversation branches, and where the
 * tools differ, another row begins, so that every target stands once under exactly its prompt.
 *
 * Calls belong together by their thread, or else by their trace; where no run names a thread, a chain may go through
 * several traces. The order of the rows does not matter, and runs may be missing. A run that comes twice with the same
 * content is learned once (`duplicate`); with other content it is left out (`contradiction`).
 *
 * The input is read to the end before the first row comes out, and kept in memory up to 1 MB of JSON, in a temporary
 * file from there on (an array stays where it is). Of each answer some hashes stay in memory.
 *
 * @throws {InvalidOptionError} for an option that cannot be used.
 * @throws {SkippedError} with `strict: true`, for the first target that is left out.
 *
 * @example
 * ```ts
 * import { convertMessagesForFinetuning, joinConversations, loadChatSessions, selectRuns, targetsOf } from "langsmith-finetune";
 *
 * const calls = convertMessagesForFinetuning(loadChatSessions(selectRuns({ projectName: "support-bot" })));
 * for await (const row of joinConversations(calls)) console.log(row.messages.length, targetsOf(row).length);
 * ```
 */
export function joinConversations<T extends TrainingExample>(
  examples: AnyIterable<T>,
  options: JoinConversationsOptions = {},
): AsyncIterable<T> {
  checkArgument("examples", examples, iterable);
  checkOptions("joinConversations", options, kinds);
  const { loss = "weights", signal } = options;
  const policy = joinPolicy(options);
  return reiterableChunks(async function* () {
    const reporter = reportSkips("joinConversations", options);
    const spool = createSpoolFor<T>(examples);
    const names = createKeptRowNames((row) => spool.source(row));
    const index = createConversationIndex(policy);
    const fingerprintOf = createFingerprint();
    const factsOf = createConversationFacts();
    // Apart from the rows, so that one target is read without its whole conversation.
    const targets = createSpool();
    const firstTarget: number[] = [];
    let number = 0;
    signal?.throwIfAborted();
    for await (const chunk of chunksOf(examples, SINK_CHUNK_SIZE)) {
      signal?.throwIfAborted();
      for (const example of chunk) {
        number += 1;
        for (const row of atEntrance(example, loss)) {
          const found = targetsOf(row);
          index.add(fingerprintOf(row), factsOf(row, found));
          names.add(row, lineOf(row, number));
          spool.add(named(row, found));
          firstTarget.push(targets.size);
          for (const target of found) targets.add(withSource({}, { targets: [target] }));
        }
      }
    }
    try {
      const targetAt = (other: number, place: number): Partial<ExampleTarget> => {
        const [target] = targets.source((firstTarget[other] as number) + place).targets ?? [];
        return target ?? {};
      };
      const joined = index.finish({ loss, join: true, duplicates: "conversation" });
      for (const target of joined.leftOut())
        reporter.skip(targetSkip(target, targetAt(target.row, target.index).runId, names));
      const staying: number[] = [];
      for (let row = 0; row < spool.size; row += 1) if (!joined.gone(row)) staying.push(row);
      let next = 0;
      for await (const rows of spool.read(staying)) {
        signal?.throwIfAborted();
        yield rows.map((row) => {
          const places = joined.targets(staying[next++] as number);
          return places ? joinedRow(row, places, targetAt) : row;
        });
      }
    } finally {
      reporter.close();
    }
  });
}
