// What every bundler and runtime must run without the optional packages: a run as a row, and what is said of a package
// that is absent.
import * as kit from "langsmith-finetune";

const message = (name, content) => ({
  lc: 1,
  type: "constructor",
  id: ["langchain_core", "messages", name],
  kwargs: { content },
});
const run = {
  id: "00000000-0000-4000-8000-000000000001",
  name: "ChatOpenAI",
  run_type: "llm",
  status: "success",
  inputs: { messages: [[message("HumanMessage", "Hi")]] },
  outputs: { generations: [[{ text: "Hello", message: message("AIMessage", "Hello") }]] },
};
const rows = [];
for await (const row of kit.convertMessagesForFinetuning(kit.loadChatSessions([run]))) rows.push(row);
const counted = await kit.countTokens(rows, { model: "gpt-4.1-mini-2025-04-14" }).then(
  (count) => `${count.rows} row counted`,
  (error) => error.hint,
);
console.log(rows[0].messages[1].content, typeof kit.chatModel, counted);
