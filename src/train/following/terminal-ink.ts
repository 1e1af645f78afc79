import * as util from "node:util";
import type { AnyProgress, ProgressStream } from "./any-progress.js";

/** How lines are coloured on a stream. */
export interface Ink {
  line(progress: AnyProgress, text: string): string;
  bar(text: string): string;
  faint(text: string): string;
}

const PLAIN: Ink = { line: (_, text) => text, bar: (text) => text, faint: (text) => text };

/** Colours for a terminal that has them; https://no-color.org is honoured. */
export function inkOf({ isTTY }: ProgressStream): Ink {
  const { NO_COLOR, TERM } = process.env;
  if (isTTY !== true || (NO_COLOR ?? "") !== "" || TERM === "dumb") return PLAIN;
  return {
    line: (progress, text) => {
      if (progress.type === "finished") return paint("green", text);
      if (progress.type === "retry") return paint("yellow", text);
      if (progress.type === "status" && progress.status === "failed") return paint("red", text);
      if (progress.type === "event" && progress.level !== "info") return paint("yellow", text);
      return text;
    },
    bar: (text) => paint("cyan", text),
    faint: (text) => paint("dim", text),
  };
}

function paint(colour: Parameters<typeof util.styleText>[0], text: string): string {
  // The stream was looked at above; Node would look at stdout.
  return util.styleText(colour, text, { validateStream: false });
}
