import { TemplateError } from "../../errors.js";
import { sourceOf } from "../../source.js";
import type { TrainingExample } from "../../types.js";
import { renderChat } from "../../templates/render-chat.js";
import type { TemplateCheckOptions } from "../../templates/template-check.js";
import type { RenderedRow } from "./report.js";

/** Rows whose rendering the report shows. */
export const RENDERED_ROWS = 3;

const LONGEST = 4_000;

/** Rows as the model sees them, cut to what a page can show. */
export function renderedRows(rows: readonly object[], options: TemplateCheckOptions): RenderedRow[] {
  return rows.map((row) => {
    const { runId, line } = sourceOf(row);
    const place = { ...(runId !== undefined && { runId }), ...(line !== undefined && { line }) };
    try {
      const { text, spans, unknown } = renderChat(row as TrainingExample, options);
      return {
        ...place,
        pieces: piecesOf(text.slice(0, LONGEST), spans),
        cut: text.length > LONGEST,
        unknown: unknown.length,
      };
    } catch (error) {
      if (!TemplateError.isInstance(error)) throw error;
      return { ...place, pieces: [], cut: false, unknown: 0, error: error.message };
    }
  });
}

function piecesOf(text: string, spans: readonly { start: number; end: number }[]): RenderedRow["pieces"] {
  const pieces: { text: string; target: boolean }[] = [];
  let at = 0;
  const add = (end: number, target: boolean) => {
    const piece = text.slice(at, end);
    if (piece !== "") pieces.push({ text: piece, target });
    at = Math.max(at, end);
  };
  for (const { start, end } of spans) {
    add(start, false);
    add(end, true);
  }
  add(text.length, false);
  return pieces;
}
