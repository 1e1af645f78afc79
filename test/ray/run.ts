// Shows that the engine `ray` works, with a real Ray of one node on this machine:
//
//     npm run test:ray     the bytes of `inline` on 100,000 rows; a worker that is killed; an abort and what follows it
//
// RAY_PYTHON names a Python that has `ray[default]`; RAY_TEST_ROWS another number of rows. Ray listens on all
// interfaces without a password, so it runs in a network of its own (Linux, `unshare`); RAY_TEST_OPEN=1 does without.
// Exit code 2: it cannot run here.
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { buildDataset, withSource, writeJsonl, type CurateOptions, type Engine } from "langsmith-finetune";
import { ray } from "langsmith-finetune/engines/ray";
import { benchRows } from "../../bench/rows.mjs";
import { startRay } from "../trl/ray-node.js";
import { CannotRun, check, failureOf, printTimes, step } from "../trl/report.js";

const run = promisify(execFile);
const ROWS = Number(process.env.RAY_TEST_ROWS ?? 100_000);
const SALT = "salt-that-nobody-else-may-read";
const options: CurateOptions = {
  split: { validation: 0.1, test: 0.1 },
  deduplicate: { near: { threshold: 0.85 } },
  redact: { salt: SALT, detectors: ["email", "credit-card"] },
};

async function main(): Promise<void> {
  const python = await step("Python and ray", findPython);
  const folder = await mkdtemp(join(tmpdir(), "ray-test-"));
  try {
    const storage = join(folder, "storage");
    await mkdir(storage);
    const from = join(folder, "rows.jsonl");
    await writeJsonl(from, benchRows(ROWS, withSource));
    const build = (name: string, engine?: Engine, signal?: AbortSignal) =>
      buildDataset({
        from,
        to: join(folder, name),
        curate: options,
        ...(engine && { engine }),
        ...(signal && { signal }),
      });
    await step("Inline", () => build("inline"));
    const expected = await hashesIn(join(folder, "inline"));

    await using cluster = await step("A Ray of one node", () => startRay(python));
    const engine = ray({ address: cluster.address, workers: 2, storage, python });

    await step("On Ray", () => build("ray", engine));
    check(await sameAs(join(folder, "ray"), expected), `${ROWS} rows give the bytes of inline`);
    check((await readdir(storage)).length === 0, "nothing is left in the storage");
    const jobs = await (await fetch(`${cluster.address}/api/jobs/`)).text();
    check(jobs.includes("langsmith-finetune-build-"), "the job is listed");
    check(!jobs.includes(SALT), "no option stands in its description");

    await step("A Node process is killed with -9", async () => {
      const building = build("killed", engine);
      const [first] = await workersWithin(120_000);
      process.kill(first as number, "SIGKILL");
      await building;
    });
    check(await sameAs(join(folder, "killed"), expected), "the bytes are the same");

    await step("An abort", async () => {
      const stop = new AbortController();
      const failing = failureOf(build("stopped", engine, stop.signal));
      await workersWithin(120_000);
      const parts = join(folder, "stopped", ".build", "parts");
      while ((await readdir(parts)).length === 0) await delay(100);
      stop.abort(new Error("that is enough"));
      check((await failing).message === "that is enough", "it ends with the signal's reason");
      for (let tries = 0; (await workers()).length > 0 && tries < 100; tries += 1) await delay(100);
      check((await workers()).length === 0, "no worker is left");
      check(!(await readdir(join(folder, "stopped"))).includes("manifest.json"), "no dataset is there");
      check((await readdir(parts)).length > 0, "the parts that were done are kept");
    });
    await step("The build again", () => build("stopped", engine));
    check(await sameAs(join(folder, "stopped"), expected), "it goes on where it was, with the same bytes");
    printTimes();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function findPython(): Promise<string> {
  const python = process.env.RAY_PYTHON ?? "python3";
  try {
    const { stdout } = await run(python, ["-c", "import sys, ray; print(sys.executable, ray.__version__)"]);
    const [path = python, version] = stdout.trim().split(" ");
    console.log(`   ${path}, ray ${version}`);
    return path;
  } catch (cause) {
    const lines = (cause as Error).message.trim().split("\n");
    throw new CannotRun(
      `${python} has no ray: ${lines.at(-1)}. Make a virtual environment, pip install "ray[default]" there, and name its python in RAY_PYTHON.`,
      { cause },
    );
  }
}

/** The processes that do the work. */
async function workers(): Promise<number[]> {
  const { stdout } = await run("ps", ["-eo", "pid=,args="]);
  return stdout
    .split("\n")
    .filter((line) => /worker\/stdio\.(?:ts|js) .*langsmith-finetune-build-/.test(line))
    .map((line) => Number(line.trim().split(" ")[0]));
}

async function workersWithin(milliseconds: number): Promise<number[]> {
  for (const end = Date.now() + milliseconds; Date.now() < end;) {
    const found = await workers();
    if (found.length > 0) return found;
    await delay(50);
  }
  throw new Error("No worker was started.");
}

async function hashesIn(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort();
  const hash = createHash("sha256");
  for (const name of names) hash.update(name).update(await readFile(join(folder, name)));
  return hash.digest("hex");
}

const sameAs = async (folder: string, expected: string) => (await hashesIn(folder)) === expected;

/** Runs this script again where nobody else can reach what it starts. */
async function runAlone(): Promise<number> {
  const words = [...process.execArgv, ...process.argv.slice(1)];
  const script = 'ip link set lo up && exec "$0" "$@"';
  const child = spawn("unshare", ["--map-root-user", "--net", "sh", "-c", script, process.execPath, ...words], {
    stdio: "inherit",
    env: { ...process.env, RAY_TEST_OPEN: "1" },
  });
  return new Promise((done) => {
    child.once("error", () => done(2));
    child.once("exit", (code) => done(code ?? 1));
  });
}

if (process.env.RAY_TEST_OPEN === undefined) {
  process.exitCode = await runAlone();
  if (process.exitCode === 2) console.error("A network of its own could not be made: see RAY_TEST_OPEN.");
} else {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof CannotRun ? `It cannot run here. ${error.message}` : error);
    process.exitCode = error instanceof CannotRun ? 2 : 1;
  }
}
