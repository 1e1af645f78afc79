import { readFileSync } from "node:fs";
import {
  countTokens,
  curate,
  InvalidOptionError,
  limitTokens,
  loadChatTokenizer,
  renderChat,
  renderReportHtml,
  type TrainingExample,
  validateExamples,
} from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { folder } from "./goldens.js";

/** A byte-level tokenizer that was trained on a few sentences, with a chat template; ids and masks by transformers. */
const model = new URL("tokenizer/", folder).pathname;
const goldens = JSON.parse(readFileSync(new URL("tokenizer/goldens.json", folder), "utf8")) as {
  messages: TrainingExample["messages"];
  ids: number[];
  mask: number[];
}[];
const rows: TrainingExample[] = goldens.map(({ messages }) => ({ messages }));

describe("tokens of open models", () => {
  it("are transformers' own, with its mask of what is learned", async () => {
    const tokenizer = await loadChatTokenizer(model);
    for (const { messages, ids, mask } of goldens) {
      const { tokens } = renderChat({ messages }, { template: model, tokenizer });
      expect(tokens?.ids).toEqual(ids);
      expect(tokens?.trained?.map(Number)).toEqual(mask);
    }
  });

  it("are counted exactly with the tokenizer, and hold rows to a length", async () => {
    const lengths = goldens.map(({ ids }) => ids.length);
    const count = await countTokens(rows, { model: "tiny", tokenizer: model });
    expect(count).toMatchObject({
      perRow: lengths,
      trained: goldens.flatMap(({ mask }) => mask).reduce((sum, one) => sum + one, 0),
      exact: true,
      encoding: "tokenizer",
    });
    const kept: TrainingExample[] = [];
    const limits = { model: "tiny", tokenizer: model, maxTokens: lengths[0] ?? 0, onSkip: () => undefined };
    for await (const row of limitTokens(rows, limits)) kept.push(row);
    expect(kept).toEqual([rows[0]]);
    const { report } = await curate(rows, {
      template: model,
      tokens: { model: "tiny", tokenizer: model, maxTokens: 50, epochs: 1, prices: [] },
    });
    expect(report.removed).toMatchObject([{ step: "length", count: 1 }]);
    expect(report.tokens).toMatchObject({ total: lengths[0], exact: true });
  });

  it("need the tokenizer's file, and the template with a tokenizer that was loaded", async () => {
    await expect(loadChatTokenizer("no/such/model")).rejects.toThrow(InvalidOptionError);
    const tokenizer = await loadChatTokenizer(model);
    await expect(countTokens(rows, { model: "tiny", tokenizer })).rejects.toThrow(/chat template/);
    expect((await countTokens(rows, { model: "tiny", tokenizer, template: model })).exact).toBe(true);
  });

  it("say so where the template refuses a row", async () => {
    const refused = [{ messages: [{ role: "critic", content: "Hm." }] }];
    expect((await countTokens(refused, { model: "tiny", tokenizer: model })).exact).toBe(false);
    const codes: string[] = [];
    const bad = [
      {
        messages: [
          { role: "function", name: "f", content: "1" },
          { role: "assistant", content: "x" },
        ],
      },
    ];
    for await (const { code } of validateExamples(bad, { template: model })) codes.push(code);
    expect(codes).toContain("template-raises");
  });
});

describe("the report", () => {
  it("shows the first rows as the model sees them, with the targets marked and all text escaped", async () => {
    const injected = {
      messages: [
        { role: "user", content: "<script>x</script>" },
        { role: "assistant", content: "<b>No.</b>" },
      ],
    };
    const { report } = await curate([injected as TrainingExample, ...rows], { template: model });
    expect(report.rendered?.[0]?.pieces).toEqual([
      { text: "<|user|>\n<script>x</script><|end|>\n<|assistant|>\n", target: false },
      { text: "<b>No.</b><|end|>", target: true },
      { text: "\n", target: false },
    ]);
    expect(report.rendered).toHaveLength(3);
    const page = renderReportHtml(report);
    expect(page).toContain("<mark>&lt;b&gt;No.&lt;/b&gt;&lt;|end|&gt;</mark>");
    expect(page).not.toContain("<script>");
    expect(page).toContain("This page shows the text of some rows");
  });

  it("holds no text of rows without a template", async () => {
    const { report } = await curate(rows);
    expect(report.rendered).toBeUndefined();
    expect(renderReportHtml(report)).toContain("not their conversations");
  });
});
