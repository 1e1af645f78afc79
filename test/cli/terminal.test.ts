import { execFile, execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { startSandbox, type Sandbox } from "langsmith-finetune/sandbox";
import { temporaryFolder } from "./command-line.js";
import { itLong } from "../long.js";

const MODEL = "gpt-4o-mini-2024-07-18";

/** `script` of util-linux gives a program a terminal. Other systems have one with other options, or none. */
function hasScript(): boolean {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
}

// From its source: backends are imported by the package's own name, so one file of all would not find them.
const root = fileURLToPath(new URL("../..", import.meta.url));
const program = [
  process.execPath,
  "--import",
  "tsx",
  "--import",
  join(root, "scripts/python-as-text.mjs"),
  join(root, "src/cli/bin.ts"),
];

let sandbox: Sandbox;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder();
  sandbox = await startSandbox({ openai: { jobSeconds: 1 } });
  const rows = Array.from({ length: 12 }, (_, index) => ({
    messages: [
      { role: "user", content: `question ${index}` },
      { role: "assistant", content: `answer ${index}` },
    ],
  }));
  await writeFile(folder.path("rows.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  await writeFile(folder.path("config.mjs"), "export default { train: { pollInterval: 50 } };");
});
afterAll(async () => {
  await sandbox.close();
  await folder.remove();
});

/** Runs a command with its stdout in a file. Gives what the file holds, and what a person sees beside it. */
async function run(
  name: string,
  words: readonly string[],
  { terminal }: { terminal: boolean },
): Promise<{ stdout: string; seen: string }> {
  const out = folder.path(`${name}.out`);
  const command = `${[...program, ...words].map((word) => `'${word}'`).join(" ")} > '${out}'`;
  const shell: [string, string[]] = terminal
    ? ["script", ["-qefc", command, "/dev/null"]]
    : ["sh", ["-c", `${command} 2>&1 >'${out}'`.replace(` > '${out}'`, "")]];
  const running = promisify(execFile)(...shell, {
    env: {
      PATH: process.env.PATH,
      TERM: "xterm-256color",
      TSX_TSCONFIG_PATH: join(root, "tsconfig.json"),
      ...sandbox.environment(),
    },
    timeout: 25_000,
  });
  running.child.stdin?.end();
  const { stdout: seen } = await running;
  return { stdout: await readFile(out, "utf8"), seen };
}

const train = (seed: number) => [
  ...["train", folder.path("rows.jsonl"), "-b", "openai", "-m", MODEL, "--seed", String(seed)],
  ...[
    "--config",
    folder.path("config.mjs"),
    "-o",
    folder.path(`tuned-${seed}.json`),
    "--job",
    folder.path(`job-${seed}.json`),
    "--yes",
  ],
];
const STAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z /;

describe.skipIf(!hasScript())("on a terminal (skipped where there is no script of util-linux)", () => {
  itLong("draws a job in place and ends with the same result as off it", async () => {
    const [on, off] = await Promise.all([
      run("on", train(1), { terminal: true }),
      run("off", train(2), { terminal: false }),
    ]);
    for (const [{ stdout }, seed] of [
      [on, 1],
      [off, 2],
    ] as const) {
      const { model } = JSON.parse(await readFile(folder.path(`tuned-${seed}.json`), "utf8")) as { model: string };
      expect(stdout).toBe(`${model}\n`);
    }
    // Lines that are drawn again.
    expect(on.seen).toContain("\u001b[2K");
    expect(off.seen).not.toContain("\u001b");
    const lines = off.seen.trimEnd().split("\n");
    expect(lines.filter((line) => STAMP.test(line)).length).toBeGreaterThan(3);
  });
});
