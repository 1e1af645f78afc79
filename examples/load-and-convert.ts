// Runs to chat sessions to training rows, with a reason for each run that is left out.
import { convertMessagesForFinetuning, LangSmithRunChatLoader, sourceOf, writeJsonl } from "langsmith-finetune";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Runs as LangSmith gives them. Any iterable will do: an array, a stream, the JSON of an export, run ids.
const message = (type: string, content: string) => ({
  lc: 1,
  type: "constructor",
  id: ["langchain_core", "messages", type],
  kwargs: { content },
});
const runs = [
  {
    id: "00000000-0000-4000-8000-000000000001",
    run_type: "llm",
    status: "success",
    inputs: {
      messages: [[message("SystemMessage", "Be brief."), message("HumanMessage", "What is the capital of France?")]],
    },
    outputs: { generations: [[{ message: message("AIMessage", "Paris.") }]] },
    extra: { metadata: { ls_model_name: "gpt-4o-mini" } },
  },
  {
    id: "00000000-0000-4000-8000-000000000002",
    run_type: "llm",
    status: "error",
    error: "429 Too Many Requests",
    inputs: { messages: [] },
  },
  { id: "00000000-0000-4000-8000-000000000003", run_type: "tool", status: "success", inputs: {}, outputs: {} },
];

const sessions = new LangSmithRunChatLoader({
  runs,
  onSkip: ({ runId, code, message: reason }) => console.log(`left out ${runId?.slice(-1)}: ${code}: ${reason}`),
});
const examples = convertMessagesForFinetuning(sessions);
for await (const example of examples) console.log("model:", sourceOf(example).model, "row:", JSON.stringify(example));

const directory = await mkdtemp(join(tmpdir(), "load-and-convert-"));
const file = join(directory, "train.jsonl");
await writeJsonl(file, examples);
console.log("in the file:", (await readFile(file, "utf8")).trim());
await rm(directory, { recursive: true });
