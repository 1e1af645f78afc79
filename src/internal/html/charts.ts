import { html, type Html, type HtmlValue } from "./html.js";
import { formatNumber, formatShare } from "./format.js";

/** A row of a bar list. */
export interface Bar {
  label: HtmlValue;
  value: number;
  /** Shown at the end of the row instead of the value. */
  shown?: string;
  /** Chooses the colour. */
  kind?: "accent" | "validation" | "test" | "removed" | "good" | "bad" | "muted";
  /** Unfolds below the row. */
  details?: HtmlValue;
}

// Widths are percentages of the SVG and all text is HTML or of fixed size, so that a chart is as
// readable on a phone as on a wall.
const percent = (value: number, of: number) =>
  `${Math.max(0, of === 0 ? 0 : Math.round((value / of) * 10_000) / 100)}%`;

/** Horizontal bars with their names and values, the longest as wide as there is room. */
export function barList(
  bars: readonly Bar[],
  { maximum = Math.max(0, ...bars.map((bar) => bar.value)) }: { maximum?: number } = {},
): Html {
  return html`<ul class="bars">${bars.map(({ label, value, shown, kind = "accent", details }) => {
    const row = html`<span class="bar-label">${label}</span><span class="bar-value">${shown ?? formatNumber(value)}</span><svg class="bar" width="100%" height="10" aria-hidden="true"><rect class="track" width="100%" height="10" rx="5"/><rect class="${kind}" width="${percent(value, maximum)}" height="10" rx="5"/></svg>`;
    return details === undefined
      ? html`<li><div class="bar-row">${row}</div></li>`
      : html`<li><details><summary class="bar-row">${row}</summary><div class="unfolded">${details}</div></details></li>`;
  })}</ul>`;
}

/** One bar divided into parts, with a legend. */
export function shareBar(
  parts: readonly { label: string; value: number; kind: NonNullable<Bar["kind"]> }[],
  description: string,
): Html {
  const total = parts.reduce((sum, part) => sum + part.value, 0);
  let start = 0;
  const drawn = parts.map((part) => {
    const x = start;
    start += part.value;
    return html`<rect class="${part.kind}" x="${percent(x, total)}" width="${percent(part.value, total)}" height="28"><title>${part.label}: ${formatNumber(part.value)}</title></rect>`;
  });
  return html`<svg class="shares" width="100%" height="28" role="img" aria-label="${description}">${drawn}</svg><ul class="legend">${parts.map(
    (part) =>
      html`<li><svg width="10" height="10" aria-hidden="true"><rect class="${part.kind}" width="10" height="10" rx="3"/></svg> ${part.label} <b>${formatNumber(part.value)}</b> <span class="muted">${formatShare(part.value, total)}</span></li>`,
  )}</ul>`;
}

/** A column of a histogram: values from `from` up to `to` (exclusive; `undefined`: and more). */
export interface Column {
  from: number;
  to?: number;
  count: number;
}

/** Columns of equal width, with the axis below, and marks where lines are to be drawn. */
export function histogram(
  columns: readonly Column[],
  {
    description,
    unit,
    marks = [],
  }: { description: string; unit: string; marks?: readonly { at: number; label: string }[] },
): Html {
  const [only] = columns;
  if (only && columns.length === 1) {
    return html`<p class="single" role="img" aria-label="${description}"><b>${formatNumber(only.count)}</b> of ${formatNumber(only.count)} rows: ${rangeOf(only)} ${unit}</p>`;
  }
  // Labels of marks have lines of their own above the columns.
  const top = marks.length * 16 + (marks.length > 0 ? 6 : 0);
  const height = top + 140;
  const highest = Math.max(1, ...columns.map((column) => column.count));
  const step = 100 / Math.max(1, columns.length);
  const place = (value: number) => {
    const index = columns.findIndex(({ to }) => to === undefined || value < to);
    const column = columns[index === -1 ? columns.length - 1 : index];
    if (!column) return 0;
    const share = column.to === undefined ? 0.5 : (value - column.from) / (column.to - column.from);
    return (
      Math.round(((index === -1 ? columns.length - 1 : index) + Math.min(1, Math.max(0, share))) * step * 100) / 100
    );
  };
  const every = Math.max(1, Math.ceil(columns.length / 5));
  const bars = columns.map(({ from, to, count }, index) => {
    const tall = count === 0 ? 0 : Math.max(2, Math.round((count / highest) * (height - top)));
    const range = rangeOf({ from, to });
    return html`<rect class="accent" x="${(index * step + step * 0.06).toFixed(2)}%" y="${height - tall}" width="${(step * 0.88).toFixed(2)}%" height="${tall}" rx="2"><title>${range} ${unit}: ${formatNumber(count)}</title></rect>`;
  });
  const labels = columns.flatMap(({ from, to }, index) =>
    index % every === 0
      ? [
          html`<text x="${(index * step).toFixed(2)}%" y="${height + 18}">${formatNumber(from)}${to === undefined ? "+" : ""}</text>`,
        ]
      : [],
  );
  const lines = marks.map(({ at, label }, index) => {
    const x = place(at);
    const left = x > 70;
    return html`<line class="mark" x1="${x}%" x2="${x}%" y1="${4 + index * 16}" y2="${height}"/><text class="mark-label ${left ? "end" : ""}" x="${x}%" dx="${left ? -5 : 5}" y="${12 + index * 16}">${label}</text>`;
  });
  return html`<svg class="histogram" width="100%" height="${height + 26}" role="img" aria-label="${description}"><line class="axis" x1="0" x2="100%" y1="${height + 0.5}" y2="${height + 0.5}"/>${bars}${lines}${labels}</svg>`;
}

function rangeOf({ from, to }: Pick<Column, "from" | "to">): string {
  if (to === undefined) return `${formatNumber(from)} and more`;
  return to - from === 1 ? formatNumber(from) : `${formatNumber(from)} to ${formatNumber(to - 1)}`;
}

/** A table; columns with numbers stand to the right. A `stacked` one shows each row as a list on narrow screens. */
export function table(
  headings: readonly { text: string; numeric?: boolean }[],
  rows: readonly (readonly HtmlValue[])[],
  { stacked = false }: { stacked?: boolean } = {},
): Html {
  const side = (index: number) => (headings[index]?.numeric ? "number" : "text");
  const label = (index: number) => stacked && html` data-label="${headings[index]?.text ?? ""}"`;
  // One element beside the label, whatever a cell holds; an empty cell stays empty, and is hidden.
  const boxed = (cell: HtmlValue) => (stacked && cell !== "" && cell !== undefined ? html`<div>${cell}</div>` : cell);
  return html`<div class="scroll"><table${stacked && html` class="stacked"`}><thead><tr>${headings.map(({ text }, index) => html`<th class="${side(index)}">${text}</th>`)}</tr></thead><tbody>${rows.map(
    (cells) =>
      html`<tr>${cells.map((cell, index) => html`<td class="${side(index)}"${label(index)}>${boxed(cell)}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}
