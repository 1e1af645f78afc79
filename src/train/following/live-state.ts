import { stripVTControlCharacters } from "node:util";
import { formatCount, formatDuration } from "./format.js";
import { plainText } from "./plain-text.js";
import type { Ink } from "./terminal-ink.js";
import type { AnyProgress } from "./any-progress.js";

const BLOCKS = "▁▂▃▄▅▆▇█";
const CURVE = 16;
const BAR = 16;

/** Where a job or a step is, as its progress said so far. */
export class LiveState {
  private status = "";
  private step: string | undefined;
  private epoch: number | undefined;
  private fraction: number | undefined;
  private finishAt: string | undefined;
  private elapsed: number | undefined;
  private readonly losses: number[] = [];
  /** Whether the job has ended, so that nothing more is shown of it. */
  ended = false;
  lastLoss: number | undefined;

  constructor(private readonly ink: Ink) {}

  update(progress: AnyProgress): void {
    switch (progress.type) {
      case "uploading":
        this.status = `uploading ${progress.name}`;
        break;
      case "uploaded":
        this.status = "creating the job";
        break;
      case "status":
        this.status = progress.rawStatus;
        this.elapsed = undefined;
        this.ended = progress.status === "succeeded" || progress.status === "failed" || progress.status === "cancelled";
        break;
      case "waiting":
        this.elapsed = progress.elapsed;
        break;
      case "metrics":
        this.measure(progress);
        break;
      case "estimate":
        this.finishAt = progress.finishAt;
        break;
      case "step":
        this.pass(progress);
        break;
      default:
    }
  }

  private measure({ step, totalSteps, epoch, loss, fraction }: Extract<AnyProgress, { type: "metrics" }>): void {
    if (step !== undefined) this.step = `step ${step}${totalSteps === undefined ? "" : `/${totalSteps}`}`;
    this.epoch = epoch ?? this.epoch;
    this.fraction = fraction ?? (step !== undefined && totalSteps ? step / totalSteps : this.fraction);
    if (loss === undefined) return;
    this.lastLoss = loss;
    this.losses.push(loss);
  }

  private pass({ step, unit, done, total, perSecond, remaining }: Extract<AnyProgress, { type: "step" }>): void {
    this.status = step;
    this.step = `${formatCount(done, unit)}${total === undefined ? "" : ` of ${total}`}${perSecond === undefined ? "" : `, ${Math.round(perSecond)}/s`}`;
    this.fraction = total === undefined || total === 0 ? undefined : done / total;
    this.finishAt = remaining === undefined ? undefined : new Date(Date.now() + remaining).toISOString();
  }

  /** One line, cut to fewer columns than the terminal has. */
  text(columns?: number): string {
    const parts = [
      plainText(this.status) || "preparing",
      this.elapsed !== undefined && formatDuration(this.elapsed),
      this.fraction !== undefined && columns !== undefined && this.ink.bar(barOf(this.fraction)),
      this.step,
      this.epoch !== undefined && `epoch ${this.epoch}`,
      this.fraction !== undefined && `${Math.floor(Math.min(1, this.fraction) * 100)}%`,
      this.lastLoss !== undefined && `loss ${this.lastLoss.toFixed(4)}`,
      this.losses.length > 1 && columns !== undefined && this.ink.faint(curveOf(this.losses)),
      this.finishAt !== undefined &&
        `about ${formatDuration(Math.max(0, Date.parse(this.finishAt) - Date.now()))} left`,
    ].filter((part): part is string => typeof part === "string" && part !== "");
    // Whole parts are left out from the end, so that no colour is cut in two.
    while (columns !== undefined && parts.length > 1 && widthOf(parts) >= columns) parts.pop();
    const line = parts.join("  ");
    return columns === undefined || stripVTControlCharacters(line).length < columns
      ? line
      : `${stripVTControlCharacters(line).slice(0, Math.max(1, columns - 2))}…`;
  }
}

function widthOf(parts: readonly string[]): number {
  return stripVTControlCharacters(parts.join("  ")).length;
}

function barOf(fraction: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * BAR);
  return "█".repeat(full) + "░".repeat(BAR - full);
}

/** The losses as a small curve: the mean of each stretch, from the lowest to the highest. */
function curveOf(losses: readonly number[]): string {
  const size = Math.ceil(losses.length / CURVE);
  const means: number[] = [];
  for (let start = 0; start < losses.length; start += size) {
    const stretch = losses.slice(start, start + size);
    means.push(stretch.reduce((sum, loss) => sum + loss, 0) / stretch.length);
  }
  const low = Math.min(...means);
  const span = Math.max(...means) - low || 1;
  return means.map((mean) => BLOCKS[Math.round(((mean - low) / span) * (BLOCKS.length - 1))] ?? "").join("");
}
