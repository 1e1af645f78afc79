// What curation costs beside parsing and writing the same rows, and how much memory a large dataset takes.
//   npx tsx bench/curate.bench.ts [rows]           time, 20,000 rows by default
//   npx tsx bench/curate.bench.ts memory [rows]    peak memory, 1,000,000 rows by default
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { curate, readJsonl, withSource, writeDataset, writeJsonl, type CurateOptions, type TrainingExample } from "langsmith-finetune";

const WORDS = "order refund shipping account password invoice delay package tracking number please help customer thanks address change cancel subscription payment failed card error screen login agent".split(" ");

function generator(seed: number) {
  let state = seed;
  const random = () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return (state >>> 0) / 2 ** 32;
  };
  const words = (count: number) => Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join(" ");
  return { random, words };
}

const TOOLS = ["lookup_order", "refund_payment"].map((name) => ({
  type: "function" as const,
  function: { name, description: "Does what it says.", parameters: { type: "object", properties: { id: { type: "string" }, amount: { type: "number" } }, required: ["id"] } },
}));

/** Rows of about 1.5 kB: a third with tool calls, one of twenty twice, three to a thread. */
export function* benchRows(count: number): Generator<TrainingExample, void, undefined> {
  const { random, words } = generator(7);
  let last: TrainingExample | undefined;
  for (let index = 0; index < count; index += 1) {
    const source = {
      runId: `00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`,
      threadId: `thread-${Math.floor(index / 3)}`,
      model: "gpt-4.1",
      startTime: "2026-11-01T00:00:00Z",
    };
    if (last && random() < 0.05) {
      yield withSource({ ...last }, source);
      continue;
    }
    const messages: TrainingExample["messages"] = [
      { role: "system", content: "You are a support agent. Answer in one paragraph, and look things up before you promise anything." },
      { role: "user", content: `${index} ${words(60)}` },
    ];
    const calling = random() < 0.35;
    if (calling) {
      messages.push(
        { role: "assistant", content: null, tool_calls: [{ id: `call_${index}`, type: "function", function: { name: "lookup_order", arguments: `{"id":"${index}","amount":12.5}` } }] },
        { role: "tool", tool_call_id: `call_${index}`, content: '{"status":"shipped"}' },
      );
    }
    messages.push({ role: "assistant", content: words(70) });
    last = withSource({ messages, ...(calling && { tools: TOOLS }) }, source);
    yield last;
  }
}

/** Processor time of this process in milliseconds: what others do on the machine is not in it. */
async function processorTime(task: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await task();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function best(task: () => Promise<unknown>, runs = 3): Promise<number> {
  let lowest = Infinity;
  for (let run = 0; run < runs; run += 1) lowest = Math.min(lowest, await processorTime(task));
  return lowest;
}

async function drain(rows: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const row of rows) if (row !== undefined) count += 1;
  return count;
}

async function time(count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bench-curate-"));
  const path = join(folder, "rows.jsonl");
  const { bytes } = await writeJsonl(path, benchRows(count));
  console.log(`${count} rows of ${Math.round(bytes / count)} bytes; processor time, best of three`);
  try {
    const baseline = await best(() => writeJsonl(join(folder, "copy.jsonl"), readJsonl(path)));
    const report = (name: string, milliseconds: number) =>
      console.log(`${name.padEnd(58)} ${milliseconds.toFixed(0).padStart(7)} ms ${((milliseconds * 1000) / count).toFixed(1).padStart(7)} µs a row  × ${(milliseconds / baseline).toFixed(2)}`);
    report("parse and write (readJsonl to writeJsonl)", baseline);
    const rows = [...benchRows(count)];
    const core: CurateOptions = { scan: false, split: { validation: 0.1, test: 0.05, nearDuplicates: false }, deduplicate: { prefixes: false } };
    const inMemory = (options: CurateOptions) => best(() => curate(rows, options));
    report("validate, exact duplicates, split", await inMemory(core));
    report("  the same with defaults (prefixes, sampled scan)", await inMemory({ split: { validation: 0.1, test: 0.05, nearDuplicates: false } }));
    report("  and near duplicates on one side", await inMemory({ split: { validation: 0.1, test: 0.05 } }));
    report("  and near duplicates removed", await inMemory({ split: { validation: 0.1, test: 0.05 }, deduplicate: { near: true } }));
    report("  and every row looked at for secrets and personal data", await inMemory({ scan: "all", split: { validation: 0.1, test: 0.05 }, deduplicate: { near: true } }));
    report("file to files: read, validate, exact, split, write", await best(async () => writeDataset(join(folder, "set"), await curate(path, core), { report: false })));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function memory(count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bench-curate-"));
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50);
  try {
    const started = process.cpuUsage();
    const path = join(folder, "rows.jsonl");
    const stream = createWriteStream(path);
    for (const row of benchRows(count)) if (!stream.write(`${JSON.stringify(row)}\n`)) await once(stream, "drain");
    stream.end();
    await once(stream, "close");
    const { user } = process.cpuUsage(started);
    console.log(`made the file in ${(user / 1e6).toFixed(0)} s, peak so far ${(peak / 2 ** 20).toFixed(0)} MB`);
    const near = process.env.NEAR !== "0";
    const { train, report } = await curate(path, { split: { validation: 0.1, nearDuplicates: near } });
    const read = await drain(train);
    peak = Math.max(peak, process.resourceUsage().maxRSS * 1024);
    console.log(`${count} rows: kept ${report.rows.kept}, read ${read} for training; peak memory of the process ${(peak / 2 ** 20).toFixed(0)} MB`);
  } finally {
    clearInterval(timer);
    await rm(folder, { recursive: true });
  }
}

const [first, second] = process.argv.slice(2);
if (process.argv[1]?.includes("curate.bench")) {
  if (first === "memory") await memory(Number(second ?? 1_000_000));
  else await time(Number(first ?? 20_000));
}
