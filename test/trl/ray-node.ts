// A Ray cluster of one node on the loopback interface, for as long as a test needs it.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { processTree, stillRunning } from "./processes.js";
import { CannotRun } from "./report.js";

export interface RayNode extends AsyncDisposable {
  /** Of the dashboard, which has the Jobs API. */
  readonly address: string;
}

/** @throws CannotRun when Ray does not start here, with what it printed. */
export async function startRay(python: string): Promise<RayNode> {
  // Ray puts sockets below it, whose paths may not be longer than about a hundred characters.
  const folder = await mkdtemp("/tmp/ray-");
  const [port, dashboard, client] = [await freePort(), await freePort(), await freePort()];
  const words = [
    "start",
    "--head",
    "--block",
    "--node-ip-address=127.0.0.1",
    `--port=${port}`,
    `--temp-dir=${folder}`,
    "--num-cpus=2",
  ];
  words.push(
    "--include-dashboard=true",
    "--dashboard-host=127.0.0.1",
    `--dashboard-port=${dashboard}`,
    `--ray-client-server-port=${client}`,
  );
  words.push("--disable-usage-stats", `--object-store-memory=${100 * 2 ** 20}`);
  let output = "";
  let ended: string | undefined;
  const head = spawn(join(dirname(python), "ray"), words, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, RAY_DISABLE_IMPORT_WARNING: "1" },
  });
  head.once("error", (error) => (ended = error.message));
  head.once("exit", (code) => (ended ??= `exit code ${code}`));
  for (const stream of [head.stdout, head.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output = (output + text).slice(-4000)));

  const stop = async () => {
    if (head.pid !== undefined && ended === undefined) {
      // `ray stop` would end every Ray on the machine; the head of this one ends what it started.
      const tree = await processTree(head.pid);
      for (const signal of ["SIGTERM", "SIGKILL"] as const)
        for (const pid of await stillRunning(tree)) kill(pid, signal);
    }
    await rm(folder, { recursive: true, force: true });
  };
  const address = `http://127.0.0.1:${dashboard}`;
  const end = Date.now() + 180_000;
  try {
    while (!(await answers(`${address}/api/jobs/`))) {
      if (ended !== undefined) throw new CannotRun(`Ray did not start: ${ended}. ${output.trim()}`);
      if (Date.now() > end) throw new CannotRun(`Ray's dashboard did not answer in three minutes. ${output.trim()}`);
      await delay(500);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, [Symbol.asyncDispose]: stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone already.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer().once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
}
