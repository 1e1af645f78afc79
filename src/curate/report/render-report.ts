import { isRecord } from "../../internal/is-record.js";
import { kind } from "../../internal/kinds.js";
import { checkArgument } from "../../internal/options.js";
import { barList, histogram, shareBar, table, type Bar } from "../../internal/html/charts.js";
import { formatCompact, formatDollars, formatNumber, formatShare } from "../../internal/html/format.js";
import { html, link, type Html, type HtmlValue } from "../../internal/html/html.js";
import { figures, notice, renderPage, section } from "../../internal/html/page.js";
import { NAMED_ROWS, type CurationReport, type Distribution, type RowReference, type SplitReport } from "./report.js";
import { rendered, samples } from "./render-rows.js";
import { wordsOf } from "./words.js";

const reportKind = kind<CurationReport>("the report of curate() or createReport()", (value) =>
  isRecord((value as Partial<CurationReport> | null | undefined)?.rows),
);

/**
 * The report as one HTML page: charts, light and dark, for a phone or for paper. The page stands alone, has
 * no script and loads nothing; what rows hold is text in it, whatever it looks like.
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { curate, readJsonl, renderReportHtml } from "langsmith-finetune";
 *
 * const { report } = await curate(readJsonl("examples.jsonl"), { title: "Support bot, November" });
 * await writeFile("report.html", renderReportHtml(report));
 * ```
 */
export function renderReportHtml(report: CurationReport): string {
  checkArgument("report", report, reportKind);
  return renderPage({
    title: report.title ?? "Training dataset",
    subtitle: subtitleOf(report),
    body: [
      report.notices.length > 0 &&
        html`<div class="notices">${report.notices.map(({ level, message }) => notice(level, message))}</div>`,
      figuresOf(report),
      flow(report),
      removals(report),
      faults(report),
      lengths(report),
      conversations(report),
      tools(report),
      models(report),
      feedback(report),
      contamination(report),
      redaction(report),
      report.samples && samples(report.samples),
      report.rendered && rendered(report.rendered),
      recipe(report),
    ],
    footer: html`Made by ${report.package.name} ${report.package.version}. ${report.rendered || report.samples ? SHOWS_ROWS : PRIVACY}`,
  });
}

const PRIVACY =
  "This page holds ids and places of rows, not their conversations. It runs no script and asks no server.";

const SHOWS_ROWS =
  "This page shows the text of some rows: share it as you would share the rows. It runs no script and asks no server.";

function subtitleOf({ rows, period, threads, models }: CurationReport): HtmlValue {
  const parts = [
    `${formatNumber(rows.kept)} rows`,
    threads > 1 && `${formatNumber(threads)} conversations came in`,
    models.length === 1 && models[0] && `answered by ${models[0].name}`,
    period &&
      (period.first.slice(0, 10) === period.last.slice(0, 10)
        ? period.first.slice(0, 10)
        : `${period.first.slice(0, 10)} to ${period.last.slice(0, 10)}`),
  ];
  return parts.filter(Boolean).join(" · ");
}

function figuresOf({ rows, targets, tokens, cost, findings, characters }: CurationReport): Html {
  const left = leftOut({ rows });
  const kept = left === 0 ? "nothing left out" : `${formatShare(rows.kept, rows.in)}, ${formatNumber(left)} left out`;
  return figures([
    { value: formatNumber(rows.in), label: "Rows in" },
    {
      value: formatNumber(rows.kept),
      label: "Kept",
      detail:
        rows.joined === 0 ? kept : `${formatNumber(rows.joined)} joined into them, ${formatNumber(left)} left out`,
    },
    ...(targets.in === 0
      ? []
      : [
          {
            value: formatNumber(targets.kept),
            label: "Targets",
            detail: targets.kept === targets.in ? "every answer once" : `of ${formatNumber(targets.in)} answers`,
          },
        ]),
    {
      value: formatNumber(findings.errors),
      label: "Faults",
      detail: `${formatNumber(findings.warnings)} warning${findings.warnings === 1 ? "" : "s"}`,
    },
    tokens
      ? {
          value: `${tokens.exact ? "" : "~"}${formatCompact(tokens.train)}`,
          label: "Training tokens",
          detail: `${formatNumber(tokens.median)} in the median row`,
        }
      : {
          value: formatCompact(characters.total),
          label: "Characters",
          detail: `${formatNumber(characters.median)} in the median row`,
        },
    ...(cost
      ? [
          {
            value: cost.cost === undefined ? "unknown" : `~${formatDollars(cost.cost)}`,
            label: "Cost of training",
            detail:
              cost.pricePerMillionTokens === undefined
                ? `no price is known for ${cost.model}`
                : `${formatNumber(cost.epochs)} epochs at ${formatDollars(cost.pricePerMillionTokens)} a million, price of ${cost.priceDate ?? "unknown date"}`,
          },
        ]
      : []),
  ]);
}

/** Rows that went without being joined into others. Parts of one row may be more rows than came in. */
const leftOut = ({ rows }: Pick<CurationReport, "rows">) => Math.max(0, rows.in - rows.joined - rows.kept);

function flow({ rows, split }: CurationReport): Html {
  const left = leftOut({ rows });
  const parts = [
    { label: "Training", value: rows.train, kind: "accent" as const },
    { label: "Validation", value: rows.validation, kind: "validation" as const },
    { label: "Test", value: rows.test, kind: "test" as const },
    { label: "Left out", value: left, kind: "removed" as const },
  ].filter(({ value, label }) => value > 0 || label === "Training");
  const shares = split && sharesOf(split);
  const note = split
    ? `Divided by ${split.by}: ${formatNumber(split.clusters)} sets of rows that stay together, the largest of ${formatNumber(split.largestCluster)}.${split.nearDuplicates > 0 ? ` Rows alike by ${formatShare(split.nearDuplicates, 1)} or more are on one side.` : ""} ${shares} Seed ${split.seed}.`
    : "Not divided: all that was kept is for training.";
  return section(
    "Where the rows went",
    shareBar(parts, parts.map(({ label, value }) => `${label} ${value}`).join(", ")),
    { note, wide: true },
  );
}

/** What was asked for and what the parts got. */
function sharesOf({ asked, got }: SplitReport): string {
  const words = (["validation", "test"] as const).flatMap((part) =>
    asked[part] === 0 && got[part] === 0
      ? []
      : [
          `${asked[part] < 1 ? formatShare(asked[part], 1) : `${formatNumber(asked[part])} rows`} for ${part}, got ${formatShare(got[part], 1)}`,
        ],
  );
  return words.length === 0 ? "" : `Asked: ${words.join("; ")}.`;
}

function removals({ removed, rows }: CurationReport): Html {
  if (removed.length === 0) return section("Left out", html`<p class="empty">Nothing was left out.</p>`);
  const bars = [...removed]
    .sort((left, right) => right.count - left.count)
    .map(({ step, code, count, examples }): Bar => ({
      label: html`${wordsOf(step, code)} <code>${step}: ${code}</code>`,
      value: count,
      shown: `${formatNumber(count)} (${formatShare(count, rows.in)})`,
      kind: step === "validate" || step === "read" ? "bad" : "removed",
      details: references(examples, count),
    }));
  return section("Left out, and why", barList(bars), { note: "Unfold a reason to see the rows." });
}

function faults({ findings }: CurationReport): Html {
  if (findings.byCode.length === 0)
    return section("Faults", html`<p class="empty">No row has a fault that the rules know.</p>`);
  const bars = findings.byCode.map(({ code, severity, count, rule, examples }): Bar => ({
    label: html`<code>${code}</code> <span class="muted">${severity}</span>`,
    value: count,
    kind: severity === "error" ? "bad" : "validation",
    details: [rule !== undefined && html`<p class="note">Rule: ${link(rule, rule)}</p>`, references(examples, count)],
  }));
  return section("Faults", barList(bars), { note: "By the rules of the service that gets the rows." });
}

function references(examples: readonly RowReference[], count: number): Html {
  const more = count - examples.length;
  return html`<ul class="rows">${examples.map(reference)}</ul>${more > 0 && html`<p class="note">and ${formatNumber(more)} more; the first ${formatNumber(NAMED_ROWS)} are named here.</p>`}`;
}

function reference({ line, runId, url, file, path, message, duplicateOf }: RowReference): Html {
  const where =
    line === 0 ? "the whole dataset" : `${file === undefined ? "row" : `${file}, line`} ${formatNumber(line)}`;
  return html`<li><b>${where}</b>${runId !== undefined && html` · run ${link(url, runId)}`}${path !== undefined && html` · <code>${path}</code>`}${message !== undefined && message !== "" && html`<br>${message}`}${
    duplicateOf?.url !== undefined && html` ${link(duplicateOf.url, "See the row that stays")}`
  }</li>`;
}

function lengths({ tokens, characters }: CurationReport): Html {
  const spread: Distribution = tokens ?? characters;
  const unit = tokens ? "tokens" : "characters";
  const note = tokens
    ? `${formatNumber(tokens.total)} tokens in all, ${tokens.exact ? "counted as they are billed" : "estimated"} for ${tokens.model} (${tokens.encoding}).${tokens.limit === undefined ? "" : ` Limit of a row: ${formatNumber(tokens.limit)}.`}`
    : "Texts and arguments of calls. Pass tokens: { model } to count tokens.";
  return section(`Length of rows, in ${unit}`, [spreadChart(spread, unit), spreadTable(spread)], { note });
}

function spreadChart(spread: Distribution, unit: string): Html {
  return histogram(spread.histogram, {
    description: `Rows by ${unit}: from ${spread.min} to ${spread.max}, half of them up to ${spread.median}`,
    unit,
    marks:
      spread.max > spread.min
        ? [
            { at: spread.median, label: `median ${formatNumber(spread.median)}` },
            { at: spread.p95, label: `95% up to ${formatNumber(spread.p95)}` },
          ]
        : [],
  });
}

function spreadTable({ min, mean, median, p95, max }: Distribution): Html {
  const headings = ["Shortest", "Mean", "Median", "95%", "Longest"].map((text) => ({ text, numeric: true }));
  return table(headings, [[min, mean, median, p95, max].map(formatNumber)]);
}

function conversations({ messages, turns, roles }: CurationReport): Html {
  const bars = Object.entries(roles)
    .sort(([, left], [, right]) => right - left)
    .map(([role, value]): Bar => ({ label: role, value }));
  return section("Conversations", [spreadChart(messages, "messages"), html`<h3>Messages by role</h3>`, barList(bars)], {
    note: `Messages in a row: ${formatNumber(messages.median)} in the median row, ${formatNumber(messages.max)} at the most. Answers: ${formatNumber(turns.median)} and ${formatNumber(turns.max)}.`,
  });
}

const SHOWN = 12;

function tools({ tools: list, rows }: CurationReport): Html {
  if (list.length === 0) return section("Tools", html`<p class="empty">No row defines or calls a tool.</p>`);
  const unused = list.filter(({ calls }) => calls === 0).length;
  const bars = list.slice(0, SHOWN).map(({ name, rowsDefining, calls }): Bar => ({
    label: html`<code>${name}</code> <span class="muted">in ${formatShare(rowsDefining, rows.kept)} of rows</span>`,
    value: calls,
    shown: calls === 0 ? "never called" : `${formatNumber(calls)} call${calls === 1 ? "" : "s"}`,
  }));
  const note = `${formatNumber(list.length)} tool${list.length === 1 ? "" : "s"}.${unused > 0 ? ` ${formatNumber(unused)} never called in the data: the model will hardly learn when to.` : ""}`;
  return section("Tools", [barList(bars), further(list.length)], { note });
}

function models({ models: list, tags, targets, rows }: CurationReport): Html {
  const bars = (items: readonly { name: string; targets: number }[]) => [
    barList(
      items.slice(0, SHOWN).map((item): Bar => ({
        label: item.name,
        value: item.targets,
        shown: `${formatNumber(item.targets)} (${formatShare(item.targets, targets.kept || rows.kept)})`,
      })),
    ),
    further(items.length),
  ];
  return section("Who answered", [
    list.length === 0 ? html`<p class="empty">The rows do not say which model answered.</p>` : bars(list),
    tags.length > 0 && [html`<h3>Tags of the runs</h3>`, bars(tags)],
  ]);
}

function further(count: number): HtmlValue {
  return count > SHOWN && html`<p class="note">and ${formatNumber(count - SHOWN)} more in the JSON report.</p>`;
}

function feedback({ feedback: list, targets, rows }: CurationReport): Html {
  if (list.length === 0) return section("Feedback", html`<p class="empty">No run has feedback.</p>`);
  const cells = list.slice(0, SHOWN).map(({ key, targets: rated, average, values }) => [
    html`<b>${key}</b>${
      values &&
      html`<br><span class="muted">${Object.entries(values)
        .slice(0, 6)
        .map(([value, count]) => `${value}: ${formatNumber(count)}`)
        .join(", ")}</span>`
    }`,
    `${formatNumber(rated)} (${formatShare(rated, targets.kept || rows.kept)})`,
    average === undefined ? "" : formatNumber(average),
  ]);
  return section("Feedback", [
    table([{ text: "Key" }, { text: "Targets", numeric: true }, { text: "Mean score", numeric: true }], cells),
    further(list.length),
  ]);
}

function contamination({ contamination: sets }: CurationReport): HtmlValue {
  if (sets === undefined) return false;
  const bars = sets.map(({ set, exact, near, examples }): Bar => ({
    label: html`${set} <span class="muted">${formatNumber(exact)} exact, ${formatNumber(near)} near</span>`,
    value: exact + near,
    kind: exact + near > 0 ? "bad" : "good",
    details: references(examples, exact + near),
  }));
  return section("Questions of evaluation sets", barList(bars), {
    note: "Rows that hold a question that models are evaluated with.",
  });
}

function redaction({ redaction: { applied, scanned, rowsWithFindings, found } }: CurationReport): Html {
  const heading = "Secrets and personal data";
  if (scanned === 0) return section(heading, html`<p class="empty">Nobody looked for them.</p>`);
  const looked = `${formatNumber(scanned)} rows were looked at.`;
  if (found.length === 0)
    return section(
      heading,
      html`<p class="empty">Nothing was found. ${looked} Patterns find what has a form, not names.</p>`,
    );
  const bars = found.map(({ detector, count, rows, examples }): Bar => ({
    label: html`${detector} <span class="muted">in ${formatNumber(rows)} row${rows === 1 ? "" : "s"}</span>`,
    value: count,
    kind: applied ? "good" : "bad",
    details: references(examples, rows),
  }));
  const state = applied
    ? "Replaced by placeholders, the same for the same value."
    : "Found and not replaced: redaction is off.";
  return section(heading, barList(bars), {
    note: `${state} ${looked} ${formatNumber(rowsWithFindings)} have something.`,
  });
}

function recipe({ options }: CurationReport): Html {
  return section(
    "How it was made",
    html`<details><summary>Options</summary><pre>${JSON.stringify(options, null, 2)}</pre></details>`,
    {
      note: "The same rows and options give the same dataset.",
      wide: true,
    },
  );
}
