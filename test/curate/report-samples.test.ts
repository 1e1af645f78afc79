import { curate, renderReportHtml, withSource, type DatasetRow, type TrainingExample } from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { assistant, example, row, sentence, system, user } from "./rows.js";

const call = (name: string, given: string) => ({
  id: "call_1",
  type: "function" as const,
  function: { name, arguments: given },
});
const tools: TrainingExample["tools"] = [
  { type: "function", function: { name: "weigh", parameters: { type: "object", properties: {} } } },
];
const rows = (count: number) => Array.from({ length: count }, (_, index) => row(sentence(index), `a${index}`));
const options = { validate: false, redact: false, deduplicate: false, join: false } as const;
const samplesOf = async (given: readonly DatasetRow[], samples = 9) =>
  (await curate(given, { ...options, samples })).report.samples ?? [];

describe("sample rows of the report", () => {
  it("are shown by option only", async () => {
    const { report } = await curate(rows(3), options);
    expect(report.samples).toBeUndefined();
    expect(JSON.stringify(report)).not.toContain(sentence(1));
    expect(renderReportHtml(report)).toContain("This page holds ids and places of rows, not their conversations.");
  });

  it("are spread over the dataset, and named with their part", async () => {
    const { report } = await curate(rows(100), { ...options, samples: 4, split: { validation: 0.2 } });
    const answers = report.samples?.map(({ messages }) => messages.at(-1)?.text);
    expect(answers).toEqual(["a0", "a25", "a50", "a75"]);
    const got = Math.round((report.split?.got.validation ?? 0) * 100);
    expect(got).toBe(report.rows.validation);
    expect(renderReportHtml(report)).toContain(`Asked: 20% for validation, got ${got}%.`);
  });

  it("are all of them where there are fewer", async () => {
    expect(await samplesOf(rows(2), 100)).toHaveLength(2);
  });

  it("say what is learned, with tools, calls and reasoning", async () => {
    const learned = {
      ...example(
        system("Weigh things."),
        user("the door"),
        { role: "assistant", tool_calls: [call("weigh", '{"thing":"door"}')], weight: 0 },
        { role: "tool", tool_call_id: "call_1", content: [{ type: "text", text: "3 kg" }] },
        { ...assistant("Three kilograms."), reasoning_content: "It says 3 kg." } as never,
      ),
      tools,
    };
    const [sample] = await samplesOf([withSource(learned, { runId: "run-1" })]);
    expect(sample).toMatchObject({ part: "train", runId: "run-1", tools: ["weigh"] });
    expect(sample?.messages).toMatchObject([
      { role: "system", target: false },
      { role: "user", target: false },
      { role: "assistant", target: false, calls: [{ name: "weigh", arguments: '{"thing":"door"}' }] },
      { role: "tool", text: "3 kg", target: false },
      { role: "assistant", text: "Three kilograms.", reasoning: "It says 3 kg.", target: true },
    ]);
  });

  it("show both answers of a pair, and the label of an unpaired answer", async () => {
    const pair: DatasetRow = {
      input: { messages: [user("q")] },
      preferred_output: [{ role: "assistant", content: "good" }],
      non_preferred_output: [{ role: "assistant", content: "bad" }],
    };
    const label: DatasetRow = { prompt: "q", completion: "bad", label: false };
    expect((await samplesOf([pair]))[0]?.messages).toMatchObject([
      { text: "q", target: false },
      { text: "good", verdict: "preferred" },
      { text: "bad", verdict: "rejected" },
    ]);
    expect((await samplesOf([label]))[0]?.messages).toMatchObject([
      { text: "q" },
      { text: "bad", verdict: "rejected" },
    ]);
  });

  it("are cut to what a page can show, and keep the answer", async () => {
    const long = example(
      ...Array.from({ length: 60 }, (_, index) => (index % 2 ? assistant(`a${index}`, 0) : user("x".repeat(5_000)))),
      assistant("the answer"),
    );
    const [sample] = await samplesOf([long]);
    expect(sample?.messages).toHaveLength(40);
    expect(sample?.moreMessages).toBe(21);
    expect(sample?.messages[0]?.text).toHaveLength(2_001);
    expect(sample?.messages.at(-1)).toMatchObject({ text: "the answer", target: true });
    const page = renderReportHtml((await curate([long], { ...options, samples: 1 })).report);
    expect(page).toContain("21 more messages");
  });
});

it("says in words how rows are spread that are all alike", async () => {
  const { report } = await curate(rows(5), options);
  expect(renderReportHtml(report)).toContain("<b>5</b> of 5 rows: 2 messages");
});
