import { convertMessagesForFinetuning } from "../../convert/convert-messages-for-finetuning.js";
import { loadChatSessions } from "../../load/load-chat-sessions.js";
import { readRuns } from "../../select/read-runs.js";
import type { Skip } from "../../types.js";
import { type CliCommand, define, given } from "../command.js";
import { withInputFile, writeLines } from "../input.js";
import { SkipCounts } from "../skip-counts.js";

/** Turns runs into training rows. */
export const rows: CliCommand = {
  register(program, run) {
    define(program, "rows [runs]", "turn runs (a file, a folder or stdin) into training rows")
      .option("-o, --out <file>", "write to this file instead of stdout")
      .option("--skips <file>", "write what was skipped, and why, as JSON lines")
      .option("--strict", "stop at the first run that gives no row")
      .action(
        run<[string | undefined], { out?: string; skips?: string; strict?: boolean }>(
          async (context, { out, skips: skipsFile, strict = false }, input) => {
            const { signal, config } = context;
            const counts = new SkipCounts();
            const skipped: Skip[] = [];
            const onSkip = (skip: Skip) => {
              counts.add(skip);
              if (skipsFile !== undefined) skipped.push(skip);
            };
            const handling = strict ? { strict } : { onSkip };
            const written = await withInputFile(context, input, (path) => {
              const runs = readRuns(path, { signal, runType: "llm", ...handling });
              const sessions = loadChatSessions(runs, {
                ...config.load,
                signal,
                ...given({ onProgress: context.onProgress }),
                ...handling,
              });
              return writeLines(context, convertMessagesForFinetuning(sessions, { signal, ...handling }), out);
            });
            if (skipsFile !== undefined) await writeLines(context, skipped, skipsFile);
            for (const line of counts.lines()) context.say(line);
            context.say(`${written.rows} rows written${counts.total > 0 ? `, ${counts.total} runs skipped` : ""}.`);
            if (written.path !== undefined) {
              await context.print({ rows: written.rows, path: written.path, skipped: counts.byCode() }, [written.path]);
            }
          },
        ),
      );
  },
};
