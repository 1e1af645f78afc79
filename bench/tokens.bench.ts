import { countTokens, type TrainingExample } from "langsmith-finetune";
import { sideBySide, type Bench } from "./bench.js";

const COUNT = 1000;
/** What counting may cost, in multiples of the tokenizer alone on the same texts: rows are counted faster than their texts by it. */
const BOUND = 0.8;
const WORDS =
  "the order came late again and nobody could say why, so please tell me what happens now with 3 parcels and a broken lamp".split(
    " ",
  );

function text(seed: number, length: number): string {
  return Array.from(
    { length },
    (_, index) => WORDS[(seed * 31 + index * index * 7 + (index >> 2)) % WORDS.length],
  ).join(" ");
}

const rows: TrainingExample[] = Array.from({ length: COUNT }, (_, index) => ({
  messages: [
    { role: "system", content: "You help customers of a shop. Be brief and kind." },
    { role: "user", content: text(index, 80) },
    { role: "assistant", content: text(index + COUNT, 120) },
  ],
  tools: [
    {
      type: "function",
      function: {
        name: "search_orders",
        description: "Find an order",
        parameters: { type: "object", properties: { order: { type: "string" } } },
      },
    },
  ],
}));

const bench: Bench = {
  name: "counting tokens against the tokenizer alone",
  async run(print) {
    const { countTokens: plain } = await import("gpt-tokenizer/encoding/o200k_base");
    const texts = rows.flatMap(({ messages }) => messages.map(({ content }) => String(content)));
    const bytes = texts.reduce((sum, item) => sum + item.length, 0);
    const asText = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };
    const seconds = await sideBySide({
      tokenizer: () => texts.reduce((sum, item) => sum + plain(item, asText), 0),
      countTokens: () => countTokens(rows, { model: "gpt-4o" }),
    });
    const rate = (name: keyof typeof seconds) => `${(bytes / seconds[name] / 1e6).toFixed(1).padStart(5)} MB/s`;
    const ratio = seconds.countTokens / seconds.tokenizer;
    print(`${COUNT} rows, ${(bytes / 1e6).toFixed(1)} MB of text, medians of 9 rounds side by side`);
    print(`gpt-tokenizer alone   ${rate("tokenizer")}`);
    print(`countTokens           ${rate("countTokens")}`);
    print(`ratio                 ${ratio.toFixed(2)} (at most ${BOUND})`);
    if (ratio > BOUND) throw new Error(`Missed: ${ratio.toFixed(2)} times the tokenizer alone, not ${BOUND}.`);
  },
};
export default bench;
