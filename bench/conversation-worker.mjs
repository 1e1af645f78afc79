// Plain JavaScript on the build: a loader for TypeScript takes more memory than what is measured.
import { pathToFileURL } from "node:url";

const [kind, calls, entry] = [process.argv[2], Number(process.argv[3]), process.argv[4]];
const { convertMessagesForFinetuning, curate, loadChatSessions, targetsOf } = await import(
  entry ? pathToFileURL(entry).href : new URL("../dist/index.js", import.meta.url).href
);

const tools = [
  {
    type: "function",
    function: {
      name: "look_up",
      description: "Looks a word up",
      parameters: { type: "object", properties: { word: { type: "string" } }, required: ["word"] },
    },
  },
];
const words = (number) => `word ${number} of the conversation, with some more to say about it than its number`;
let bytes = 0;

/** An agent's call `number`: the question, then a call and its result for each call before. */
function run(number) {
  const id = `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
  const answer = {
    role: "assistant",
    content: null,
    tool_calls: [
      {
        id: `call_${number}abcd`,
        type: "function",
        function: { name: "look_up", arguments: JSON.stringify({ word: words(number) }) },
      },
    ],
  };
  return {
    id,
    trace_id: id,
    thread_id: "one",
    run_type: "llm",
    status: "success",
    start_time: new Date(1.79e12 + number * 1000).toISOString(),
    extra: { invocation_params: { tools }, metadata: { ls_provider: "openai" } },
    answer,
  };
}
function* whole() {
  const messages = [{ role: "user", content: "Look everything up." }];
  for (let number = 0; number < calls; number += 1) {
    const { answer, ...rest } = run(number);
    const json = JSON.stringify({
      ...rest,
      inputs: { messages, tools },
      outputs: { choices: [{ index: 0, finish_reason: "tool_calls", message: answer }] },
    });
    bytes += json.length;
    yield JSON.parse(json);
    messages.push(answer, { role: "tool", tool_call_id: answer.tool_calls[0].id, content: words(number) });
  }
}
/** The same by the Responses API, each call naming the one before. */
function* chained() {
  const flat = tools.map(({ type, function: one }) => ({ type, ...one, strict: false }));
  for (let number = 0; number < calls; number += 1) {
    const { answer, ...rest } = run(number);
    const [{ id: callId, function: called }] = answer.tool_calls;
    const json = JSON.stringify({
      ...rest,
      extra: { metadata: { ls_provider: "openai" } },
      inputs: {
        input:
          number === 0
            ? "Look everything up."
            : [{ type: "function_call_output", call_id: `call_${number - 1}abcd`, output: words(number - 1) }],
        tools: flat,
        ...(number > 0 && { previous_response_id: `resp_${number - 1}` }),
      },
      outputs: {
        id: `resp_${number}`,
        object: "response",
        status: "completed",
        output: [{ type: "function_call", call_id: callId, ...called }],
      },
    });
    bytes += json.length;
    yield JSON.parse(json);
  }
}

const started = process.cpuUsage().user;
const { train } = await curate(
  convertMessagesForFinetuning(loadChatSessions(kind === "chained" ? chained() : whole())),
);
let rows = 0;
let targets = 0;
for await (const row of train) {
  rows += 1;
  targets += targetsOf(row).length;
}
process.stdout.write(
  JSON.stringify({
    rows,
    targets,
    bytes,
    megabytes: process.resourceUsage().maxRSS / 1024,
    seconds: (process.cpuUsage().user - started) / 1e6,
  }),
);
