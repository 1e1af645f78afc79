import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What `runs-server.mjs` serves. */
export interface RunsServerOptions {
  count: number;
  /** How the starts spread over the month. */
  month?: "evenly" | "in working hours";
  /** Milliseconds that a page takes at the least. */
  latency?: number;
  /** About how many bytes a run has. */
  size?: number;
}

/** Starts the stand-in for LangSmith that makes its runs as they are asked for, in a process of its own. */
export async function startRunsServer(options: RunsServerOptions): Promise<{ url: string } & AsyncDisposable> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("runs-server.mjs", import.meta.url)), JSON.stringify(options)],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { url } = JSON.parse(String(line)) as { url: string };
  return {
    url,
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
    },
  };
}
