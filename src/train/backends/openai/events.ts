import type { FineTuningJobEvent } from "openai/resources/fine-tuning/jobs/jobs";
import { hasList } from "../../../http/answer-check.js";
import { isRecord } from "../../../internal/is-record.js";
import type { Checkpoint, JobEvent, JobEventPage, JobReference } from "../../backend.js";
import type { Connection } from "./connection.js";
import { items } from "./pages.js";
import { stringOf } from "../shared/read.js";
import { isoOf } from "./snapshot.js";

/**
 * The events since `after`, oldest first. Hosts list the newest first, so what is new is what comes
 * before the newest that was known.
 */
export async function eventsSince(
  connection: Connection,
  { id }: JobReference,
  after: string | undefined,
  signal: AbortSignal | undefined,
): Promise<JobEventPage> {
  const path = `GET /fine_tuning/jobs/${id}/events`;
  const list = items((from) =>
    connection.call(
      path,
      signal,
      (client, inner) => client.fineTuning.jobs.listEvents(id, { limit: 100, after: from }, { signal: inner }),
      hasList("data"),
    ),
  );
  const events: FineTuningJobEvent[] = [];
  for await (const event of list) {
    if (event.id === after) break;
    events.push(event);
  }
  const newest = events[0]?.id ?? after;
  return { events: events.reverse().map(eventOf), ...(newest === undefined ? {} : { after: newest }) };
}

function eventOf({ id, created_at, level, message, data }: FineTuningJobEvent): JobEvent {
  const metrics = measurements(data);
  return {
    id,
    at: isoOf(created_at),
    level: (level as string) === "warn" ? "warning" : level === "error" ? "error" : "info",
    message: stringOf(message) ?? "",
    ...(metrics === undefined ? {} : { metrics }),
  };
}

// The dialect's names, and ours.
const NAMES: Readonly<Record<string, string>> = {
  train_loss: "loss",
  total_steps: "totalSteps",
  valid_loss: "validationLoss",
  train_mean_token_accuracy: "accuracy",
};

/** The numbers of an event's data; the event measures something if a loss is among them. */
function measurements(data: unknown): Record<string, number> | undefined {
  if (!isRecord(data)) return undefined;
  const numbers = Object.entries(data).filter(
    (entry): entry is [string, number] => typeof entry[1] === "number" && Number.isFinite(entry[1]),
  );
  const metrics = Object.fromEntries(numbers.map(([name, value]) => [NAMES[name] ?? name, value]));
  return "loss" in metrics || "step" in metrics ? metrics : undefined;
}

export async function listCheckpoints(
  connection: Connection,
  { id }: JobReference,
  signal: AbortSignal | undefined,
): Promise<Checkpoint[]> {
  const path = `GET /fine_tuning/jobs/${id}/checkpoints`;
  const list = items((after) =>
    connection.call(
      path,
      signal,
      (client, inner) => client.fineTuning.jobs.checkpoints.list(id, { limit: 100, after }, { signal: inner }),
      hasList("data"),
    ),
  );
  const checkpoints: Checkpoint[] = [];
  for await (const { id: checkpoint, step_number, fine_tuned_model_checkpoint: model, metrics } of list) {
    // Over all validation rows, where the host gives that: valid_loss is of one batch.
    const valid_loss = metrics?.full_valid_loss ?? metrics?.valid_loss;
    const measured = measurements({ ...metrics, step: step_number, valid_loss });
    checkpoints.push({
      id: checkpoint,
      step: step_number,
      ...(model ? { model } : {}),
      ...(measured === undefined ? {} : { metrics: measured }),
    });
  }
  return checkpoints.sort((a, b) => (a.step ?? 0) - (b.step ?? 0));
}
