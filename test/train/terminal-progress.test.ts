import { stripVTControlCharacters } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { ServiceError, terminalProgress, type FineTuneProgress, type FineTunedModel } from "langsmith-finetune";

class Screen {
  written: string[] = [];
  columns = 60;
  rows = 24;
  constructor(readonly isTTY: boolean) {}
  write(text: string): boolean {
    this.written.push(text);
    return true;
  }
  get text(): string {
    return stripVTControlCharacters(this.written.join(""));
  }
}

const model = {
  model: "ft:base",
  backend: "openai",
  job: "ftjob-1",
  baseModel: "base",
  method: "supervised",
  trainedTokens: 12_345,
} as FineTunedModel;
const story: FineTuneProgress[] = [
  {
    type: "prepared",
    role: "training",
    method: "supervised",
    rows: 1_234,
    bytes: 45_600,
    sha256: "",
    warnings: [{ line: 1, path: "$", code: "x", severity: "warning", message: "m" }],
  },
  { type: "uploading", role: "training", name: "rows-1.jsonl", bytes: 45_600 },
  {
    type: "uploaded",
    role: "training",
    file: { id: "file-1", name: "rows-1.jsonl", rows: 1_234, bytes: 45_600, sha256: "" },
  },
  {
    type: "created",
    found: false,
    job: {
      backend: "openai",
      id: "ftjob-1",
      model: "base",
      method: "supervised",
      key: "k",
      createdAt: "2026-11-22T00:00:00.000Z",
    },
  },
  { type: "status", status: "running", rawStatus: "running" },
  {
    type: "retry",
    error: new ServiceError({ service: "OpenAI", code: "server-error", message: "OpenAI refused (HTTP 503): busy." }),
    wait: 5_000,
  },
  { type: "event", id: "1", level: "warning", message: "careful \u001b[31mred\u001b[0m\u0007\nnext" },
  { type: "metrics", step: 5, totalSteps: 20, loss: 0.51234, values: {} },
  { type: "estimate", finishAt: new Date(Date.now() + 240_000).toISOString(), remaining: 240_000 },
  { type: "metrics", step: 10, totalSteps: 20, loss: 0.25, values: {} },
  { type: "status", status: "succeeded", rawStatus: "succeeded" },
  { type: "finished", model },
];

async function tell(screen: Screen, options: { interval?: number; timestamps?: boolean } = {}): Promise<void> {
  const listener = terminalProgress({ stream: screen, ...options });
  for (const progress of story) await listener(progress);
}

const kept = [
  "Checked 1,234 training rows, 45.6 kB, 1 warning",
  "Uploaded rows-1.jsonl as file-1",
  "Created job ftjob-1 at openai",
  "Status: running",
  "OpenAI refused (HTTP 503): busy. Asking again in 5 s.",
  "warning: careful red next",
  "Status: succeeded",
  "Finished: ft:base, 12,345 tokens trained, last loss 0.2500",
];

describe("terminalProgress", () => {
  it("writes plain lines where there is no terminal", async () => {
    const screen = new Screen(false);
    await tell(screen, { timestamps: false });
    const lines = screen.written.join("").trimEnd().split("\n");
    expect(lines).toEqual([...kept.slice(0, 6), "running  step 5/20  25%  loss 0.5123", ...kept.slice(6)]);
    expect(screen.written.join("")).not.toContain("\u001b");
  });

  it("begins plain lines with the time", async () => {
    const screen = new Screen(false);
    await tell(screen);
    for (const line of screen.text.trimEnd().split("\n")) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ./);
  });

  it("says nothing of a job that has ended but its last lines", async () => {
    const screen = new Screen(false);
    const listener = terminalProgress({ stream: screen, interval: 0, timestamps: false });
    await listener({ type: "status", status: "succeeded", rawStatus: "succeeded" });
    await listener({ type: "metrics", step: 20, totalSteps: 20, loss: 0.1, values: {} });
    expect(screen.text).toBe("Status: succeeded\n");
  });

  it("shows how long a job has been queued, and the loss as a curve with a bar", async () => {
    const screen = new Screen(true);
    screen.columns = 120;
    const listener = terminalProgress({ stream: screen });
    await listener({ type: "status", status: "pending", rawStatus: "queued" });
    await listener({ type: "waiting", status: "pending", rawStatus: "queued", elapsed: 600_000 });
    expect(screen.text).toContain("queued  10 min");
    await listener({ type: "status", status: "running", rawStatus: "running" });
    for (const loss of [1, 0.5, 0.25]) await listener({ type: "metrics", step: 5, totalSteps: 10, loss, values: {} });
    expect(screen.text).toContain("running  ████████░░░░░░░░  step 5/10  50%  loss 0.2500  █▃▁");
  });

  it("shows the steps that read, write and ask", async () => {
    const screen = new Screen(true);
    screen.columns = 120;
    const listener = terminalProgress({ stream: screen });
    await listener({
      type: "step",
      step: "select",
      unit: "run",
      done: 500,
      elapsed: 1_000,
      perSecond: 500,
      finished: false,
    });
    expect(screen.text).toContain("select  500 runs, 500/s");
    await listener({ type: "step", step: "select", unit: "run", done: 1_200, elapsed: 3_000, finished: true });
    expect(screen.text).toContain("select: 1,200 runs in 3 s");
  });

  it("has colours on a terminal, and none where NO_COLOR is set", async () => {
    const colours = (screen: Screen) => /\u001b\[3\dm/.test(screen.written.join(""));
    vi.stubEnv("NO_COLOR", "");
    vi.stubEnv("TERM", "xterm");
    const coloured = new Screen(true);
    await tell(coloured);
    expect(colours(coloured)).toBe(true);
    vi.stubEnv("NO_COLOR", "1");
    const plain = new Screen(true);
    await tell(plain);
    vi.unstubAllEnvs();
    expect(colours(plain)).toBe(false);
  });

  it("writes measurements as often as the option says", async () => {
    const screen = new Screen(false);
    await tell(screen, { interval: 0 });
    expect(screen.text).toMatch(/running {2}step 10\/20 {2}50% {2}loss 0\.2500 {2}about 4 min left/);
  });

  it("keeps one live line below the lines that stay on a terminal", async () => {
    const screen = new Screen(true);
    await tell(screen);
    for (const line of kept) expect(screen.text).toContain(line);
    expect(screen.text).toContain("step 10/20");
    // Erases what it wrote before: the line lives.
    expect(screen.written.join("")).toContain("\u001b[2K");
    // Never hides the cursor, which an interrupted wait would not bring back.
    expect(screen.written.join("")).not.toContain("\u001b[?25l");
    expect(screen.written.join("")).not.toContain("\u0007");
    for (const line of screen.text.split("\n").filter((one) => one.startsWith("running")))
      expect(line.length).toBeLessThan(screen.columns);
  });
});
