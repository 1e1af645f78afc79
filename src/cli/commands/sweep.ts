import { join } from "node:path";
import { sweep } from "../../compare/sweep/sweep.js";
import type { SweepJob } from "../../compare/sweep/options.js";
import type { SweepEstimate } from "../../compare/sweep/types.js";
import { writeComparison } from "../../compare/write-comparison.js";
import { InvalidOptionError } from "../../errors.js";
import { jsonOrText } from "../../internal/json.js";
import { addBackendOptions, needBackend, type BackendFlags } from "../backend-options.js";
import { type CliCommand, countOf, define, given, listOf, numberOf } from "../command.js";
import type { CliContext } from "../context.js";
import { openDataset } from "../dataset-input.js";
import { EXIT } from "../exit-codes.js";
import { writeJsonFile } from "../json-file.js";

interface SweepFlags extends BackendFlags {
  vary?: string[];
  validation?: string;
  by?: "comparison" | "validation-loss";
  concurrency?: number;
  maxCost?: number;
  allowUnknownPrice?: boolean;
  deploy?: boolean;
  out: string;
  yes?: boolean;
}

/** What of a job is an option of the job, and not of its backend. */
const OF_THE_JOB = ["epochs", "seed", "suffix", "evaluateEvery"] as const;
/** More jobs than anybody means to pay for. */
const MOST_JOBS = 32;

/** Plans a sweep over the values of some options, and with `--yes` runs it and ranks the models. */
export const sweepCommand: CliCommand = {
  register(program, run) {
    addBackendOptions(define(program, "sweep <dataset>", "train with several settings; with --yes rank the models"))
      .option("--vary <name=a,b,…>", "values of an option; may be repeated, every combination is a job", listOf)
      .option("--validation <file>", "rows to rank on; a dataset folder has its own")
      .option("--by <what>", "comparison (of the answers) or validation-loss")
      .option("--concurrency <count>", "jobs at a time", countOf)
      .option("--max-cost <dollars>", "the most that all jobs together may cost", numberOf)
      .option("--allow-unknown-price", "count a job whose price is not known as nothing")
      .option("--deploy", "deploy the models for the comparison, which is billed, and tear them down after it")
      .option("-o, --out <folder>", "where the ranking and the comparison are written", "sweep")
      .option("--yes", "start the jobs; without it only the plan is printed")
      .action(
        run<[string], SweepFlags>(async (context, flags, path) => {
          const { train: examples, validation } = await openDataset(path, flags.validation, context.signal);
          if (validation === undefined)
            throw new InvalidOptionError({
              option: "validation",
              value: undefined,
              message: "A sweep ranks models on validation rows, and there are none.",
              hint: "Pass --validation, or a dataset folder with a validation part.",
            });
          let refused: SweepEstimate | undefined;
          const result = await sweep({
            examples,
            validation,
            jobs: await jobsOf(context, flags),
            signal: context.signal,
            ...given({ pollInterval: context.config.train?.pollInterval, timeout: context.config.train?.timeout }),
            onProgress: (progress) => context.onProgress?.(progress),
            compare: { cache: join(flags.out, "cache") },
            ...(flags.allowUnknownPrice && { unknownPrice: "allow" as const }),
            ...given({ by: flags.by, concurrency: flags.concurrency, maxCost: flags.maxCost }),
            onEstimate: (estimate) => {
              for (const line of linesOf(estimate)) context.say(line);
              if (flags.yes === true) return true;
              refused = estimate;
              return false;
            },
          }).catch((error: unknown) => {
            if (refused === undefined) throw error;
            return undefined;
          });
          if (result === undefined) {
            context.say("Nothing was uploaded. Add --yes to start the jobs.");
            await context.print({ started: false, plan: refused }, []);
            return EXIT.unconfirmed;
          }
          const { comparison, ...rest } = result;
          const [best] = result.ranking;
          if (comparison) await writeComparison(flags.out, comparison);
          await writeJsonFile("out", join(flags.out, "sweep.json"), rest);
          if (best) await writeJsonFile("out", join(flags.out, "tuned-model.json"), best.tuned);
          await context.print(rest, [...result.verdict]);
          return best === undefined ? EXIT.job : EXIT.ok;
        }),
      );
  },
};

/** A job for every combination of the values. */
async function jobsOf(context: CliContext, flags: SweepFlags): Promise<Record<string, SweepJob>> {
  const jobs: Record<string, SweepJob> = {};
  for (const settings of combinations((flags.vary ?? []).map(valuesOf))) {
    const ofJob = Object.fromEntries(Object.entries(settings).filter(([name]) => isOfTheJob(name)));
    const ofBackend = Object.fromEntries(Object.entries(settings).filter(([name]) => !isOfTheJob(name)));
    const name = Object.entries(settings).map(([option, value]) => `${option}=${String(value)}`);
    jobs[name.join(" ") || "job"] = {
      ...ofJob,
      backend: await needBackend(context, { ...flags, set: { ...flags.set, ...ofBackend } }),
      ...(flags.deploy && { deploy: {} }),
    };
  }
  const count = Object.keys(jobs).length;
  if (count <= MOST_JOBS) return jobs;
  throw new InvalidOptionError({
    option: "vary",
    value: flags.vary,
    message: `These values make ${count} jobs, and ${MOST_JOBS} is the most.`,
    hint: "Vary fewer options at once.",
  });
}

const isOfTheJob = (name: string) => OF_THE_JOB.some((one) => one === name);

/** `epochs=1,2` as its values; what is JSON is read as such. */
function valuesOf(text: string): { name: string; values: unknown[] } {
  const [, name, values] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || values === undefined)
    throw new InvalidOptionError({
      option: "vary",
      value: text,
      message: `--vary ${text} is not name=a,b,…`,
      hint: "For instance: --vary epochs=1,2,3 --vary learningRate=0.00001,0.0001",
    });
  return { name, values: values.split(",").map(jsonOrText) };
}

function combinations(axes: readonly { name: string; values: readonly unknown[] }[]): Record<string, unknown>[] {
  return axes.reduce<Record<string, unknown>[]>(
    (all, { name, values }) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

function linesOf({ jobs, cost, unpriced, seconds }: SweepEstimate): string[] {
  const each = Object.entries(jobs).map(
    ([name, one]) =>
      `${name}: ${one.billedTokens} tokens, ${one.cost === undefined ? "price not known" : `about $${one.cost.toFixed(2)}`}.`,
  );
  const all =
    cost === undefined ? "No price is known." : `About $${cost.toFixed(2)} for all jobs of which it is known.`;
  return [
    ...each,
    unpriced.length > 0 && cost !== undefined ? `${all} Not known: ${unpriced.join(", ")}.` : all,
    ...(seconds === undefined ? [] : [`About ${Math.ceil(seconds / 60)} minutes.`]),
  ];
}
