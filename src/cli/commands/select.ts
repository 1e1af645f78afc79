import { selectRuns } from "../../select/select-runs.js";
import { type CliCommand, define, given } from "../command.js";
import { writeLines } from "../input.js";
import { addQueryOptions, queryOf } from "../query-options.js";

/** Reads runs of LangSmith and writes them as JSON lines. */
export const select: CliCommand = {
  register(program, run) {
    addQueryOptions(define(program, "select", "read runs of LangSmith as JSON lines"))
      .option("-o, --out <file>", "write to this file instead of stdout")
      .action(
        run<[], Parameters<typeof queryOf>[1] & { out?: string }>(async (context, options) => {
          const runs = selectRuns(
            queryOf(context, options),
            given({ signal: context.signal, onProgress: context.onProgress }),
          );
          const written = await writeLines(context, runs, options.out);
          if (written.path !== undefined)
            await context.print({ runs: written.rows, path: written.path }, [written.path]);
        }),
      );
  },
};
