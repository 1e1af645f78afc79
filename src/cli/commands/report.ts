import { createReport } from "../../curate/report/create-report.js";
import { renderReportHtml } from "../../curate/report/render-report.js";
import { writeWhole } from "../../internal/files/new-file.js";
import { addBackendOptions, type BackendFlags, findBackend } from "../backend-options.js";
import { type CliCommand, countOf, define, given } from "../command.js";
import { withInputFile } from "../input.js";

/** Describes rows as they are, as a page or as JSON. */
export const report: CliCommand = {
  register(program, run) {
    addBackendOptions(define(program, "report [rows]", "describe rows (a file or stdin) as a page"))
      .option("-o, --out <file>", "where the page is written", "report.html")
      .option("--title <text>", "what the dataset is called")
      .option("--samples <number>", "show the text of so many rows", countOf)
      .action(
        run<[string | undefined], BackendFlags & { out: string; title?: string; samples?: number }>(
          async (context, flags, input) => {
            const backend = await findBackend(context, flags);
            const data = await withInputFile(context, input, (path) =>
              createReport(
                path,
                given({ backend, title: flags.title, samples: flags.samples, signal: context.signal }),
              ),
            );
            await writeWhole(flags.out, renderReportHtml(data), { option: "out", value: flags.out });
            for (const { message } of data.notices) context.say(message);
            await context.print(data, [flags.out]);
          },
        ),
      );
  },
};
