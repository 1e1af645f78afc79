import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  curate,
  DatasetConflictError,
  diffDatasets,
  InvalidOptionError,
  readDataset,
  renderDiffHtml,
  sourceOf,
  withSource,
  writeDataset,
  type RowChange,
  type TrainingExample,
  type TrainingMessage,
} from "langsmith-finetune";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "diff-"));
});
afterEach(() => rm(root, { recursive: true }));

/** A conversation whose answers were given by runs `thread-0`, `thread-1`, … */
function conversation(thread: string, answers: readonly string[]): TrainingExample {
  const messages = answers.flatMap((answer, index): TrainingMessage[] => [
    { role: "user", content: `${thread} asks ${index}` },
    { role: "assistant", content: answer },
  ]);
  const targets = answers.map((_, index) => ({
    message: index * 2 + 1,
    runId: `${thread}-${index}`,
    threadId: thread,
  }));
  return withSource({ messages }, { runId: targets.at(-1)?.runId, threadId: thread, targets } as object);
}
const copyOf = (row: TrainingExample, changes: Partial<TrainingExample>) =>
  withSource({ ...row, ...changes }, sourceOf(row));
const summary = ({ changes }: { changes: readonly RowChange[] }) =>
  changes.map((change) => [change.kind, change.reasons.join(), ("b" in change ? change.b : change.a).runId]);

describe("diffDatasets", () => {
  it("finds nothing between a dataset and itself, in whatever order", async () => {
    const rows = ["a", "b", "c"].map((thread) => conversation(thread, ["1", "2"]));
    const diff = await diffDatasets(rows, [...rows].reverse());
    expect(diff).toMatchObject({ same: 3, added: 0, removed: 0, changed: 0, changes: [], reasons: {} });
  });

  it("says of each row what happened to it", async () => {
    const tools = [{ type: "function" as const, function: { name: "f", parameters: { type: "object" } } }];
    const before = ["grew", "shrank", "edited", "tools", "targets", "rated", "gone", "partly", "form"].map((thread) =>
      conversation(thread, ["1", "2"]),
    );
    const alone = conversation("split", ["1"]);
    const [, , edited, tooled, targeted, rated, , , form] = before as TrainingExample[];
    const first = (row: TrainingExample | undefined) => row as TrainingExample;
    const after = [
      conversation("grew", ["1", "2", "3"]),
      conversation("shrank", ["1"]),
      copyOf(first(edited), {
        messages: first(edited).messages.map((message, index) =>
          index === 0 ? { ...message, content: "!" } : message,
        ) as TrainingMessage[],
      }),
      copyOf(first(tooled), { tools }),
      withSource(
        {
          messages: first(targeted).messages.map((message, index) =>
            index === 1 ? { ...message, weight: 0 } : message,
          ) as TrainingMessage[],
        },
        { ...sourceOf(first(targeted)), targets: sourceOf(first(targeted)).targets?.slice(1) as never },
      ),
      withSource({ ...first(rated) }, { ...sourceOf(first(rated)), feedback: { score: { count: 1, average: 0 } } }),
      copyOf(first(form), {
        messages: first(form).messages.map(({ role, content }) => ({ content, role })) as TrainingMessage[],
      }),
      conversation("new", ["1"]),
    ];
    const again = withSource(
      {
        messages: [
          { role: "user", content: "other" },
          { role: "assistant", content: "x" },
        ],
      } as TrainingExample,
      { runId: "partly-9", threadId: "partly" },
    );
    const diff = await diffDatasets(
      { train: [...before, alone], validation: [], test: [] },
      { train: [...after, again], validation: [alone], test: [] },
    );
    expect(summary(diff)).toEqual([
      ["changed", "grew", "grew-2"],
      ["changed", "shrank", "shrank-0"],
      ["changed", "messages", "edited-1"],
      ["changed", "settings", "tools-1"],
      ["changed", "targets", "targets-1"],
      ["changed", "source", "rated-1"],
      ["changed", "form", "form-1"],
      ["added", "new-conversation", "new-0"],
      ["added", "known-conversation", "partly-9"],
      ["changed", "split", "split-0"],
      ["removed", "conversation-gone", "gone-1"],
      ["removed", "answer-gone", "partly-1"],
    ]);
    expect(diff.changes[9]).toMatchObject({ a: { split: "train", line: 10 }, b: { split: "validation", line: 1 } });
    expect(diff).toMatchObject({ same: 0, added: 2, removed: 2, changed: 8, a: { rows: 10, splits: { train: 10 } } });
  });

  it("says that rows were joined", async () => {
    const whole = conversation("t", ["1", "2"]);
    const part = withSource({ messages: whole.messages.slice(0, 2) } as TrainingExample, {
      threadId: "t",
      runId: "t-0",
    });
    const rest = withSource(
      {
        messages: whole.messages.map((message, index) => (index === 1 ? { ...message, weight: 0 } : message)),
      } as TrainingExample,
      { threadId: "t", runId: "t-1" },
    );
    const diff = await diffDatasets([part, rest], [whole]);
    expect(diff.reasons).toEqual({ "changed: grew": 1, "removed: joined": 1 });
  });

  it("compares rows without a source by their content, as often as they are there", async () => {
    const row = (text: string): TrainingExample => ({
      messages: [
        { role: "user", content: text },
        { role: "assistant", content: "a" },
      ],
    });
    const diff = await diffDatasets([row("x"), row("x"), row("y")], [row("x"), row("z")]);
    expect(diff).toMatchObject({
      same: 1,
      reasons: { "added: unknown-source": 1, "removed: unknown-source": 2 },
    });
  });

  it("counts all differences, holds as many as were asked for, and hands all on", async () => {
    const rows = Array.from({ length: 300 }, (_, index) => conversation(`t${index}`, ["1"]));
    const seen: RowChange[] = [];
    const diff = await diffDatasets([], rows, { limit: 2, onChange: (change) => seen.push(change) });
    expect([diff.added, diff.changes.length, seen.length]).toEqual([300, 2, 300]);
  });

  it("compares folders, with the settings of their manifests", async () => {
    const [a, b] = [join(root, "a"), join(root, "b")];
    const rows = ["a", "b", "c", "d"].map((thread) => conversation(thread, [`answer of ${thread}`]));
    await writeDataset(a, await curate(rows, { title: "October" }), { query: { projectName: "bot" } });
    await writeDataset(b, await curate(rows.slice(1), { title: "November", deduplicate: false }), {
      query: { projectName: "bot", since: "2026-11-01" },
    });
    const diff = await diffDatasets(a, b);
    expect(diff).toMatchObject({ same: 3, removed: 1, a: { folder: a, title: "October" }, b: { title: "November" } });
    expect(diff.settings).toEqual([
      { path: "options.deduplicate", b: false },
      { path: "options.title", a: "October", b: "November" },
      { path: "query.since", b: "2026-11-01" },
    ]);
    const page = renderDiffHtml(diff);
    expect(page).toContain("0 added, 1 removed, 0 changed, 3 as they were.");
    expect(page).toContain("query.since");
    expect(page).not.toContain("answer of a");
    expect(page).not.toContain("<script");
  });

  it("gives rows their sources and their split when a folder is read, as often as one likes", async () => {
    const rows = ["a", "b"].map((thread) => conversation(thread, ["1"]));
    await writeDataset(root, await curate(rows, {}));
    const { train, manifest } = await readDataset(root);
    const read = [];
    for await (const row of train) read.push(row);
    for await (const row of train) read.push(row);
    expect(read.slice(2)).toEqual(read.slice(0, 2));
    expect(read.map((row) => JSON.stringify(row))).toEqual([...rows, ...rows].map((row) => JSON.stringify(row)));
    expect(sourceOf(read[0] as object)).toEqual({ ...sourceOf(rows[0] as object), splits: ["train"] });
    expect(manifest.rows.kept).toBe(2);
  });

  it("names edited files, missing ones, other formats and folders that are no dataset", async () => {
    await writeDataset(root, await curate([conversation("a", ["1"])], {}));
    const path = join(root, "train.jsonl");
    await writeFile(path, (await readFile(path, "utf8")).replace("asks", "begs"));
    await rm(join(root, "train.sources.jsonl"));
    const codes = await readDataset(root).catch((error: unknown) =>
      DatasetConflictError.isInstance(error) ? error.conflicts.map(({ code, file }) => [code, file]) : error,
    );
    expect(codes).toEqual([
      ["edited-file", "train.jsonl"],
      ["missing-file", "train.sources.jsonl"],
    ]);
    await writeFile(join(root, "manifest.json"), JSON.stringify({ format: "langsmith-finetune/dataset@9" }));
    await expect(diffDatasets(root, [])).rejects.toThrow(/has the format langsmith-finetune\/dataset@9/);
    await writeFile(join(root, "manifest.json"), "{");
    await expect(readDataset(root)).rejects.toThrow(/not the manifest of a dataset/);
    await expect(readDataset(join(root, "nothing"))).rejects.toThrow(InvalidOptionError);
  });
});
