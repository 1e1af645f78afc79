import { isRecord, objectOf } from "../internal/is-record.js";
import { kind, limit as atMost, text } from "../internal/kinds.js";
import { checkArgument, checkOptions, type Kind, type OptionKinds } from "../internal/options.js";
import { barList, shareBar, table } from "../internal/html/charts.js";
import { formatDollars, formatNumber } from "../internal/html/format.js";
import { html, type Html, type HtmlValue } from "../internal/html/html.js";
import { intervalBar } from "../internal/html/interval-bar.js";
import { figures, notice, renderPage, section, verdict } from "../internal/html/page.js";
import type { TrainingMessage } from "../types.js";
import { neededOf } from "./describe-pair.js";
import type { ModelAnswer } from "../judge/asking/model-answer.js";
import type { Comparison, ComparisonCase, EvaluatorComparison, PairComparison } from "./types.js";
import { textOfContent } from "../messages/text-of-content.js";

/** Options of {@link renderComparisonHtml}. */
export interface ComparisonPageOptions {
  /** @default "Did it help?" */
  title?: string;
  /**
   * Cases shown of each list; the JSON has all of them.
   * @default 100
   */
  limit?: number;
}

/** The kind of what `compareModels` gives. */
export const comparisonKind: Kind<Comparison> = kind(
  "a comparison, as compareModels gives it",
  (value) => isRecord(value) && isRecord(value.models) && Array.isArray(value.cases),
);

/** The kinds of {@link ComparisonPageOptions}. */
export const pageKinds: OptionKinds<ComparisonPageOptions> = { title: text, limit: atMost };

const VERDICTS = { better: "better", worse: "worse", same: "no difference", unclear: "not shown" } as const;
const KINDS = { better: "good", worse: "bad", mixed: "mixed", same: "neutral", unclear: "neutral" } as const;

/**
 * A comparison as one self-contained page: the verdict first, then what flipped, with the answers
 * side by side. Nothing of a row or an answer can run in it: it has no script, and allows none.
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { renderComparisonHtml, type Comparison } from "langsmith-finetune";
 *
 * declare const comparison: Comparison;
 * await writeFile("comparison.html", renderComparisonHtml(comparison));
 * ```
 */
export function renderComparisonHtml(comparison: Comparison, options: ComparisonPageOptions = {}): string {
  checkArgument("comparison", comparison, comparisonKind);
  checkOptions<ComparisonPageOptions>("renderComparisonHtml", options, pageKinds);
  const { title = "Did it help?", limit = 100 } = options;
  const names = Object.keys(comparison.models);
  return renderPage({
    title,
    subtitle: `${names.join(" against ")}, ${formatNumber(comparison.cases.length)} held-out cases, ${comparison.createdAt.slice(0, 10)}`,
    body: [
      ...comparison.pairs.map(verdictBox),
      noticesOf(comparison),
      figures(headline(comparison)),
      ...comparison.pairs.map((pair) => scoresSection(pair, comparison.pairs.length > 1)),
      modelsSection(comparison),
      ...comparison.pairs.flatMap((pair) => flipSections(pair, comparison.cases, limit)),
    ],
    footer:
      "Made by langsmith-finetune. Tests and intervals flip whole conversations (sign-flip test; with one yes/no answer in each, McNemar's exact test). Verdicts are corrected for all evaluators together (Holm); the intervals are 95 % each.",
  });
}

function verdictBox({ verdict: word, headline }: PairComparison): Html {
  // The first sentence says it; what follows is how sure, or what it cost.
  const end = headline.indexOf(". ");
  return end === -1
    ? verdict(KINDS[word], headline)
    : verdict(KINDS[word], headline.slice(0, end + 1), headline.slice(end + 2));
}

function noticesOf({ models }: Comparison): HtmlValue {
  const notices = Object.entries(models).flatMap(([name, { failed, stopped }]) => {
    if (stopped) return [notice("error", `${name} was not asked to the end: ${stopped}`)];
    return failed > 0
      ? [notice("warning", `${name} failed on ${formatNumber(failed)} cases; they count as wrong.`)]
      : [];
  });
  return notices.length > 0 && html`<div class="notices">${notices}</div>`;
}

function headline({ cases, pairs, models }: Comparison) {
  const flips = pairs.flatMap(({ evaluators }) => evaluators.flatMap((one) => one.flips ?? []));
  const distinct = (list: "fixed" | "broken") => new Set(flips.flatMap((one) => one[list])).size;
  const costs = Object.values(models).map(({ cost }) => cost);
  return [
    {
      value: formatNumber(cases.length),
      label: "cases",
      detail: `of ${formatNumber(new Set(cases.map(({ conversation }) => conversation)).size)} conversations`,
    },
    { value: formatNumber(distinct("fixed")), label: "fixed", detail: "by any evaluator" },
    { value: formatNumber(distinct("broken")), label: "broken", detail: "by any evaluator" },
    ...(costs.every((cost) => cost !== undefined)
      ? [{ value: formatDollars(costs.reduce((sum, cost) => sum + cost, 0)), label: "cost of asking" }]
      : []),
  ];
}

function scoresSection({ base, candidate, evaluators }: PairComparison, named: boolean): Html {
  const limits = { yesNo: limitOf(evaluators, true), number: limitOf(evaluators, false) };
  const rows = evaluators.map((one): HtmlValue[] => [
    html`<code>${one.key}</code>${one.main && html` <span class="muted">main</span>`}`,
    html`<span class="pill ${KINDS[one.verdict]}">${VERDICTS[one.verdict]}</span>`,
    score(one, base),
    score(one, candidate),
    one.cases === 0 ? "" : difference(one, one.yesNo ? limits.yesNo : limits.number),
    one.cases === 0 ? "" : probability(one.correctedPValue),
    cases(one),
  ]);
  const headings = [
    { text: "Evaluator" },
    { text: "Verdict" },
    { text: base, numeric: true },
    { text: candidate, numeric: true },
    { text: "Difference" },
    { text: "p, corrected", numeric: true },
    { text: "Cases (conversations)", numeric: true },
  ];
  const open = evaluators.filter(({ verdict, cases }) => verdict === "unclear" && cases > 0);
  return section(
    named ? `Scores: ${candidate} against ${base}` : "Scores",
    [
      table(headings, rows, { stacked: true }),
      open.length > 0 &&
        html`<ul class="rows unfolded">${open.map((one) => html`<li><code>${one.key}</code> ${neededOf(one)}</li>`)}</ul>`,
    ],
    { wide: true, note: "Both models on the same cases. Of the difference: the mean, and its 95 % interval." },
  );
}

function difference(one: EvaluatorComparison, limit: number): Html {
  const { difference: value, interval } = one;
  if (value === 0 && interval?.every((end) => end === 0)) return html`<span class="muted">none</span>`;
  const kind = one.verdict === "better" ? "good" : one.verdict === "worse" ? "bad" : "muted";
  const range = rangeText(one);
  return html`${signed(one)} <span class="muted">${range}</span>${intervalBar({ value, interval, limit, kind, description: `${signed(one)} ${range}` })}`;
}

function limitOf(evaluators: readonly EvaluatorComparison[], yesNo: boolean): number {
  const ends = evaluators
    .filter((one) => one.yesNo === yesNo)
    .flatMap((one) => [one.difference, ...(one.interval ?? [])].map(Math.abs));
  return Math.max(0, ...ends);
}

function cases({ cases: count, conversations }: EvaluatorComparison): string {
  return conversations.count === count
    ? formatNumber(count)
    : `${formatNumber(count)} (${formatNumber(conversations.count)})`;
}

const probability = (value: number) => (value < 0.001 ? "< 0.001" : value.toFixed(3));

function modelsSection({ models }: Comparison): Html {
  const entries = Object.entries(models);
  // A column of nothing would look as if it had cost nothing.
  const priced = entries.some(([, { cost }]) => cost !== undefined);
  const headings = [
    { text: "Model" },
    { text: "Answered", numeric: true },
    { text: "Failed", numeric: true },
    { text: "Median", numeric: true },
    { text: "95 % within", numeric: true },
    { text: "Tokens in", numeric: true },
    { text: "Tokens out", numeric: true },
    ...(priced ? [{ text: "Cost", numeric: true }] : []),
  ];
  const rows = entries.map(([name, { answered, failed, latency, tokens, cost }]): HtmlValue[] => [
    name,
    formatNumber(answered),
    formatNumber(failed),
    latency ? seconds(latency.median) : "",
    latency ? seconds(latency.p95) : "",
    formatNumber(tokens.prompt),
    formatNumber(tokens.completion),
    ...(priced ? [cost === undefined ? "" : formatDollars(cost)] : []),
  ]);
  const latencies = entries.flatMap(([label, { latency }]) =>
    latency ? [{ label, value: latency.median, shown: seconds(latency.median) }] : [],
  );
  return section(
    priced ? "Time and cost" : "Time and tokens",
    [table(headings, rows, { stacked: true }), html`<h3>Median time to answer</h3>`, barList(latencies)],
    {
      wide: true,
    },
  );
}

function flipSections(
  { base, candidate, evaluators }: PairComparison,
  cases: readonly ComparisonCase[],
  limit: number,
): Html[] {
  return evaluators.flatMap((one) => {
    const { key, flips, changes } = one;
    const lists = flips
      ? [
          { heading: `Broken: ${base} was right, ${candidate} is wrong`, numbers: flips.broken },
          { heading: `Fixed: ${base} was wrong, ${candidate} is right`, numbers: flips.fixed },
          { heading: "Both wrong", numbers: flips.bothWrong },
        ]
      : [
          { heading: `Lower with ${candidate}`, numbers: changes?.fell ?? [] },
          { heading: `Higher with ${candidate}`, numbers: changes?.rose ?? [] },
        ];
    if (lists.every(({ numbers }) => numbers.length === 0)) return [];
    const bar = flips
      ? shareBar(
          [
            // Green is what got better, and red what got worse, as in other tools that compare experiments.
            { label: "both right", value: flips.bothRight.length, kind: "accent" },
            { label: "fixed", value: flips.fixed.length, kind: "good" },
            { label: "broken", value: flips.broken.length, kind: "bad" },
            { label: "both wrong", value: flips.bothWrong.length, kind: "removed" },
          ],
          `${key}: ${flips.bothRight.length} both right, ${flips.fixed.length} fixed, ${flips.broken.length} broken, ${flips.bothWrong.length} both wrong`,
        )
      : html``;
    return [
      section(
        key,
        [bar, ...lists.map(({ heading, numbers }) => caseList(heading, numbers, key, [base, candidate], cases, limit))],
        { wide: true },
      ),
    ];
  });
}

function caseList(
  heading: string,
  numbers: readonly number[],
  key: string,
  models: readonly string[],
  cases: readonly ComparisonCase[],
  limit: number,
): Html {
  if (numbers.length === 0) return html``;
  const shown = numbers.slice(0, limit).flatMap((number) => cases[number - 1] ?? []);
  const rest = numbers.length - shown.length;
  return html`<details${heading.startsWith("Broken") || heading.startsWith("Lower") ? html` open` : ""}><summary><h3>${heading} (${formatNumber(numbers.length)})</h3></summary><div class="cases">${shown.map((one) => caseBox(one, key, models))}</div>${rest > 0 && html`<p class="note">${formatNumber(rest)} more are in the JSON.</p>`}</details>`;
}

function caseBox(
  { number, conversation, inputs, reference, source, answers, scores }: ComparisonCase,
  key: string,
  models: readonly string[],
): Html {
  const sides = [
    html`<div class="side"><h3>Reference</h3><pre>${readable(reference)}</pre></div>`,
    ...models.map((model) => {
      const { comment } = scores[key]?.[model] ?? {};
      return html`<div class="side"><h3>${model}</h3><pre>${answerText(answers[model])}</pre>${comment !== undefined && html`<p class="note">${comment}</p>`}</div>`;
    }),
  ];
  const question = inputs.messages.map((message) => `${message.role}: ${readable(message)}`).join("\n\n");
  return html`<div class="case"><div class="muted">Case ${number}, conversation ${conversation}${source.runId !== undefined && html`, run <code>${source.runId}</code>`}</div><pre>${question}</pre><div class="sides">${sides}</div></div>`;
}

function answerText(answer: ModelAnswer | undefined): string {
  if (answer?.message) return readable(answer.message);
  return `failed: ${answer?.error ?? "no answer"}`;
}

function readable(message: TrainingMessage): string {
  const { content } = message;
  const text = textOfContent(content, {
    between: "\n",
    other: (part) => `[image ${String(objectOf(part.image_url).url).slice(0, 60)}]`,
  });
  if (message.role !== "assistant") return text;
  const functions = [
    ...(message.tool_calls ?? []).map((call) => call.function),
    ...(message.function_call ? [message.function_call] : []),
  ];
  return [
    text,
    message.refusal ? `refused: ${message.refusal}` : "",
    ...functions.map((one) => `${one.name}(${one.arguments})`),
  ]
    .filter((line) => line !== "")
    .join("\n");
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 0)} s`;
const shownAs = ({ yesNo }: EvaluatorComparison, value: number) =>
  yesNo ? `${(value * 100).toFixed(1)}%` : value.toFixed(3);
const score = (one: EvaluatorComparison, model: string) =>
  one.scores[model] === undefined ? "" : shownAs(one, one.scores[model]);
const signed = (one: EvaluatorComparison) => `${one.difference > 0 ? "+" : ""}${shownAs(one, one.difference)}`;
const rangeText = (one: EvaluatorComparison) =>
  one.interval ? `(${shownAs(one, one.interval[0])} to ${shownAs(one, one.interval[1])})` : "";
