// Plain JavaScript on the build: a loader for TypeScript takes more memory than what is measured.
import { convertMessagesForFinetuning, loadChatSessions, writeJsonl } from "../dist/index.js";
import { printMeasured } from "./measured.mjs";
import { runLine } from "./runs.mjs";

const count = Number(process.argv[2]);

function* lines() {
  for (let index = 0; index < count; index++) yield runLine(index);
}

await printMeasured(async (path) => {
  const { rows } = await writeJsonl(path, convertMessagesForFinetuning(loadChatSessions(lines())));
  return { rows };
});
