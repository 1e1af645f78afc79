import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sentence } from "../curate/rows.js";

/** The line of a row. */
export function line(number: number, text = ""): string {
  return JSON.stringify({
    messages: [
      { role: "user", content: `${number} ${text} ${sentence(number, 8)}` },
      { role: "assistant", content: sentence(number + 500, 5) },
    ],
  });
}

/** Files of these lines, so many in each: every file is a part of its own. */
export async function filesOf(folder: string, lines: readonly string[], size: number): Promise<string> {
  const directory = join(folder, `in-${(await readdir(folder)).length}`);
  await mkdir(directory);
  for (let start = 0; start < lines.length; start += size) {
    const name = `rows-${String(start).padStart(4, "0")}.jsonl`;
    await writeFile(
      join(directory, name),
      lines
        .slice(start, start + size)
        .map((text) => `${text}\n`)
        .join(""),
    );
  }
  return directory;
}

/** All files of a dataset, and nothing else that lies there. */
export async function contentOf(directory: string): Promise<Record<string, string>> {
  const names = (await readdir(directory)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name), "utf8")] as const)),
  );
}
