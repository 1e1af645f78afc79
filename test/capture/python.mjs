// Runs the Python scripts, whose clients talk to the stub of this process, and records what they leave.
// usage: node python.mjs <python of the environment> [name]
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { protocols } from "./provider-protocols.mjs";
import { createRecorder } from "./recorder.mjs";
import { startStub } from "./stub.mjs";

const [python, only] = process.argv.slice(2);
const stub = await startStub(process.env.CAPTURE_SCRIPT === "providers.py" ? protocols : undefined);
for (const script of process.env.CAPTURE_SCRIPT
  ? [process.env.CAPTURE_SCRIPT]
  : ["capture.py", "wrappers.py", "agents_rare.py", "langchain_rare.py", "langchain_hard.py", "traceables.py"]) {
  const child = spawn(python, [fileURLToPath(new URL(script, import.meta.url)), stub.url, only ?? ""], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { versions, ...captured } = JSON.parse(line);
    await createRecorder({ only, baseURL: stub.url, versions }).record(captured);
  }
}
await stub.close();
process.exit(0);
