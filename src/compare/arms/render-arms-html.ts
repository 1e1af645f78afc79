import { isRecord } from "../../internal/is-record.js";
import { kind, text } from "../../internal/kinds.js";
import { checkArgument, checkOptions, type Kind } from "../../internal/options.js";
import { table } from "../../internal/html/charts.js";
import { formatDollars, formatNumber } from "../../internal/html/format.js";
import { html, type Html, type HtmlValue } from "../../internal/html/html.js";
import { intervalBar } from "../../internal/html/interval-bar.js";
import { figures, renderPage, section, verdict } from "../../internal/html/page.js";
import type { ArmComparison, ArmLook, ArmMetric } from "./types.js";

/** Options of {@link renderArmsHtml}. */
export interface ArmsPageOptions {
  /** @default "Base and tuned in production" */
  title?: string;
}

const comparisonKind: Kind<ArmComparison> = kind(
  "a comparison, as compareArms gives it",
  (value) =>
    isRecord(value) && isRecord(value.arms) && typeof value.headline === "string" && Array.isArray(value.looks),
);

const KINDS = { better: "good", worse: "bad", unclear: "neutral" } as const;
const share = (value: number) => `${(value * 100).toFixed(1)}%`;
const seconds = (value: number) => `${value.toFixed(2)} s`;
/** How each figure is written, and which direction is good. */
const METRICS = {
  rating: { label: "Rating", write: (value: number) => value.toFixed(3), good: 1 },
  errors: { label: "Failed calls", write: share, good: -1 },
  latency: { label: "Latency of a call", write: seconds, good: -1 },
  tokens: { label: "Tokens of a call", write: (value: number) => value.toFixed(0), good: -1 },
  cost: { label: "Cost of a call", write: formatDollars, good: -1 },
} as const;
const LOOKS_SHOWN = 14;

/**
 * What `compareArms` found as one self-contained page: the verdict first, then both arms side by
 * side, and how the difference developed. It has no script, and allows none.
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { renderArmsHtml, type ArmComparison } from "langsmith-finetune";
 *
 * declare const comparison: ArmComparison;
 * await writeFile("arms.html", renderArmsHtml(comparison));
 * ```
 */
export function renderArmsHtml(comparison: ArmComparison, options: ArmsPageOptions = {}): string {
  checkArgument("comparison", comparison, comparisonKind);
  checkOptions<ArmsPageOptions>("renderArmsHtml", options, { title: text });
  const { title = "Base and tuned in production" } = options;
  const { headline, verdict: word, arms, looks, createdAt } = comparison;
  const end = headline.indexOf(". ");
  const sentence = end === -1 ? headline : headline.slice(0, end + 1);
  return renderPage({
    title,
    subtitle: `${arms.tuned.version ?? "tuned"} against ${arms.base.version ?? "base"}, ${createdAt.slice(0, 10)}`,
    body: [
      verdict(KINDS[word], sentence, end === -1 ? undefined : headline.slice(end + 2)),
      figures([
        ...(["base", "tuned"] as const).map((arm) => ({
          value: formatNumber(arms[arm].calls),
          label: `calls of ${arm}`,
          detail: `by ${formatNumber(arms[arm].keys)} keys`,
        })),
        { value: formatNumber(arms.tuned.fallbacks), label: "fallbacks", detail: "base answered for tuned" },
        ...(arms.base.cost !== undefined && arms.tuned.cost !== undefined
          ? [{ value: formatDollars(arms.base.cost + arms.tuned.cost), label: "cost of both arms" }]
          : []),
      ]),
      metricsSection(comparison),
      looks.length > 0 && looksSection(looks),
      leftOutSection(comparison),
    ],
    footer:
      "Made by langsmith-finetune. Means, differences and intervals are over keys. The intervals are a confidence sequence: 95 % at all looks together, so that they may be read on any day.",
  });
}

function metricsSection({ metrics, ratings, rating }: ArmComparison): Html {
  const others = Object.entries(ratings).filter(([key]) => key !== rating);
  const rows = [
    ...(["rating", "errors", "latency", "tokens", "cost"] as const).flatMap((name) => {
      const metric = metrics[name];
      const label = name === "rating" ? html`Rating <code>${rating}</code>` : METRICS[name].label;
      return metric ? [metricRow(label, metric, METRICS[name])] : [];
    }),
    ...others.map(([key, metric]) => metricRow(html`Rating <code>${key}</code>`, metric, METRICS.rating)),
  ];
  return section(
    "Both arms",
    table(
      [
        { text: "" },
        { text: "base", numeric: true },
        { text: "tuned", numeric: true },
        { text: "Difference" },
        { text: "Keys", numeric: true },
      ],
      rows,
      { stacked: true },
    ),
    { wide: true, note: "Each key counts once. Only the rating decides; the other lines are there to be watched." },
  );
}

function metricRow(
  label: HtmlValue,
  { base, tuned, difference, interval }: ArmMetric,
  { write, good }: (typeof METRICS)[keyof typeof METRICS],
): HtmlValue[] {
  return [
    label,
    base ? write(base.mean) : "",
    tuned ? write(tuned.mean) : "",
    difference === undefined || !interval
      ? html`<span class="muted">too few keys, or all alike</span>`
      : differenceCell(difference, interval, write, good),
    `${formatNumber(base?.keys ?? 0)} / ${formatNumber(tuned?.keys ?? 0)}`,
  ];
}

function differenceCell(
  value: number,
  interval: readonly [low: number, high: number],
  write: (value: number) => string,
  good: number,
  limit = Math.max(...interval.map(Math.abs)),
): Html {
  const signed = (one: number) => `${one > 0 ? "+" : one < 0 ? "-" : ""}${write(Math.abs(one))}`;
  const isShown = interval[0] > 0 || interval[1] < 0;
  const kind = isShown ? (value * good > 0 ? "good" : "bad") : "muted";
  const range = `(${signed(interval[0])} to ${signed(interval[1])})`;
  return html`${signed(value)} <span class="muted">${range}</span>${intervalBar({ value, interval, limit, kind, description: `${signed(value)} ${range}` })}`;
}

function looksSection(looks: readonly ArmLook[]): Html {
  const shown = looks.slice(-LOOKS_SHOWN);
  const limit = Math.max(...shown.flatMap(({ interval }) => interval.map(Math.abs)));
  const rows = shown.map(({ day, keys, difference, interval }): HtmlValue[] => [
    day,
    formatNumber(keys),
    differenceCell(difference, interval, METRICS.rating.write, 1, limit),
  ]);
  return section(
    "The difference in ratings, day by day",
    table([{ text: "Until" }, { text: "Keys", numeric: true }, { text: "Difference" }], rows, { stacked: true }),
    { wide: true, note: looks.length > shown.length && `The last ${LOOKS_SHOWN} of ${looks.length} days.` },
  );
}

const REASONS: Record<string, string> = {
  "no-key": "calls without a key, which the base model answered",
  "unknown-arm": "runs with an arm's tag and no arm in their metadata",
  "not-ended": "calls that had not ended",
  "other-experiment": "calls of another experiment",
  "other-version": "calls of another version of an arm",
  "rating-of-two-arms": "ratings of a trace in which both arms or several keys answered",
  "rated-again": "ratings that a later one by the same key on the same run replaced, or repeated",
};

function leftOutSection({ leftOut }: ArmComparison): HtmlValue {
  const entries = Object.entries(leftOut);
  if (entries.length === 0) return undefined;
  return section(
    "Left out",
    html`<ul class="rows">${entries.map(([code, count]) => html`<li>${formatNumber(count)} ${REASONS[code] ?? ""} <code>${code}</code></li>`)}</ul>`,
    { wide: true },
  );
}
