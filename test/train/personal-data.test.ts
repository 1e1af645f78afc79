import { startFineTune, type FineTuneProgress, type TrainingExample } from "langsmith-finetune";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { terminalProgress } from "langsmith-finetune";
import { base, failureOf, fake, setUp } from "./fine-tune-setup.js";

setUp();

const rows = (count: number, answer: (index: number) => string): TrainingExample[] =>
  Array.from({ length: count }, (_, index) => ({
    messages: [
      { role: "user", content: `Who is customer ${index}?` },
      { role: "assistant", content: answer(index) },
    ],
  }));
const personal = rows(
  13,
  (index) => `Write to jane${index}@acme.com or call +49 170 12345${String(index).padStart(2, "0")}`,
);
const harmless = rows(13, (index) => `Customer ${index} is content.`);

let warnings: string[];
const listen = (warning: Error) => void (warning.name === "FineTuneWarning" && warnings.push(warning.message));
beforeEach(() => {
  warnings = [];
  process.on("warning", listen);
});
afterEach(() => void process.off("warning", listen));
/** Warnings of the process are told in the next turn of the loop. */
const told = () => new Promise((resolve) => setImmediate(resolve));

describe("personal data before an upload", () => {
  it("is said to the listener, on the terminal and as a warning, and never shown", async () => {
    const progress: FineTuneProgress[] = [];
    const written: string[] = [];
    const lines = terminalProgress({ stream: { write: (text) => written.push(text) } });
    await startFineTune({
      ...base(),
      examples: personal,
      onProgress: async (event) => {
        progress.push(event);
        await lines(event);
      },
    });
    await told();
    const types = progress.map(({ type }) => type);
    expect(types.indexOf("personal-data")).toBeLessThan(types.indexOf("uploading"));
    const said = progress.find(({ type }) => type === "personal-data");
    expect(said).toMatchObject({
      role: "training",
      scanned: 13,
      rows: 13,
      found: expect.arrayContaining([{ detector: "email", count: 13 }]),
    });
    expect(written.join("")).toMatch(/hold what looks like .* 13 × email/);
    expect(warnings).toEqual([expect.stringMatching(/13 × email.* in 13 of 13 rows/)]);
    expect(JSON.stringify([progress, written, warnings])).not.toContain("jane");
  });

  it("is refused where asked, before anything is sent, and ignored where asked", async () => {
    const error = await failureOf(startFineTune({ ...base(), examples: personal, personalData: "refuse" }));
    expect(error).toMatchObject({
      name: "InvalidExamplesError",
      message: expect.stringMatching(/Nothing was uploaded/),
    });
    expect(fake.requests).toEqual([]);
    await startFineTune({ ...base(), examples: personal, personalData: "ignore" });
    await startFineTune({ ...base(), examples: harmless, personalData: "refuse" });
    await told();
    expect(warnings).toEqual([]);
    await expect(startFineTune({ ...base(), examples: harmless, personalData: "yes" as never })).rejects.toThrow(
      /personalData must be "say" or "refuse" or "ignore"/,
    );
  });
});

describe("validation rows that are training rows", () => {
  it("are counted and said", async () => {
    const progress: FineTuneProgress[] = [];
    const onProgress = (event: FineTuneProgress) => void progress.push(event);
    const validation = [...harmless.slice(0, 4), ...rows(3, (index) => `Nobody knows ${index}.`)];
    await startFineTune({ ...base(), examples: harmless, validation, onProgress });
    await told();
    expect(progress).toContainEqual({ type: "repeated-rows", rows: 4, of: 7 });
    expect(warnings).toEqual([expect.stringMatching(/^4 of 7 validation rows are training rows too/)]);
  });

  it("nothing is said where all are others", async () => {
    const progress: string[] = [];
    const validation = rows(3, (index) => `Nobody knows ${index}.`);
    await startFineTune({
      ...base(),
      examples: harmless,
      validation,
      onProgress: ({ type }) => void progress.push(type),
    });
    expect(progress).not.toContain("repeated-rows");
  });
});
