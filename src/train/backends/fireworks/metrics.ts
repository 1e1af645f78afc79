import type { JobEvent, JobEventPage } from "../../backend.js";
import { jsonObjectOrUndefined } from "../../../internal/json.js";

/**
 * The measurements of a job that came after the cursor. Fireworks has no list of events; it has a
 * file of measurements, one JSON object a line, of which only that is documented. Every number of
 * an object is passed on under Fireworks' own name for it.
 */
export function metricsPage(text: string, after: string | undefined): JobEventPage {
  const done = after === undefined ? 0 : Number(after);
  const lines = text.split("\n");
  // The last line may be half written; it counts when the line end is there.
  const whole = lines.slice(0, -1);
  const events = whole.slice(done).flatMap((line, index) => eventOf(line, done + index + 1));
  return { events, after: String(Math.max(done, whole.length)) };
}

function eventOf(line: string, number: number): JobEvent[] {
  if (line.trim() === "") return [];
  const metrics = numbersOf(line);
  if (metrics === undefined)
    return [
      {
        id: `metrics:${number}`,
        level: "warning",
        message: `Fireworks' file of measurements, line ${number}, is not a JSON object.`,
      },
    ];
  const message = Object.entries(metrics)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
  return [{ id: `metrics:${number}`, level: "info", message, metrics }];
}

function numbersOf(line: string): Record<string, number> | undefined {
  const value = jsonObjectOrUndefined(line);
  if (value === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
}
