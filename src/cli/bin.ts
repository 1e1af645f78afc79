#!/usr/bin/env node
// Nothing is imported before the version of Node is known: older ones would stop with a SyntaxError.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`langsmith-finetune needs Node 20.19 or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 2;
} else {
  void start();
}

async function start(): Promise<void> {
  const { runCli } = await import("./run-cli.js");
  const abort = new AbortController();
  const interrupt = (signal: NodeJS.Signals) => {
    // The second signal ends the process at once, as people expect of Ctrl-C.
    process.removeListener("SIGINT", interrupt);
    process.removeListener("SIGTERM", interrupt);
    abort.abort(new DOMException(`Interrupted by ${signal}.`, "AbortError"));
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  process.exitCode = await runCli(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    signal: abort.signal,
  });
  process.removeListener("SIGINT", interrupt);
  process.removeListener("SIGTERM", interrupt);
}
