import type { CurateOptions } from "../../curate/curate-options.js";
import { curate as curateRows } from "../../curate/curate.js";
import { writeDataset } from "../../curate/write-dataset.js";
import { addBackendOptions, type BackendFlags, findBackend } from "../backend-options.js";
import { type CliCommand, countOf, define, given, settingOf } from "../command.js";
import { withInputFile, writeLines } from "../input.js";

interface CurateFlags extends BackendFlags {
  out?: string;
  split?: Record<string, unknown> | boolean;
  redact?: boolean;
  deduplicate?: boolean;
  validate?: boolean;
  maxTokens?: number;
  strict?: boolean;
  option?: Record<string, unknown>;
}

/** Checks, cleans, splits and writes rows as a dataset. */
export const curate: CliCommand = {
  register(program, run) {
    addBackendOptions(define(program, "curate [rows]", "check, clean and split rows (a file or stdin) into a dataset"))
      .option("-o, --out <folder>", "the dataset's folder; else training rows go to stdout")
      .option("--split [name=share]", "hold rows out: validation=0.1; may be repeated", settingOf)
      .option("--redact", "replace secrets and personal data")
      .option("--no-deduplicate", "keep rows that are there twice")
      .option("--no-validate", "do not check the rows")
      .option("--max-tokens <count>", "leave out longer rows", countOf)
      .option("--strict", "stop at the first row with an error")
      .option("--option <name=value>", "another option of curate; may be repeated", settingOf)
      .action(
        run<[string | undefined], CurateFlags>(async (context, flags, input) => {
          const { signal, config } = context;
          const backend = await findBackend(context, flags);
          const options: CurateOptions = {
            ...config.curate,
            ...given({
              backend,
              onProgress: context.onProgress,
              split: flags.split,
              redact: flags.redact,
              strict: flags.strict,
              ...(flags.deduplicate === false && { deduplicate: false }),
              ...(flags.validate === false && { validate: false }),
              ...(flags.maxTokens !== undefined && {
                tokens: { ...tokensOf(config.curate), maxTokens: flags.maxTokens },
              }),
            }),
            ...flags.option,
            signal,
          };
          await withInputFile(context, input, async (path) => {
            const curated = await curateRows(path, options);
            const { report } = curated;
            for (const { message } of report.notices) context.say(message);
            if (flags.out === undefined) {
              await writeLines(context, curated.train, undefined);
              return;
            }
            const manifest = await writeDataset(flags.out, curated, { signal });
            await context.print(
              manifest,
              manifest.splits.map((split) => `${flags.out}/${split.path}: ${split.rows} rows`),
            );
          });
        }),
      );
  },
};

function tokensOf(options: CurateOptions | undefined): object {
  return typeof options?.tokens === "object" ? options.tokens : {};
}
