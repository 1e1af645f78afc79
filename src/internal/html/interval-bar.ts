import { html, type Html } from "./html.js";

/** A difference with its interval, drawn about a line at nothing. */
export interface IntervalBar {
  value: number;
  interval?: readonly [low: number, high: number];
  /** The value at either edge of the picture. */
  limit: number;
  kind: "good" | "bad" | "muted";
  /** What a screen reader says. */
  description: string;
}

/** One line of a forest plot: the interval as a bar, the value as a point, nothing in the middle. */
export function intervalBar({ value, interval = [value, value], limit, kind, description }: IntervalBar): Html {
  const place = (at: number) => Math.min(100, Math.max(0, limit === 0 ? 50 : 50 + (at / limit) * 50));
  const [low, high] = [place(interval[0]), place(interval[1])];
  return html`<svg class="interval" width="100%" height="14" role="img" aria-label="${description}"><line class="zero" x1="50%" x2="50%" y1="0" y2="14"/><rect class="${kind} range" x="${low.toFixed(1)}%" width="${Math.max(0.5, high - low).toFixed(1)}%" y="5" height="4" rx="2"/><circle class="${kind}" cx="${place(value).toFixed(1)}%" cy="7" r="4.5"/></svg>`;
}
