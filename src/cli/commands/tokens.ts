import { readJsonl } from "../../convert/read-jsonl.js";
import { countTokens } from "../../curate/tokens/count-tokens.js";
import { defaultEpochs, estimateCost } from "../../curate/tokens/estimate-cost.js";
import { InvalidOptionError } from "../../errors.js";
import { type CliCommand, countOf, define, given } from "../command.js";
import { withInputFile } from "../input.js";

interface TokensFlags {
  model?: string;
  maxTokens?: number;
  epochs?: number;
}

/** Counts the tokens of rows, and what training on them costs where the price is known. */
export const tokens: CliCommand = {
  register(program, run) {
    define(program, "tokens [rows]", "count the tokens of rows (a file or stdin)")
      .option("-m, --model <name>", "the model that is trained")
      .option("--max-tokens <count>", "count a longer row as this many", countOf)
      .option("--epochs <count>", "how often the rows are seen", countOf)
      .action(
        run<[string | undefined], TokensFlags>(async (context, flags, input) => {
          const model = flags.model ?? context.config.backend?.model;
          if (model === undefined) {
            throw new InvalidOptionError({
              option: "model",
              value: model,
              message: "No model was given.",
              hint: "Pass --model: tokens are counted with the model's tokenizer.",
            });
          }
          const count = await withInputFile(context, input, (path) =>
            countTokens(readJsonl(path, { signal: context.signal }), {
              model,
              perRow: false,
              signal: context.signal,
              ...given({ maxTokens: flags.maxTokens }),
            }),
          );
          const epochs = flags.epochs ?? defaultEpochs(count.rows);
          const { trainedTokens, cost, price } = estimateCost({ tokens: count.total, rows: count.rows, model, epochs });
          await context.print({ ...count, epochs, trainedTokens, cost, price }, [
            `${count.rows} rows, ${count.exact ? "" : "about "}${count.total} tokens for each epoch, ${count.trained} of them trained.`,
            `The longest row has ${count.longest} tokens.`,
            `${epochs} epochs: ${trainedTokens} tokens${cost === undefined ? `. No price of ${model} is known here: multiply by the price of your provider` : `, about $${cost.toFixed(2)} at prices of ${price?.date ?? "an unknown day"}`}.`,
            ...(count.exact
              ? []
              : [
                  `Counted with ${count.encoding}, which may not be the tokenizer of ${model}, or with images of unknown size: expect the bill to differ.`,
                ]),
          ]);
        }),
      );
  },
};
