import { parseJobReference } from "../../train/parse-job-reference.js";
import { resumeFineTune } from "../../train/resume-fine-tune.js";
import type { FineTuneJob } from "../../train/job.js";
import { addBackendOptions, type BackendFlags, needBackend } from "../backend-options.js";
import { type CliCommand, define, given, type RunCommand } from "../command.js";
import type { CliContext } from "../context.js";
import { isAbort } from "../exit-codes.js";
import { readJsonFile, writeJsonFile } from "../json-file.js";
import type { Command } from "commander";

interface JobFlags extends BackendFlags {
  out?: string;
}

/** Looks at, follows and cancels jobs by the reference that `train` kept. */
export const jobs: CliCommand = {
  register(program, run) {
    const group = program.command("jobs").description("look at, follow, resume or cancel a job");
    declare(group, run, "status [job]", "print how the job stands", async (context, job) => {
      const snapshot = await job.status({ signal: context.signal });
      await context.print(snapshot, [
        `${snapshot.status} (${snapshot.rawStatus})${snapshot.model ? ` ${snapshot.model}` : ""}`,
      ]);
    });
    for (const [name, description] of [
      ["follow", "follow the job to its end and write the tuned model"],
      ["resume", "the same as follow, on this machine or another"],
    ] as const) {
      declare(group, run, `${name} [job]`, description, follow);
    }
    declare(group, run, "events [job]", "print what the provider said about the job", async (context, job) => {
      const events = [];
      for await (const event of job.events({ signal: context.signal })) events.push(event);
      await context.print(
        events,
        events.map(({ at, level, message }) => `${at ?? ""} ${level} ${message}`.trim()),
      );
    });
    declare(group, run, "cancel [job]", "ask the provider to stop, and wait until it has", async (context, job) => {
      const snapshot = await job.cancel({ signal: context.signal });
      await context.print(snapshot, [`${snapshot.status} (${snapshot.rawStatus})`]);
    });
  },
};

function declare(
  group: Command,
  run: RunCommand,
  signature: string,
  description: string,
  work: (context: CliContext, job: FineTuneJob, flags: JobFlags) => Promise<void>,
): void {
  addBackendOptions(define(group, signature, description))
    .option("-o, --out <file>", "where the tuned model is written", "tuned-model.json")
    .action(
      run<[string | undefined], JobFlags>(async (context, flags, path = "job.json") => {
        const reference = parseJobReference(await readJsonFile("job", path));
        // The reference knows the backend and the model; an option is only needed for what it cannot hold.
        const backend = await needBackend(context, {
          backend: reference.backend,
          model: reference.model,
          ...given({ ...flags, out: undefined }),
        });
        await work(context, resumeFineTune(reference, { backend }), flags);
      }),
    );
}

async function follow(context: CliContext, job: FineTuneJob, { out = "tuned-model.json" }: JobFlags): Promise<void> {
  const { onProgress } = context;
  try {
    const tuned = await job.wait({ ...context.config.train, ...given({ signal: context.signal, onProgress }) });
    await writeJsonFile("out", out, tuned);
    await context.print(tuned, [tuned.model]);
  } catch (error) {
    if (isAbort(error)) context.say("The job goes on. Run the same command again to follow it.");
    throw error;
  }
}
