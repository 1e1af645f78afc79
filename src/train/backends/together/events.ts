import type { JobEvent, JobEventPage } from "../../backend.js";
import { defined, listOf, objectOf, positiveOf, stringOf } from "../shared/read.js";

/** How far the two lists were read: the cursor that the job hands back. */
interface Cursor {
  event?: string;
  step?: number;
}

/**
 * What is new since the last call. Together gives both lists whole each time and has no cursor, so
 * the cursor is kept here: the last event's id and the last measured step.
 */
export function eventPage(eventsAnswer: unknown, metricsAnswer: unknown, after: string | undefined): JobEventPage {
  const cursor = readCursor(after);
  const events = listOf(objectOf(eventsAnswer)["data"]).map(eventOf).sort(byTime);
  const seen = cursor.event === undefined ? -1 : events.findIndex(({ id }) => id === cursor.event);
  const fresh = events.slice(seen + 1);
  const metrics = listOf(objectOf(metricsAnswer)["metrics"])
    .flatMap(metricOf)
    .filter(({ step }) => step > (cursor.step ?? -1));
  const next: Cursor = defined({ event: events.at(-1)?.id ?? cursor.event, step: metrics.at(-1)?.step ?? cursor.step });
  return {
    events: [...fresh, ...metrics.map(({ event }) => event)],
    after: JSON.stringify(next),
  };
}

function eventOf(raw: Record<string, unknown>): JobEvent {
  const at = stringOf(raw["created_at"]);
  const message = stringOf(raw["message"]) ?? stringOf(raw["type"]) ?? "";
  const metrics = defined({
    step: positiveOf(raw["step"]),
    totalSteps: positiveOf(raw["total_steps"]),
    tokens: positiveOf(raw["token_count"]),
  }) as Record<string, number>;
  return defined<JobEvent>({
    id: stringOf(raw["hash"]) ?? [at, raw["type"], raw["step"], message].join("|"),
    at,
    level: levelOf(stringOf(raw["level"])),
    message,
    metrics: Object.keys(metrics).length > 0 ? metrics : undefined,
  });
}

/** Together has `legacy_iwarning` and `legacy_ierror` beside the plain words. */
function levelOf(level: string | undefined): JobEvent["level"] {
  if (level?.endsWith("error")) return "error";
  return level?.endsWith("warning") ? "warning" : "info";
}

function metricOf(raw: Record<string, unknown>): { step: number; event: JobEvent }[] {
  const metrics = Object.fromEntries(
    Object.entries(raw).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
  const step = metrics["train/global_step"] ?? metrics["global_step"] ?? metrics["step"];
  if (step === undefined) return [];
  const loss = metrics["train/loss"];
  const message = `Step ${step}${loss === undefined ? "" : `: loss ${loss}`}`;
  return [{ step, event: { id: `metrics:${step}`, level: "info", message, metrics: { step, ...metrics } } }];
}

function byTime(first: JobEvent, second: JobEvent): number {
  return (first.at ?? "").localeCompare(second.at ?? "");
}

function readCursor(after: string | undefined): Cursor {
  if (after === undefined) return {};
  const value = objectOf(JSON.parse(after) as unknown);
  return defined({
    event: stringOf(value["event"]),
    step: typeof value["step"] === "number" ? value["step"] : undefined,
  });
}
