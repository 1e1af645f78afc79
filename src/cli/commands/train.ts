import { recordFineTune } from "../../datasets/jobs.js";
import { startFineTune } from "../../train/start-fine-tune.js";
import { addBackendOptions, type BackendFlags, needBackend } from "../backend-options.js";
import { type CliCommand, countOf, define, given, numberOf } from "../command.js";
import { isDataset, openDataset } from "../dataset-input.js";
import { EXIT, isAbort } from "../exit-codes.js";
import { writeJsonFile } from "../json-file.js";
import { planTraining } from "../plan-training.js";

interface TrainFlags extends BackendFlags {
  validation?: string;
  suffix?: string;
  seed?: number;
  epochs?: number;
  maxTokens?: number;
  job: string;
  out: string;
  yes?: boolean;
  detach?: boolean;
}

/** Plans a job, and with `--yes` starts it and follows it to the tuned model. */
export const train: CliCommand = {
  register(program, run) {
    addBackendOptions(define(program, "train <dataset>", "plan a fine-tuning job; with --yes start and follow it"))
      .option("--validation <file>", "rows to measure on; a dataset folder has its own")
      .option("--suffix <text>", "part of the tuned model's name")
      .option("--seed <number>", "for repeatable training", numberOf)
      .option("--epochs <count>", "how often the rows are seen", countOf)
      .option("--max-tokens <count>", "refuse longer rows", countOf)
      .option("--job <file>", "keeps the job's reference", "job.json")
      .option("-o, --out <file>", "gets the tuned model", "tuned-model.json")
      .option("--yes", "start the job; without it only the plan is printed")
      .option("--detach", "end when the job has started")
      .action(
        run<[string], TrainFlags>(async (context, flags, path) => {
          const { signal, config } = context;
          const backend = await needBackend(context, flags);
          const plan = await planTraining(
            await openDataset(path, flags.validation, signal),
            backend,
            flags.epochs ?? config.train?.epochs,
            signal,
          );
          for (const line of plan.lines) context.say(line);
          if (flags.yes !== true) {
            context.say("Nothing was uploaded. Add --yes to start the job.");
            await context.print({ started: false, plan: plan.data }, []);
            return EXIT.unconfirmed;
          }
          const { train: examples, validation } = await openDataset(path, flags.validation, signal);
          const { onProgress } = context;
          const job = await startFineTune({
            ...config.train,
            ...given({
              validation,
              suffix: flags.suffix,
              seed: flags.seed,
              epochs: flags.epochs,
              maxTokens: flags.maxTokens,
              onProgress,
            }),
            examples,
            backend,
            signal,
          });
          await writeJsonFile("job", flags.job, job.reference);
          // The provider has the rows from now on, whatever becomes of the job.
          if (await isDataset(path)) await recordFineTune(path, { backend: backend.name, job: job.reference.id });
          if (flags.detach === true) {
            await context.print(job.reference, [
              `Follow it with: langsmith-finetune jobs follow ${flags.job} --backend ${backend.name}`,
            ]);
            return EXIT.ok;
          }
          try {
            const tuned = await job.wait({ ...config.train, ...given({ signal, onProgress }) });
            await writeJsonFile("out", flags.out, tuned);
            await context.print(tuned, [tuned.model]);
          } catch (error) {
            if (isAbort(error)) {
              context.say(
                `The job goes on. Follow it with: langsmith-finetune jobs follow ${flags.job} --backend ${backend.name}`,
              );
            }
            throw error;
          }
          return EXIT.ok;
        }),
      );
  },
};
