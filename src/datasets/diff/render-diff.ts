import { barList, table } from "../../internal/html/charts.js";
import { formatNumber } from "../../internal/html/format.js";
import { html, type Html, type HtmlValue } from "../../internal/html/html.js";
import { figures, renderPage, section, verdict } from "../../internal/html/page.js";
import { isRecord } from "../../internal/is-record.js";
import { kind } from "../../internal/kinds.js";
import { checkArgument } from "../../internal/options.js";
import { packageVersion } from "../../internal/package-version.js";
import type { DatasetDiff, DiffPlace, DiffReason, DiffSide, RowChange } from "./dataset-diff.js";

const diffKind = kind<DatasetDiff>(
  "what diffDatasets() returned",
  (value) => isRecord(value) && isRecord(value.a) && isRecord(value.b) && Array.isArray(value.changes),
);

/** So many differences are named in the page. */
const SHOWN = 500;

const WORDS: Record<DiffReason, string> = {
  "new-conversation": "The conversation is new.",
  "known-conversation": "A further row of a conversation that was there.",
  "conversation-gone": "Nothing of its conversation is left.",
  "answer-gone": "The answer is gone; others of its conversation stay.",
  joined: "Its answers are in another row now.",
  "unknown-source": "Nothing says where the row came from, so it is known by its content alone.",
  grew: "The conversation grew: the old row is the exact beginning of the new one.",
  shrank: "The row is shorter: the new one is the exact beginning of the old one.",
  messages: "The messages differ.",
  settings: "The tools or other settings differ.",
  targets: "The same messages, with other answers that are learned.",
  form: "The same content in another form: order of keys, ids of calls, white space.",
  split: "It is in another split.",
  source: "The same row, with other ratings, tags or facts about its runs.",
};

/**
 * A diff as one HTML page. The page stands alone, has no script and loads nothing. It names rows by their place
 * and their runs and holds nothing of what was said.
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { diffDatasets, renderDiffHtml } from "langsmith-finetune";
 *
 * await writeFile("diff.html", renderDiffHtml(await diffDatasets("datasets/october", "datasets/november")));
 * ```
 */
export function renderDiffHtml(diff: DatasetDiff): string {
  checkArgument("diff", diff, diffKind);
  const { a, b, same, added, removed, changed } = diff;
  const differences = added + removed + changed;
  return renderPage({
    title: "What changed in the dataset",
    subtitle: `${nameOf(a)} to ${nameOf(b)}`,
    body: [
      verdict(
        "neutral",
        differences === 0
          ? `Nothing: ${formatNumber(same)} rows are the same.`
          : `${formatNumber(added)} added, ${formatNumber(removed)} removed, ${formatNumber(changed)} changed, ${formatNumber(same)} as they were.`,
      ),
      figures([
        { value: formatNumber(a.rows), label: "Rows before", detail: splitsOf(a) },
        { value: formatNumber(b.rows), label: "Rows after", detail: splitsOf(b) },
        { value: formatNumber(differences), label: "Differences" },
      ]),
      differences > 0 && section("Why", reasonsOf(diff)),
      diff.settings.length > 0 && section("Settings that differ", settingsOf(diff)),
      differences > 0 && changesOf(diff, differences),
    ],
    footer: html`Made by ${packageVersion.name} ${packageVersion.version}. This page holds ids and places of rows, not their conversations. It runs no script and asks no server.`,
  });
}

const nameOf = ({ title, folder, sha256 }: DiffSide): string =>
  [title ?? folder ?? "rows", sha256 && `(${sha256.slice(0, 12)})`].filter(Boolean).join(" ");

const splitsOf = ({ splits }: DiffSide): HtmlValue =>
  Object.entries(splits)
    .map(([split, rows]) => `${formatNumber(rows)} ${split}`)
    .join(", ");

const KINDS = { added: "good", removed: "removed", changed: "accent" } as const;

function reasonsOf({ reasons }: DatasetDiff): Html {
  return barList(
    Object.entries(reasons).map(([name, value]) => {
      const [kind, reason] = name.split(": ") as [RowChange["kind"], DiffReason];
      return { label: html`<code>${name}</code> ${WORDS[reason]}`, value, kind: KINDS[kind] };
    }),
  );
}

function settingsOf({ settings }: DatasetDiff): Html {
  const shown = (value: unknown) =>
    value === undefined ? html`<span class="muted">not set</span>` : JSON.stringify(value);
  return table(
    [{ text: "Setting" }, { text: "Before" }, { text: "After" }],
    settings.map(({ path, a, b }) => [html`<code>${path}</code>`, shown(a), shown(b)]),
    { stacked: true },
  );
}

function changesOf({ changes }: DatasetDiff, differences: number): Html {
  const shown = changes.slice(0, SHOWN);
  return section(
    "Rows",
    table(
      [{ text: "Change" }, { text: "Why" }, { text: "Before" }, { text: "After" }, { text: "Conversation" }],
      shown.map((change) => {
        const [a, b] = ["a" in change ? change.a : undefined, "b" in change ? change.b : undefined];
        return [change.kind, change.reasons.join(", "), placeOf(a), placeOf(b), originOf(b ?? a)];
      }),
      { stacked: true },
    ),
    {
      wide: true,
      ...(differences > shown.length && {
        note: `The first ${formatNumber(shown.length)} of ${formatNumber(differences)}.`,
      }),
    },
  );
}

const placeOf = (place: DiffPlace | undefined): HtmlValue =>
  place &&
  `${place.split === undefined ? "line" : `${place.split}, line`} ${place.line}, ${place.targets} ${place.targets === 1 ? "answer" : "answers"}`;

function originOf(place: DiffPlace | undefined): HtmlValue {
  if (place?.threadId !== undefined) return html`thread <code>${place.threadId}</code>`;
  if (place?.traceId !== undefined) return html`trace <code>${place.traceId}</code>`;
  if (place?.runId !== undefined) return html`run <code>${place.runId}</code>`;
  return place?.exampleId === undefined ? "" : html`example <code>${place.exampleId}</code>`;
}
