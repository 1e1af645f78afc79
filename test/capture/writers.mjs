// Spans of the instrumentations and frameworks of writers.py, as runs (see span-run.mjs). The row of each is that of
// the wire, but where LOST says what the span leaves out.
// usage: node writers.mjs <python> <mode> [name], the modes of one environment one after another
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { protocols } from "./provider-protocols.mjs";
import { createRecorder } from "./recorder.mjs";
import { isCall, runOf } from "./span-run.mjs";
import { startStub } from "./stub.mjs";

const LOST = [
  [/-length/, "truncated"],
  [/^span-(?:oi-groq|oi-mistral)-(?:text-)?stream$/, "no-outputs"],
  [/^span-oi-\w+-choices$/, "unknown-shape"],
  [/^span-oi-(?:haystack|genai|mistral)-(?:calls|stream|history)$/, "invalid-tool-call"],
  [/^span-oi-anthropic-history$/, "unknown-shape"],
  [/^span-oi-agents-chat-loop/, "missing-tools"],
  [/^span-oi-smolagents-loop\.2$/, "invalid-message"],
  [/^span-tl-ollama-(?:calls|history)$/, "invalid-tool-call"],
  [/^span-tl-bedrock-history$/, "unknown-shape"],
  [/^span-tl-bedrock-image$/, "unsupported-content"],
  [/^span-tl-openai-image$/, "no-inputs"],
  [/^span-tl-langchain-stream$/, "invalid-message"],
  [/^span-tl-responses-responses-(?:calls|stream|history)$/, "invalid-tool-call"],
  [/^span-tl-agents-chat-loop/, "no-outputs"],
  [/^span-tl-agents-loop\.2$/, "invalid-tool-call"],
  [/previous$/, "missing-history"],
  [/^span-openlit-openai-(?:calls|stream|history)$/, "missing-tools"],
  [/^span-(?:openlit|langfuse)-openai-choices$/, "unknown-shape"],
  [/^span-langfuse-openai-image$/, "unsupported-content"],
  [/^span-strands-parallel\.2$/, "unknown-shape"],
  [/^span-strands(?:anthropic)?-(?:tools|parallel|structured)/, "missing-tools"],
  [/^span-strands-image$/, "unsupported-content"],
  [/^span-livekit-delta\.2$/, "incomplete-trace"],
  [/^span-livekit-tools/, "missing-tools"],
  [/^span-pipecat-history$/, "missing-tools"],
  [/^span-pipecat-image$/, "unsupported-content"],
  [/^span-pipecat-instruction-and-system$/, "unknown-shape"],
  [/^span-pipecat-tools/, "invalid-tool-call"],
  [/^span-af-image$/, "unknown-shape"],
  [/^span-af-responses-tools\.2$/, "incomplete-trace"],
  [/^span-af-(?:responses-)?tools/, "missing-tools"],
  [/^span-pydantic-v\d-(?:anthropic|chat)-both$/, "unknown-shape"],
  [/^span-pydantic-v\d-(?:anthropic|chat)-prompted$/, "unknown-shape"],
  [/^span-llamaindex-(?:responses-)?complete$/, "no-inputs"],
  [/^span-dspy-choices$/, "unknown-shape"],
  [/^span-dspy-history$/, "invalid-tool-call"],
  [/^span-dspy-tools$/, "no-outputs"],
];
// What is lost without a sign (docs/load.md): a picture, its detail, tools that were not called; and a result whose
// JSON has other spaces.
const SILENT =
  /^span-(?:openlit-openai-image|oi-bedrock-history|livekit-image|(?:strands|af|af-responses)-tools-unused|(?:af|llamaindex|pydantic-v\d)-responses-image)$/;

const [python, modes, only = ""] = process.argv.slice(2);
for (const mode of modes.split(",")) {
  const isForeign = /genai|bedrock|ollama/.test(mode);
  const stub = await startStub(isForeign ? protocols : []);
  const child = spawn(
    python,
    [fileURLToPath(new URL(process.env.CAPTURE_SCRIPT ?? "writers.py", import.meta.url)), stub.url, mode, only],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    const captured = captureIn(line);
    if (!captured || SILENT.test(captured.name)) continue;
    const { spans, versions, ...rest } = captured;
    const calls = spans.filter(isCall).sort((left, right) => left.start - right.start);
    // Its client for raw responses has a span of its own, which says nothing.
    const said = calls.filter((span) => Object.keys(runOf(span, 0, "").outputs).length > 0 || calls.length === 1);
    const runs = (said.length > 0 ? said : calls).map((span, index) => runOf(span, index, captured.name));
    const expected = runs.map((_run, index) => {
      const name = runs.length > 1 ? `${captured.name}.${index + 1}` : captured.name;
      const code = LOST.find(([pattern]) => pattern.test(name))?.[1];
      if (code !== undefined) return { skip: code };
      // Most spans have no `strict` of a tool.
      return mode === "oi-agents" || mode.startsWith("pydantic") ? (row) => row : withoutStrict;
    });
    await createRecorder({ only, baseURL: stub.url, versions }).record({ ...rest, runs, expected });
  }
  await stub.close();
}
process.exit(0);

// Packages print lines of their own.
function captureIn(line) {
  try {
    const captured = JSON.parse(line);
    return Array.isArray(captured?.spans) ? captured : undefined;
  } catch {
    return undefined;
  }
}

function withoutStrict(row) {
  for (const tool of row.tools ?? []) delete tool.function.strict;
  return row;
}
