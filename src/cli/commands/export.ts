import { convertMessagesForFinetuning } from "../../convert/convert-messages-for-finetuning.js";
import { loadChatSessions } from "../../load/load-chat-sessions.js";
import { exportRuns } from "../../select/export-runs.js";
import { type CliCommand, define, given } from "../command.js";
import { isAbort } from "../exit-codes.js";
import { addQueryOptions, queryOf } from "../query-options.js";

/** Exports runs or rows to a file, and goes on where an interrupted export stopped. */
export const exportCommand: CliCommand = {
  register(program, run) {
    addQueryOptions(define(program, "export <file>", "export runs to a file; run it again to resume"))
      .option("--rows", "write training rows instead of runs")
      .option("--restart", "start again instead of resuming")
      .action(
        run<[string], Parameters<typeof queryOf>[1] & { rows?: boolean; restart?: boolean }>(
          async (context, { rows = false, restart = false, ...flags }, file) => {
            const { signal, config } = context;
            try {
              const result = await exportRuns(file, queryOf(context, flags), {
                signal,
                restart,
                ...given({ onProgress: context.onProgress }),
                ...(rows && { convert: (runs) => convertMessagesForFinetuning(loadChatSessions(runs, config.load)) }),
              });
              await context.print(result, [
                `${result.path}: ${result.runs} runs, ${result.rows} lines, ${result.bytes} bytes${result.resumed ? " (resumed)" : ""}`,
              ]);
            } catch (error) {
              if (isAbort(error)) context.say("Run the same command again to resume the export.");
              throw error;
            }
          },
        ),
      );
  },
};
