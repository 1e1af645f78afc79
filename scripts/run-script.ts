import { spawn } from "node:child_process";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");

/** How a script ended, and what it printed to stdout and stderr. */
export interface ScriptResult {
  exit: number | null;
  output: string;
}

/**
 * Runs a script as a reader would, in the folder `cwd`. `words` are tsx's own options, the script, and what is typed
 * after it. No key and no address of this machine's own reaches the script.
 */
export function runScript(
  words: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Promise<ScriptResult> {
  const child = spawn(process.execPath, [join(root, "node_modules/tsx/dist/cli.mjs"), ...words], {
    cwd,
    env: {
      PATH: process.env.PATH,
      TSX_TSCONFIG_PATH: join(root, "tsconfig.json"),
      ...environment,
      LANGSMITH_TRACING: "false",
    },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 120_000,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((done, fail) => child.once("error", fail).once("close", (exit) => done({ exit, output })));
}
