import type { Command } from "commander";
import { eraseFromDatasets } from "../../datasets/erase-from-datasets.js";
import { pushToHub } from "../../datasets/hub/push-to-hub.js";
import { writeLangSmithDataset } from "../../datasets/langsmith/write-langsmith-dataset.js";
import { InvalidOptionError } from "../../errors.js";
import { updateDataset } from "../../datasets/update/update-dataset.js";
import { type CliCommand, define, given, type RunCommand } from "../command.js";
import { addQueryFilters, queryOf } from "../query-options.js";

/** What is done with datasets that stay: they grow, and are cleaned. */
export const dataset: CliCommand = {
  register(program, run) {
    const group = program.command("dataset").description("update a dataset, erase from it, publish it");
    addUpdate(group, run);
    addErase(group, run);
    addPush(group, run);
  },
};

interface UpdateFlags {
  userKey?: string;
  takeOut?: string[];
  onConflict?: "error" | "skip" | "join";
}

function addUpdate(group: Command, run: RunCommand): void {
  addQueryFilters(define(group, "update <folder>", "bring a dataset up to date with LangSmith"))
    .option("--take-out <what...>", "take out answers: rated (down), deleted (in LangSmith)")
    .option("--on-conflict <how>", "with contradicting calls: error, skip or join")
    .option("--user-key <name>", "the key of the metadata that names the user")
    .action(
      run<[string], Parameters<typeof queryOf>[1] & UpdateFlags>(async (context, flags, folder) => {
        const { config, signal, onProgress } = context;
        const { takeOut = [], userKey, onConflict } = flags;
        const result = await updateDataset(
          folder,
          queryOf(context, flags),
          given({
            curate: config.curate,
            userKey,
            onConflict,
            ...(takeOut.length > 0 && { takeOut: Object.fromEntries(takeOut.map((what) => [what, true])) }),
            signal,
            onProgress,
          }),
        );
        const { manifest, version, changed, diff, ratedDown, deleted } = result;
        await context.print(result, [
          `${folder}: version ${version}, ${manifest.rows.kept} rows${changed ? "" : ", nothing new"}`,
          ...Object.entries(diff?.reasons ?? {}).map(([reason, count]) => `  ${reason}: ${count}`),
          ...(ratedDown.length > 0 ? [`  rated down since: ${ratedDown.length}`] : []),
          ...(deleted.length > 0 ? [`  deleted in LangSmith: ${deleted.length}`] : []),
        ]);
      }),
    );
}

function addErase(group: Command, run: RunCommand): void {
  define(group, "erase <folders...>", "remove all of a thread, user or run from datasets")
    .option("--thread <id>", "all of this thread")
    .option("--user <id>", "all of this user")
    .option("--run <id>", "the answer of this run, and where it is repeated")
    .action(
      run<[string[]], { thread?: string; user?: string; run?: string }>(async (context, flags, folders) => {
        const request = given({ threadId: flags.thread, userId: flags.user, runId: flags.run });
        const erasure = await eraseFromDatasets(folders, request, { signal: context.signal });
        await context.print(erasure, [
          `${erasure.rows} rows removed`,
          ...erasure.datasets.map(({ folder, rows }) => `  ${folder}: ${rows}`),
          ...erasure.jobs.map(
            ({ backend, job, model }) => `  trained on: ${backend} ${job}${model ? ` (${model})` : ""}`,
          ),
        ]);
      }),
    );
}

interface PushFlags {
  langsmith?: string;
  hub?: string;
  format?: "jsonl" | "parquet";
  public?: boolean;
  licence?: string;
  prune?: boolean;
}

function addPush(group: Command, run: RunCommand): void {
  define(group, "push <folder>", "push a dataset to LangSmith or to the Hugging Face Hub")
    .option("--langsmith <name>", "the dataset's name in LangSmith")
    .option("--prune", "in LangSmith: remove examples that no row has any more")
    .option("--hub <owner/name>", "the dataset's name on the Hub; HF_TOKEN must be set")
    .option("--format <format>", "on the Hub: jsonl or parquet")
    .option("--public", "on the Hub: a new dataset is not private")
    .option("--licence <name>", "on the Hub: the licence of the card")
    .action(
      run<[string], PushFlags>(async (context, flags, folder) => {
        const { langsmith: name, hub: repo, format, licence, prune } = flags;
        const { signal, onProgress } = context;
        if ((name === undefined) === (repo === undefined))
          throw new InvalidOptionError({
            option: "langsmith",
            value: name,
            message: "A dataset is pushed either to LangSmith or to the Hub.",
            hint: "Pass --langsmith <name> or --hub <owner/name>.",
          });
        if (name !== undefined) {
          const written = await writeLangSmithDataset(folder, given({ name, prune, signal, onProgress }));
          const { created, changed, unchanged, removed } = written;
          const line = `${name}: ${created} created, ${changed} changed, ${unchanged} unchanged, ${removed} removed`;
          await context.print(written, [line]);
          return;
        }
        const pushed = await pushToHub(folder, {
          repo: repo ?? "",
          ...given({ format, licence, signal, ...(flags.public && { private: false }) }),
        });
        await context.print(pushed, [pushed.url]);
      }),
    );
}
