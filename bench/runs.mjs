import { readdirSync, readFileSync } from "node:fs";

// Runs as an agent's model call leaves them, of the tracers that are met most, in turn.
const NAMES = ["lcjs-chat-tools", "lcjs-chat-tool-history", "py-lc-tools", "wrapopenai-history"];
const folder = new URL("../test/fixtures/langsmith/", import.meta.url);
const fixtures = new Map(
  readdirSync(folder)
    .flatMap((file) =>
      readFileSync(new URL(encodeURIComponent(file), folder), "utf8")
        .trimEnd()
        .split("\n"),
    )
    .map((line) => JSON.parse(line))
    .map(({ name, run }) => [name, run]),
);
const runs = NAMES.map((name) => fixtures.get(name));
const WORDS =
  "the weather in this town is mild and the wind comes from the west while people ask what to wear and whether it will rain before night".split(
    " ",
  );

/** Run number `index` of an endless series, as its line of JSON: about `size` bytes, no two alike. */
export function runLine(index, size = 3000) {
  const run = runs[index % runs.length];
  const id = idOf(index);
  return withQuestion(JSON.stringify({ ...run, id, trace_id: id }), index, size);
}

/** The same series as the v2 API gives it, with the starts that are asked for, and faster. */
export function runWriter(size = 3000) {
  const templates = runs.map((run) => {
    const { run_type, status, session_id, extra, ...rest } = run;
    const record = {
      ...rest,
      id: "%ID%",
      trace_id: "%ID%",
      start_time: "%START%",
      end_time: "%START%",
      run_type: run_type.toUpperCase(),
      status: status.toUpperCase(),
      project_id: session_id,
      extra,
      metadata: extra?.metadata,
    };
    return JSON.stringify(record).split(/(%ID%|%START%)/);
  });
  return (index, start) => {
    const id = idOf(index);
    const time = new Date(start).toISOString();
    const bare = templates[index % templates.length]
      .map((part) => (part === "%ID%" ? id : part === "%START%" ? time : part))
      .join("");
    return withQuestion(bare, index, size);
  };
}

function idOf(index) {
  return `00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`;
}

function withQuestion(line, index, size) {
  const bare = line.replaceAll("Weather in Paris?", "%QUESTION%").replaceAll('"hi"', '"%QUESTION%"');
  return bare
    .replace("%QUESTION%", question(index, Math.max(20, size - bare.length)))
    .replaceAll("%QUESTION%", "Weather?");
}

function question(index, length) {
  let text = `Question ${index}:`;
  for (let word = index; text.length < length; word = (word * 7 + 11) % 1009) text += ` ${WORDS[word % WORDS.length]}`;
  return text;
}
