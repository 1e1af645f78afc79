import { createReadStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  deduplicate,
  readJsonl,
  splitExamples,
  validateExamples,
  validateJsonl,
  writeJsonl,
  type TrainingExample,
} from "langsmith-finetune";
import { sideBySide, type Bench } from "./bench.js";

const COUNT = 10_000;
/** What checking rows may cost, in multiples of reading and writing them; with exact duplicates and split it is to be two. */
const BOUND = 1;

const tools: TrainingExample["tools"] = ["search_orders", "refund_order", "escalate"].map((name) => ({
  type: "function",
  function: {
    name,
    description: `Use this to ${name.replace("_", " ")}.`,
    parameters: {
      type: "object",
      properties: {
        order: { type: "string", description: "The number of the order" },
        reason: { type: "string", enum: ["late", "broken", "other"] },
      },
      required: ["order"],
    },
  },
}));

/** A support conversation with a tool call, about 2.5 KB of JSON. */
function row(index: number): TrainingExample {
  const text = (word: string) =>
    `${word} ${index}: ${"the parcel came late and the box was open ".repeat(1 + (index % 7))}`;
  const call = {
    id: `call_${index}`,
    type: "function" as const,
    function: { name: "search_orders", arguments: JSON.stringify({ order: `A-${index}`, reason: "late" }) },
  };
  return {
    messages: [
      {
        role: "system",
        content: "You help customers of a shop. Look an order up before you speak of it, and be brief and kind.",
      },
      { role: "user", content: text("Order") },
      { role: "assistant", tool_calls: [call] },
      {
        role: "tool",
        tool_call_id: call.id,
        content: JSON.stringify({ order: `A-${index}`, status: "delivered", days: index % 9 }),
      },
      { role: "assistant", content: text("I am sorry about order") },
    ],
    tools,
    parallel_tool_calls: true,
  };
}

async function drain(source: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const item of source) if (item !== undefined) count += 1;
  return count;
}

const bench: Bench = {
  name: "validation against reading and writing",
  async run(print) {
    const folder = await mkdtemp(join(tmpdir(), "bench-validate-"));
    try {
      const path = join(folder, "rows.jsonl");
      const lines = Array.from({ length: COUNT }, (_, index) => JSON.stringify(row(index)));
      await writeFile(path, `${lines.join("\n")}\n`);
      const rows = lines.map((line) => JSON.parse(line) as TrainingExample);
      const bytes = lines.reduce((sum, line) => sum + line.length, 0);
      const seconds = await sideBySide(
        {
          floor: () => lines.reduce((sum, line) => sum + JSON.stringify(JSON.parse(line)).length, 0),
          readAndWrite: () => writeJsonl(join(folder, "copy.jsonl"), readJsonl(path)),
          validate: () => drain(validateExamples(rows)),
          deduplicate: () => drain(deduplicate(rows)),
          split: () => drain(splitExamples(rows, { validation: 0.1, nearDuplicates: false }).train),
          splitNear: () => drain(splitExamples(rows, { validation: 0.1 }).train),
          file: () => drain(validateJsonl(path)),
          readLines: async () => {
            for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity }))
              JSON.parse(line);
          },
        },
        { rounds: 5, warmUp: 1, processor: true },
      );
      const each = (name: keyof typeof seconds) => `${((seconds[name] / COUNT) * 1e6).toFixed(1).padStart(6)} µs a row`;
      print(
        `${COUNT} rows of ${(bytes / COUNT / 1000).toFixed(1)} KB with a tool call, processor time, medians of 5 rounds side by side`,
      );
      print(`JSON.parse and JSON.stringify alone   ${each("floor")}`);
      print(`read a file and write it              ${each("readAndWrite")}`);
      print(`validateExamples                      ${each("validate")}`);
      print(`deduplicate, exact                    ${each("deduplicate")}`);
      print(`splitExamples, by thread or prompt    ${each("split")}`);
      print(`  with near duplicates, the default   ${each("splitNear")}`);
      print(`validateJsonl, with reading           ${each("file")}`);
      print(`readline and JSON.parse alone         ${each("readLines")}`);
      const ratio = seconds.validate / seconds.readAndWrite;
      print(`validation to reading and writing     ${ratio.toFixed(2)} (at most ${BOUND})`);
      print(
        `the three steps one by one, by key    ${((seconds.validate + seconds.deduplicate + seconds.split) / seconds.readAndWrite).toFixed(2)}`,
      );
      if (ratio > BOUND) throw new Error(`Missed: ${ratio.toFixed(2)} times reading and writing, not ${BOUND}.`);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
export default bench;
