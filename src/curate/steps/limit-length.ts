import { boolean, either, limit, list, number, object, text, word } from "../../internal/kinds.js";
import type { TrainingExample } from "../../types.js";
import type { RowStepDefinition } from "../row-step.js";
import { encodingKind } from "../tokens/encoding-of-model.js";
import { priceKind, type TrainingPrice } from "../tokens/prices.js";
import { tokenKinds, type TokenOptions } from "../tokens/token-counter.js";
import { trimTurns } from "../tokens/trim-turns.js";

/** How rows are counted and held to a length. */
export interface CurateTokens extends Partial<TokenOptions> {
  /** The most tokens that a row may have. */
  maxTokens?: number;
  /**
   * What becomes of a longer row: see `limitTokens`.
   * @default "drop"
   */
  overflow?: "drop" | "trim";
  /**
   * How often the training rows are gone through, for the cost.
   * @default what OpenAI chooses for so many rows
   */
  epochs?: number;
  /** Prices that are looked at before those of the package. */
  prices?: readonly TrainingPrice[];
}

/** Options of the step. */
export interface LengthStepOptions {
  /**
   * Count tokens for this model, hold rows to a length, estimate the cost.
   * @default the backend's model, if there is one; else rows are not counted
   */
  tokens?: boolean | CurateTokens;
}

/** Leaves out rows that are too long, or takes their oldest turns off. */
export const lengthStep: RowStepDefinition<LengthStepOptions> = {
  name: "length",
  options: {
    tokens: either(
      boolean,
      object<CurateTokens>({
        model: text,
        encoding: encodingKind,
        tokenizer: tokenKinds.tokenizer,
        template: tokenKinds.template,
        maxTokens: limit,
        overflow: word("drop", "trim"),
        epochs: number({ min: 0 }),
        prices: list(priceKind),
      }),
    ),
  },
  create({ tokens }, { counter, maxTokens }) {
    if (!counter || maxTokens === undefined) return undefined;
    const trimming = typeof tokens === "object" && tokens.overflow === "trim";
    return {
      take(row, context) {
        if (!counter.exceeds(row, maxTokens)) return row;
        const shorter =
          trimming && "messages" in row
            ? trimTurns(row as TrainingExample, (candidate) => !counter.exceeds(candidate, maxTokens))
            : undefined;
        if (!shorter) {
          const { total } = counter.row(row);
          return context.leaveOut("too-long", `The row has ${total} tokens; ${maxTokens} are allowed.`);
        }
        context.trimmed();
        return shorter.example;
      },
    };
  },
};
