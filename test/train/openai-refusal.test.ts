import { afterEach, describe, expect, it, vi } from "vitest";
import { startFineTune } from "langsmith-finetune";
import { openAI } from "langsmith-finetune/backends/openai";
import { contractRows } from "./backend-contract.js";
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

describe("after the day on which OpenAI closes", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
  const refused = { status: 403, message: "Fine-tuning is no longer available." };

  it("a refusal says since when, and what to do", () => {
    const after = explainOpenAIRefusal(refused, Date.UTC(2027, 0, 7));
    expect(after).toMatch(/takes no new fine-tuning jobs since 2027-01-06.*Take another backend: .*leave openai/);
    expect(explainOpenAIRefusal(refused, Date.UTC(2027, 0, 5))).toMatch(/from 2027-01-06 nobody can start a job/);
  });

  it.each([
    ["2027-01-05T23:59:59Z", "https://api.openai.com/v1", 0],
    ["2027-01-06T00:00:00Z", "https://api.openai.com/v1", 1],
    ["2027-02-01T00:00:00Z", "https://another.test/v1", 0],
  ])(
    "a job at %s and %s warns %i times before a row is read, and is asked for all the same",
    async (now, baseURL, times) => {
      vi.useFakeTimers({ now: new Date(now), toFake: ["Date"] });
      const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
      let asked = 0;
      const fetch = () => {
        asked += 1;
        return Promise.resolve(
          Response.json({ error: { message: "Fine-tuning is no longer available." } }, { status: 403 }),
        );
      };
      const backend = openAI({ model: "gpt-4.1-mini-2025-04-14", baseURL, apiKey: "k", fetch });
      const error: unknown = await startFineTune({ examples: contractRows, backend, personalData: "ignore" }).catch(
        (thrown: unknown) => thrown,
      );
      expect(
        warn.mock.calls.filter(([text]) => /takes no new fine-tuning jobs from 2027-01-06/.test(String(text))),
      ).toHaveLength(times);
      expect(asked).toBeGreaterThan(0);
      expect(String(error)).toContain(now < "2027-01-06" ? "from 2027-01-06 nobody" : "since 2027-01-06");
    },
  );
});

it("announces OpenAI's dates at its own host alone, which `leave` prints", () => {
  const announcementAt = (baseURL: string) => openAI({ model: "m", baseURL }).announcement;
  expect(announcementAt("https://api.openai.com/v1")).toMatch(/2027-01-06.*2027-01-14/);
  expect(announcementAt("https://another.test/v1")).toBeUndefined();
});
