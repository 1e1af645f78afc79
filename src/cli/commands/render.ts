import { readJsonl } from "../../convert/read-jsonl.js";
import { readChatTemplate } from "../../templates/chat-template.js";
import { renderChat, type RenderedChat } from "../../templates/render-chat.js";
import { type CliCommand, countOf, define } from "../command.js";
import { writeText } from "../context.js";
import { withInputFile } from "../input.js";

/** Shows rows as a model sees them, with the targets marked. */
export const render: CliCommand = {
  register(program, run) {
    define(program, "render [rows]", "show rows (a file or stdin) as the model sees them")
      .requiredOption("--template <path>", "a model's folder, tokenizer_config.json or .jinja file")
      .option("-n, --limit <count>", "at most this many rows", countOf, 3)
      .action(
        run<[string | undefined], { template: string; limit: number }>(async (context, { template, limit }, input) => {
          const read = readChatTemplate(template);
          const rendered: (RenderedChat & { row: number })[] = [];
          await withInputFile(context, input, async (path) => {
            for await (const row of readJsonl(path, { signal: context.signal })) {
              if (rendered.length >= limit) break;
              rendered.push({ row: rendered.length + 1, ...renderChat(row, { template: read }) });
            }
          });
          if (context.json) await context.print(rendered, []);
          else for (const one of rendered) await writeText(context.stdout, `${textOf(one)}\n`);
        }),
      );
  },
};

/** The text with each target between ⟦ and ⟧, and why others have no known place. */
function textOf({ row, text, spans, unknown }: RenderedChat & { row: number }): string {
  let marked = "";
  let at = 0;
  for (const { start, end } of spans) {
    marked += `${text.slice(at, start)}⟦${text.slice(start, end)}⟧`;
    at = end;
  }
  const notes = unknown.map(({ message, reason }) => `message ${message}: its place is not known: ${reason}`);
  return [`── row ${row} ──`, marked + text.slice(at), ...notes].join("\n");
}
