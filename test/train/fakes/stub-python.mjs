#!/usr/bin/env node
// Stands in for a Python with TRL, for tests of how a training is started, followed and ended: it
// prints what trl 1.13.0 printed, trains nothing, and ends when the job's folder has a file `release`.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

const words = process.argv.slice(2);
const line = words.join(" ");

if (words[0] === "-c" && line.includes("importlib.metadata")) {
  const packages = {
    trl: "1.13.0",
    transformers: "5.18.0",
    torch: "2.13.0",
    datasets: "5.2.0",
    accelerate: "1.15.0",
    peft: process.env.STUB_WITHOUT_PEFT ? null : "0.21.0",
  };
  console.log(JSON.stringify({ python: "3.11.7", packages }));
} else if (words[0] === "check_rows.py") {
  if (process.env.STUB_REFUSES) {
    console.log(process.env.STUB_REFUSES);
    process.exit(1);
  }
  console.log("rows checked");
} else if (line.includes("trl.cli") || line.includes("resume.py")) {
  const resumed = line.includes("resume.py");
  console.log(resumed ? "resumed from checkpoint-10" : "begun anew");
  mkdirSync("output/checkpoint-10", { recursive: true });
  writeFileSync(
    "output/checkpoint-10/trainer_state.json",
    JSON.stringify({ epoch: 1, global_step: 10, log_history: [{ loss: 0.5, step: 10 }] }),
  );
  const child = spawn("sleep", ["1000"], { stdio: "ignore" });
  writeFileSync("grandchild", String(child.pid));
  process.stdout.write(" 50%|█████     | 10/20 [00:10<00:10,  1.00it/s]\r\n");
  console.log("{'loss': '0.5', 'learning_rate': '0.001', 'num_tokens': '1200', 'epoch': '1'}");
  // A file is there before its text is.
  while (!existsSync("release") || readFileSync("release", "utf8") === "") await delay(10);
  child.kill();
  if (readFileSync("release", "utf8") === "oom") {
    console.log("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.");
    process.exit(1);
  }
  writeFileSync("output/adapter_config.json", "{}");
  console.log("✅ Training completed.");
} else {
  console.error(`The stub knows no ${line}`);
  process.exit(2);
}
