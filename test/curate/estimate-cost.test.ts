import { describe, expect, it } from "vitest";
import { defaultEpochs, estimateCost, trainingPrices } from "langsmith-finetune";

describe("estimateCost", () => {
  it.each([
    [1, 25],
    [5, 20],
    [33, 3],
    [34, 3],
    [100, 3],
    [8333, 3],
    [8334, 2],
    [12_501, 1],
    [1_000_000, 1],
  ])("%i rows: %i epochs", (rows, epochs) => {
    expect(defaultEpochs(rows)).toBe(epochs);
  });

  it("takes the price of the model, a tuned one too, with its date and source", () => {
    const estimate = estimateCost({ model: "ft:gpt-4o-mini-2024-07-18:acme::a1b2c3", tokens: 1_000_000, rows: 100 });
    expect(estimate).toMatchObject({ epochs: 3, trainedTokens: 3_000_000, cost: 9, price: { model: "gpt-4o-mini" } });
    for (const price of trainingPrices) {
      expect(price.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(price.source).toMatch(/^https:/);
    }
  });

  it("gives no cost without a price, and prefers the prices that it is given", () => {
    const model = "meta-llama/Llama-3.3-70B-Instruct";
    expect(estimateCost({ model, tokens: 100, rows: 100, epochs: 1 })).toEqual({ epochs: 1, trainedTokens: 100 });
    const mine = { model: "meta-llama/Llama-3.3", perMillionTokens: 2, date: "2026-11-01", source: "my contract" };
    expect(estimateCost({ model, tokens: 1_000_000, rows: 100, epochs: 2, prices: [mine] })).toMatchObject({
      cost: 4,
      price: mine,
    });
    expect(
      estimateCost({ model: "gpt-4o", tokens: 1_000_000, rows: 100, epochs: 1, prices: [{ ...mine, model: "gpt-4o" }] })
        .cost,
    ).toBe(2);
  });

  it("names what it was called with wrongly", () => {
    expect(() => estimateCost({ model: "gpt-4o", tokens: Number.NaN, rows: 1 })).toThrow(/tokens/);
    expect(() => estimateCost({ model: "gpt-4o", tokens: 1, rows: 1, epochs: -1 })).toThrow(/epochs/);
  });
});
