import { validateJsonl } from "../../curate/validate/validate-jsonl.js";
import type { Finding } from "../../types.js";
import { addBackendOptions, type BackendFlags, findBackend } from "../backend-options.js";
import { type CliCommand, countOf, define, given } from "../command.js";
import { writeText } from "../context.js";
import { EXIT } from "../exit-codes.js";
import { isStandardInput, withInputFile } from "../input.js";

/** Checks a file of rows against a backend's rules. */
export const validate: CliCommand = {
  register(program, run) {
    addBackendOptions(define(program, "validate [rows]", "check a file of rows (or stdin) against a backend's rules"))
      .option("--max-tokens <count>", "find rows that are longer", countOf)
      .action(
        run<[string | undefined], BackendFlags & { maxTokens?: number }>(async (context, flags, input) => {
          const backend = await findBackend(context, flags);
          const name = isStandardInput(input) ? "stdin" : input;
          let errors = 0;
          let warnings = 0;
          const kept: Finding[] = [];
          await withInputFile(context, input, async (path) => {
            const options = given({ rules: backend?.rules, maxTokens: flags.maxTokens, signal: context.signal });
            for await (const finding of validateJsonl(path, options)) {
              if (finding.severity === "error") errors += 1;
              else warnings += 1;
              if (context.json) kept.push(finding);
              else await writeText(context.stdout, `${lineOf(name ?? "stdin", finding)}\n`);
            }
          });
          if (context.json) await context.print({ errors, warnings, findings: kept }, []);
          context.say(`${errors} errors, ${warnings} warnings.`);
          return errors > 0 ? EXIT.data : EXIT.ok;
        }),
      );
  },
};

function lineOf(file: string, { line, path, severity, message, code }: Finding): string {
  return `${file}:${line} ${severity} ${path} ${message} [${code}]`;
}
