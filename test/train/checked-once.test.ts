import { createReadStream } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  curate,
  InvalidExamplesError,
  startFineTune,
  writeJsonl,
  type CurateOptions,
  type FineTuneBackend,
  type TrainingExample,
} from "langsmith-finetune";
import { contractRows as rows } from "./backend-contract.js";
import { base, directory, failureOf, fake, openAIBackend, setUp } from "./fine-tune-setup.js";

setUp();

/** A backend whose rules count how often a row is checked. */
function counting(): { backend: FineTuneBackend; checked: () => number } {
  const backend = openAIBackend();
  let checked = 0;
  return {
    backend: { ...backend, rules: { ...backend.rules, check: () => void (checked += 1) } },
    checked: () => checked,
  };
}

const uploaded = () => [...fake.files.values()].map(({ content }) => content);
async function* streamed(all: readonly TrainingExample[] = rows) {
  yield* structuredClone(all) as TrainingExample[];
}
/** Each answer on its own, so that no conversation is joined of two. */
const options = (backend: FineTuneBackend): CurateOptions => ({ backend, join: false, deduplicate: false });

describe("rows that curate checked", () => {
  it("are not checked again by the same rules, and give the same file", async () => {
    const { backend, checked } = counting();
    const { train } = await curate(streamed(), options(backend));
    expect(checked()).toBe(rows.length);
    await startFineTune({ ...base(), backend, examples: train });
    expect(checked()).toBe(rows.length);
    expect(uploaded()).toEqual([rows.map((row) => `${JSON.stringify(row)}\n`).join("")]);
  });

  it("are checked again by other rules, and where somebody may have changed them", async () => {
    const { backend, checked } = counting();
    const held = await curate(structuredClone(rows), options(backend));
    await startFineTune({ ...base(), backend, examples: held.train });
    expect(checked()).toBe(2 * rows.length);
    const { train } = await curate(streamed(), options(backend));
    const before = checked();
    async function* changed() {
      for await (const row of train) {
        row.messages.length = 0;
        yield row;
      }
    }
    const failure = await failureOf(startFineTune({ ...base(), backend, examples: changed() }));
    expect(InvalidExamplesError.isInstance(failure)).toBe(true);
    expect(checked()).toBe(before + rows.length);
    const other = counting();
    await startFineTune({ ...base(), backend: other.backend, examples: train });
    expect(other.checked()).toBe(rows.length);
  });

  it("still count in what is checked of all rows together", async () => {
    const { backend } = counting();
    const { train } = await curate(streamed(rows.slice(0, 4)), options(backend));
    const failure = await failureOf(startFineTune({ ...base(), backend, examples: train }));
    expect(InvalidExamplesError.isInstance(failure) && failure.findings.map(({ code }) => code)).toEqual([
      "rows-too-few",
    ]);
  });

  it("are sent with the lines that they had in their file", async () => {
    const { backend } = counting();
    const path = join(directory, "rows.jsonl");
    const content = rows.map((row) => `${JSON.stringify(row).replace('{"messages":', '{ "messages": ')}\n`).join("");
    await writeFile(path, content);
    const { train } = await curate(path, options(backend));
    await startFineTune({ ...base(), backend, examples: train });
    expect(uploaded()).toEqual([content]);
    const written = join(directory, "written.jsonl");
    await writeJsonl(written, train);
    const copy: Buffer[] = [];
    for await (const piece of createReadStream(written)) copy.push(piece as Buffer);
    expect(Buffer.concat(copy).toString()).toBe(content);
    await Promise.all([path, written].map((file) => rm(file)));
  });
});
