import { expect, it } from "vitest";
import { explainOpenAIRefusal } from "../../src/train/backends/openai/refusal.js";

it("names a typo in the model before OpenAI's sunset", () => {
  const hint = explainOpenAIRefusal({
    status: 400,
    message: "Model gpt-4o-mni is not available for fine-tuning or does not exist.",
  });
  expect(hint).toMatch(/^Check the model's name first: .*OpenAI's sunset/);
});

it("does not speak of the model where the account is refused", () => {
  const hint = explainOpenAIRefusal({ status: 403, message: "Your organization may not fine-tune this model." });
  expect(hint).toMatch(/^If the key has the right to fine-tune/);
});

it.each([
  [401, "Incorrect API key provided."],
  [503, "Fine-tuning is unavailable."],
  [404, "No such File object."],
])("leaves a %i that says something else to the general advice", (status, message) => {
  expect(explainOpenAIRefusal({ status, message })).toBeUndefined();
});
