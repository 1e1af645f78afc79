import { stat } from "node:fs/promises";
import { readJsonl } from "../../convert/read-jsonl.js";
import { type DiffInput, diffDatasets } from "../../datasets/diff/diff-datasets.js";
import { renderDiffHtml } from "../../datasets/diff/render-diff.js";
import { writeWhole } from "../../internal/files/new-file.js";
import { type CliCommand, countOf, define, given } from "../command.js";
import type { CliContext } from "../context.js";

/** Compares two datasets. */
export const diff: CliCommand = {
  register(program, run) {
    define(program, "diff <before> <after>", "compare two datasets (folders, or files of rows)")
      .option("-o, --out <file>", "write a page too")
      .option("-n, --limit <count>", "how many differences are named", countOf)
      .action(
        run<[string, string], { out?: string; limit?: number }>(async (context, { out, limit }, before, after) => {
          const found = await diffDatasets(
            await inputOf(context, before),
            await inputOf(context, after),
            given({ limit, signal: context.signal }),
          );
          if (out !== undefined) await writeWhole(out, renderDiffHtml(found), { option: "out", value: out });
          const { same, added, removed, changed, reasons, settings } = found;
          await context.print(found, [
            `${added} added, ${removed} removed, ${changed} changed, ${same} the same`,
            ...Object.entries(reasons).map(([reason, count]) => `  ${reason}: ${count}`),
            ...settings.map(({ path, a, b }) => `  ${path}: ${JSON.stringify(a)} to ${JSON.stringify(b)}`),
            ...(out === undefined ? [] : [out]),
          ]);
        }),
      );
  },
};

async function inputOf({ signal }: CliContext, path: string): Promise<DiffInput> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? readJsonl(path, { signal }) : path;
}
