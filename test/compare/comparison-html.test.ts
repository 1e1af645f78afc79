import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { compareModels, renderComparisonHtml, writeComparison, type TrainingExample } from "langsmith-finetune";
import { expect, it } from "vitest";

const hostile = `</pre><script>alert(1)</script><img src=x onerror="alert(2)"> \u202e \`\${x}\``;
const row = (question: string, answer: string): TrainingExample => ({
  messages: [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ],
});
const fake = (...responses: string[]) => new FakeListChatModel({ responses });
const compare = (extra = {}) =>
  compareModels({
    examples: [row(hostile, "x"), row("b", "y"), row("c", "z")],
    models: { base: fake("x", "no", "z"), [`tuned ${hostile}`]: fake(hostile, "y", "z") },
    concurrency: 1,
    ...extra,
  });

it("has no markup that came from a row, an answer or a name, and no script at all", async () => {
  const page = renderComparisonHtml(await compare());
  expect(page).not.toMatch(/<script|<img|onerror="/i);
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(page).toContain("default-src &#39;none&#39;".replaceAll("&#39;", "'"));
});

it("says the verdict before anything else, and shows the broken case open with both answers", async () => {
  const page = renderComparisonHtml(await compare());
  const verdict = page.indexOf("model is better was not shown: 1 case fixed, 1 broken of 3, by normalised_text");
  expect(verdict).toBeGreaterThan(0);
  expect(verdict).toBeLessThan(page.indexOf("<h2>Scores"));
  expect(page).toMatch(/<details open><summary><h3>Broken: base was right/);
  expect(page).toMatch(/<details><summary><h3>Fixed/);
});

it("writes page and JSON, whole or not at all", async () => {
  const directory = await mkdtemp(join(tmpdir(), "comparison-"));
  const comparison = await compare();
  const paths = await writeComparison(join(directory, "report"), comparison);
  expect(JSON.parse(readFileSync(paths.json, "utf8"))).toEqual(comparison);
  expect(existsSync(paths.html)).toBe(true);
  expect(await readdir(join(directory, "report"))).toHaveLength(2);
  await rm(directory, { recursive: true });
});
