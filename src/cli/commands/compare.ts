import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { compareModels } from "../../compare/compare-models.js";
import { writeComparison } from "../../compare/write-comparison.js";
import { readJsonl } from "../../convert/read-jsonl.js";
import { InvalidOptionError } from "../../errors.js";
import { chatModel } from "../../use/chat-model.js";
import { parseTunedModel } from "../../use/parse-tuned-model.js";
import { type CliCommand, countOf, define, given, listOf } from "../command.js";
import type { CliContext } from "../context.js";
import { EXIT } from "../exit-codes.js";
import { withInputFile } from "../input.js";
import { readJsonFile } from "../json-file.js";

interface CompareFlags {
  tuned: string[];
  base?: string;
  out: string;
  cache: string;
  concurrency?: number;
  yes?: boolean;
}

/** Asks models what was asked in production, and says which answers better. */
export const compare: CliCommand = {
  register(program, run) {
    define(program, "compare <rows>", "compare models on held-out rows; with --yes they are asked")
      .option("-t, --tuned <file>", "a tuned model that train wrote; may be repeated", listOf)
      .option("--base <name>", "the model that they are compared with", undefined)
      .option("-o, --out <folder>", "where the comparison is written", "comparison")
      .option("--cache <folder>", "where answers are kept, so that nothing is paid for twice", ".comparison")
      .option("--concurrency <count>", "calls at a time", countOf)
      .option("--yes", "ask the models; without it only the estimate is printed")
      .action(
        run<[string], CompareFlags>(async (context, flags, input) => {
          const models = await modelsOf(context, flags);
          let refused: unknown;
          const comparison = await withInputFile(context, input, (path) =>
            compareModels({
              examples: readJsonl(path, { signal: context.signal }),
              models,
              cache: flags.cache,
              signal: context.signal,
              ...given({ concurrency: flags.concurrency, onProgress: context.onProgress }),
              onEstimate: (estimate) => {
                if (flags.yes === true) return true;
                refused = estimate;
                return false;
              },
            }),
          ).catch((error: unknown) => {
            if (refused === undefined) throw error;
            return undefined;
          });
          if (comparison === undefined) {
            await context.print({ started: false, estimate: refused }, [JSON.stringify(refused, null, 2)]);
            context.say("No model was asked. Add --yes to ask them.");
            return EXIT.unconfirmed;
          }
          const { html } = await writeComparison(flags.out, comparison);
          await context.print(comparison, [...comparison.verdict, html]);
          return EXIT.ok;
        }),
      );
  },
};

/** The models of the configuration, and those that the options name: the base first. */
async function modelsOf(
  { config }: CliContext,
  { tuned = [], base }: CompareFlags,
): Promise<Record<string, BaseChatModel>> {
  const models: Record<string, BaseChatModel> = { ...config.models };
  for (const [index, path] of tuned.entries()) {
    const model = parseTunedModel(await readJsonFile("tuned", path));
    if (index === 0 && config.models === undefined) {
      const name = base ?? model.baseModel;
      const { inference } = model;
      if (inference === undefined) throw notCallable(path);
      // The base model is asked at the same host by the same class, under its own name.
      models[name] = await chatModel({
        ...model,
        model: name,
        inference: { ...inference, fields: { ...inference.fields, model: name } },
      });
    }
    models[model.model] = await chatModel(model);
  }
  if (Object.keys(models).length > 0) return models;
  throw new InvalidOptionError({
    option: "tuned",
    value: tuned,
    message: "No model was given.",
    hint: "Pass --tuned with the file that train wrote, or put models into langsmith-finetune.config.ts.",
  });
}

function notCallable(path: string): InvalidOptionError {
  return new InvalidOptionError({
    option: "tuned",
    value: path,
    message: `The tuned model of ${path} must be deployed first.`,
    hint: `Run: langsmith-finetune deploy ${path}`,
  });
}
