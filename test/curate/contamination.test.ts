import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Client } from "langsmith";
import { curate, EmptyDatasetError, type CurateOptions, type Skip, type TrainingExample } from "langsmith-finetune";
import { startSandbox } from "langsmith-finetune/sandbox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createQuestionIndex } from "../../src/curate/contamination/question-index.js";

const row = (question: string, answer = "Yes.", system = "You help."): TrainingExample => ({
  messages: [
    { role: "system", content: system },
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ],
});
const LONG =
  "Please tell me how many working days the delivery of a large parcel from Bremen to Lisbon takes in winter.";
const OTHER = "Which of our three plans would you advise for a family of five that streams films every evening?";
const rows = [row("What is 2+2?"), row(LONG), row(OTHER), row(`Hello! ${LONG} Thank you.`)];

async function against(examples: readonly TrainingExample[], option: CurateOptions["against"]) {
  const skips: Skip[] = [];
  const curated = await curate(examples, {
    against: option,
    onSkip: (skip) => skips.push(skip),
    deduplicate: false,
    join: false,
  });
  const kept: TrainingExample[] = [];
  for await (const one of curated.train) kept.push(one);
  return {
    kept: kept.map(({ messages }) => messages[1]?.content),
    skips,
    report: curated.report,
    findings: curated.findings,
  };
}

let directory: string;
beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), "against-"))));
afterAll(() => rm(directory, { recursive: true }));

describe("rows that hold a question of an evaluation set", () => {
  it("go, exact and near ones, whatever was answered and whatever the system prompt says", async () => {
    const { kept, skips, report } = await against(rows, [[row(LONG, "Six.", "Be brief.")]]);
    expect(kept).toEqual(["What is 2+2?", OTHER]);
    expect(skips).toMatchObject([
      { code: "against: exact", line: 2, evaluation: { set: "set 1", line: 1, match: "exact", similarity: 1 } },
      { code: "against: near", line: 4, evaluation: { set: "set 1", line: 1, match: "near" } },
    ]);
    expect(report.contamination).toEqual([
      {
        set: "set 1",
        exact: 1,
        near: 1,
        examples: [expect.objectContaining({ line: 2 }), expect.objectContaining({ line: 4 })],
      },
    ]);
    expect(report.rows).toMatchObject({ in: 4, kept: 2 });
  });

  it("are only reported where that is asked for", async () => {
    const { kept, report, findings } = await against(rows, {
      sets: [{ name: "held out", rows: [row(LONG)] }],
      action: "report",
    });
    expect(kept).toHaveLength(4);
    const found = findings.filter(({ evaluation }) => evaluation !== undefined);
    expect(found.map(({ code, line }) => [code, line])).toEqual([
      ["evaluation-exact", 2],
      ["evaluation-near", 4],
    ]);
    expect(report.contamination).toMatchObject([{ set: "held out", exact: 1, near: 1 }]);
  });

  it("are looked for exactly alone where that is asked for", async () => {
    const { kept } = await against(rows, { sets: [[row(LONG)]], near: false });
    expect(kept).toEqual(["What is 2+2?", OTHER, `Hello! ${LONG} Thank you.`]);
  });

  it("are found at every turn of a conversation, and in pairs", async () => {
    const chat: TrainingExample = {
      messages: [
        ...row("What is 2+2?").messages,
        { role: "user", content: "and 3?" },
        { role: "assistant", content: "6" },
      ],
    };
    const later = { messages: [...chat.messages.slice(1, 4)] };
    expect((await against([chat, row(OTHER)], [[later]])).kept).toEqual([OTHER]);
    expect((await against([chat, row(OTHER)], [[{ question: "What is 2+2?" }]])).kept).toEqual([OTHER]);
    const pair = {
      input: { messages: [{ role: "user", content: "What is 2+2?" }] },
      preferred_output: [],
      non_preferred_output: [],
    };
    expect((await against([chat, row(OTHER)], [[pair]])).kept).toEqual([OTHER]);
  });

  it("are not those whose short question only looks like one", async () => {
    const { kept } = await against(
      [row("What is 2+3?"), row("What is 2-2?"), row("what is 2 + 2?")],
      [[row("What is 2+2?")]],
    );
    expect(kept).toHaveLength(3);
  });

  it("are not those that share a phrase which many questions have", async () => {
    const template =
      "Please sort the following support ticket into exactly one of the categories that our handbook lists, and";
    const set = Array.from({ length: 40 }, (_, index) =>
      row(
        `${template} say why: the customer number ${index} writes about matter ${index * 7} of her order ${index * 13}`,
      ),
    );
    const { kept, skips } = await against(
      [
        row(`${template} say why: my router blinks red since Tuesday and nobody at the hotline answers me`),
        set[3] as TrainingExample,
      ],
      [set],
    );
    expect(kept).toHaveLength(1);
    expect(skips[0]?.code).toBe("against: exact");
  });
});

describe("an evaluation set", () => {
  it("is a file, whose lines are rows or objects with a question; each set has its own counts", async () => {
    const path = join(directory, "eval.jsonl");
    await writeFile(
      path,
      `${JSON.stringify({ inputs: { city: LONG }, outputs: { days: 6 } })}\n\n${JSON.stringify(row("What is 2+2?"))}\n`,
    );
    const { kept, report } = await against(
      [...rows, row("How are you?")],
      [path, { name: "plans", rows: [{ prompt: OTHER }] }, [row("Never asked by anybody?")]],
    );
    expect(kept).toEqual(["How are you?"]);
    expect(report.contamination?.map(({ set, exact, near }) => [set, exact, near])).toEqual([
      [path, 2, 1],
      ["plans", 1, 0],
      ["set 3", 0, 0],
    ]);
    expect(JSON.stringify(report.options)).not.toContain("Lisbon");
  });

  it("is a LangSmith dataset, read with the real client's connection", async () => {
    const sandbox = await startSandbox();
    try {
      const client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
      await client.createDataset("golden");
      await client.createExamples([
        { dataset_name: "golden", inputs: { question: "What is 2+2?" }, outputs: { answer: "4" } },
        { dataset_name: "golden", inputs: { messages: [{ role: "user", content: OTHER }] } },
      ] as never);
      const { kept, report } = await against(rows, [{ datasetName: "golden", client }]);
      expect(kept).toEqual([LONG, `Hello! ${LONG} Thank you.`]);
      expect(report.contamination).toMatchObject([{ set: "golden", exact: 2, near: 0 }]);
      expect(JSON.stringify(report)).not.toContain(sandbox.langsmith.apiKey);
    } finally {
      await sandbox.close();
    }
  });

  it("without a question is an error, for nothing would be compared", async () => {
    await expect(against(rows, [[{ id: 3 }]])).rejects.toSatisfy(EmptyDatasetError.isInstance);
    await expect(against(rows, [[]])).rejects.toThrow("No question was found");
    await expect(against(rows, [{ datasetName: "a", datasetId: "b" }])).rejects.toThrow(
      "either datasetName or datasetId",
    );
    await expect(against(rows, [3 as never])).rejects.toThrow("against[0] must be");
  });
});

it("finds a question that a row holds whole, wherever it stands, and one that is asked alone", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{3,8}$/), { minLength: 9, maxLength: 30 });
  fc.assert(
    fc.property(words, words, words, (question, before, after) => {
      const index = createQuestionIndex(0.8);
      index.add(0, 1, [{ role: "user", content: question.join(" ") }]);
      const held = index.find(row([...before, ...question, ...after].join(" ")));
      const alone = index.find(row(` ${question.join(" ")}\n`));
      // Words that repeat leave fewer than five different shingles.
      const shingles = new Set(question.slice(2).map((_, at) => question.slice(at, at + 3).join(" ")));
      return (held?.line === 1 || shingles.size < 6) && alone?.match === "exact";
    }),
    { numRuns: 50 },
  );
});
