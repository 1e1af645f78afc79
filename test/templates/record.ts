// Makes the goldens by transformers: npx tsx test/templates/record.ts .venv/bin/python
import { writeFileSync } from "node:fs";
import { matrixRows } from "../trl/template-rows.js";
import { renderByTransformers } from "../trl/templates.js";
import { features, variables } from "./features.js";
import { fixtures, folder } from "./goldens.js";

const [python = "python3"] = process.argv.slice(2);
const { messages, ...rest } = variables;

function write(name: string, { expected, transformers }: Awaited<ReturnType<typeof renderByTransformers>>): void {
  // That it raises is compared, and not with which words.
  const lines = expected.map((golden) =>
    JSON.stringify({ ...golden, ...(golden.error !== undefined && { error: "" }) }),
  );
  const text = `{"transformers": ${JSON.stringify(transformers)}, "goldens": [\n${lines.join(",\n")}\n]}\n`;
  writeFileSync(new URL(name, folder), text);
}

const templates = features.map((text) => ({ name: text, text }));
write(
  "features.json",
  await renderByTransformers(python, templates, [{ name: "features", messages, variables: rest }]),
);
write("conversations.json", await renderByTransformers(python, fixtures(), matrixRows));
