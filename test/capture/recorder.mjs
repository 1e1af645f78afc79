// Writes captured runs as fixtures: one line each in ../fixtures/langsmith/<tracer>.jsonl, in the order of their names.
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { expectedRow } from "./expected-row.mjs";

// Elsewhere with CAPTURE_TARGET, to look at what a new client writes before it becomes a fixture.
const target = process.env.CAPTURE_TARGET
  ? pathToFileURL(`${process.env.CAPTURE_TARGET}/`)
  : new URL("../fixtures/langsmith/", import.meta.url);

export async function installedVersions(from) {
  const versions = {};
  for (const name of Object.keys(JSON.parse(await readFile(new URL("package.json", from), "utf8")).dependencies)) {
    versions[name] = JSON.parse(await readFile(new URL(`node_modules/${name}/package.json`, from), "utf8")).version;
  }
  return versions;
}

export function createRecorder({ only, baseURL, versions }) {
  return {
    wants: (name) => !only || name.includes(only),
    async record({ name, tracer, runs, wire, expected, failure }) {
      const llm = runs
        .filter((run) => run.run_type === "llm")
        .sort((left, right) => (left.dotted_order < right.dotted_order ? -1 : 1));
      if (llm.length === 0) console.error(`${name}: no run`, failure);
      for (const [index, run] of llm.entries()) {
        const file = llm.length > 1 ? `${name}.${index + 1}` : name;
        const fixture = {
          name: file,
          tracer,
          versions: Object.fromEntries(tracer.split(" ").map((each) => [each, versions[each]])),
          run: cleaned(run, baseURL),
          expected: expectation(run, wire[index], Array.isArray(expected) ? expected[index] : expected),
        };
        await writeFixture(fixture);
        console.log(
          file,
          run.error ? `(error: ${String(run.error).split("\n")[0].slice(0, 80)})` : "",
          failure && !run.error ? `(threw: ${String(failure.message ?? failure).slice(0, 120)})` : "",
        );
      }
    },
  };
}

/** `@langchain/core @langchain/openai` is the file `langchain.core+langchain.openai.jsonl`, apart from Python's. */
export function fileOfTracer(tracer) {
  return `${tracer.replaceAll("@", "").replaceAll("/", ".").replaceAll(" ", "+")}.jsonl`;
}

async function writeFixture(fixture) {
  const file = new URL(encodeURIComponent(fileOfTracer(fixture.tracer)), target);
  const text = await readFile(file, "utf8").catch((error) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const others = text
    .split("\n")
    .filter(Boolean)
    .filter((line) => JSON.parse(line).name !== fixture.name);
  const lines = [...others, JSON.stringify(fixture)].sort((left, right) =>
    JSON.parse(left).name < JSON.parse(right).name ? -1 : 1,
  );
  await writeFile(file, lines.map((line) => `${line}\n`).join(""));
}

function expectation(run, exchange, given) {
  if (given && typeof given !== "function" && !given.without && !given.ids) return given;
  if (run.error || !exchange) return { skip: "run-error" };
  const whole = expectedRow(JSON.parse(JSON.stringify(exchange)));
  const row = Object.fromEntries(Object.entries(whole).filter(([key]) => !given?.without?.includes(key)));
  const kept = typeof given === "function" ? given(row) : given?.ids ? withIds(row, given.ids) : row;
  // The tracer left the tools out, and a call shows that there were some.
  const isLost =
    whole.tools && !kept.tools && kept.messages.some(({ role, tool_calls }) => tool_calls || role === "tool");
  return isLost ? { skip: "missing-tools" } : { convert: kept };
}

/** The row with these ids for its calls and the answers to them, in order; "*" leaves an id open. */
function withIds({ messages, ...rest }, ids) {
  const left = [...ids];
  const next = () => left.shift() ?? "*";
  const named = (message) =>
    message.role === "tool"
      ? { ...message, tool_call_id: next() }
      : message.tool_calls
        ? { ...message, tool_calls: message.tool_calls.map((call) => ({ ...call, id: next() })) }
        : message;
  return { ...rest, messages: messages.map(named) };
}

/** What LangSmith adds to a run, and nothing of the machine that captured it. */
function cleaned(run, baseURL) {
  const kept = {
    ...run,
    events: undefined,
    serialized: undefined,
    session_name: undefined,
    child_runs: undefined,
    status: run.error ? "error" : run.end_time ? "success" : "pending",
    session_id: "11111111-2222-4333-8444-555555555555",
  };
  if (kept.extra) kept.extra = { ...kept.extra, runtime: undefined };
  if (kept.extra?.metadata)
    kept.extra = { ...kept.extra, metadata: { ...kept.extra.metadata, revision_id: undefined } };
  const json = JSON.stringify(kept)
    .replaceAll(baseURL, "http://127.0.0.1")
    .replaceAll(/(?:file:\/\/)?\/[\w./@+-]+\/(?:node_modules|site-packages)/g, "packages")
    .replaceAll(/\\n *at [^"\\]*test\/capture[^"\\]*/g, "")
    .replaceAll(/\\n *File \\"\/[^\\]*\\"/g, '\\n File \\"app.py\\"');
  return JSON.parse(json);
}
