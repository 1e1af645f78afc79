// Where the loss lies: TRL's own tokenised rows beside the targets of the rows that it was given.
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createValidator, renderChat, type TrainingExample } from "langsmith-finetune";
import { trl } from "langsmith-finetune/backends/trl";
import { learnedOf, type LearnedRow, writeJob, writeOnly } from "./look.js";
import { lossRows, type LossRow } from "./loss-rows.js";
import { check } from "./report.js";
import type { NamedTemplate } from "./templates.js";

interface Place {
  /** A model whose template has generation marks. */
  model: string;
  python: string;
  directory: string;
}

const WAYS = ["last", "all"] as const;
type Way = (typeof WAYS)[number];

/** The rows of the test, and those of the traced questions, under the tiny model's own template: equal to the letter. */
export async function checkLoss(
  { model, python, directory }: Place,
  traced: readonly TrainingExample[],
): Promise<void> {
  const rows = [...lossRows().map(({ row }) => row), ...traced];
  const folders = await Promise.all(
    WAYS.map((trainOn) =>
      writeJob({
        examples: rows,
        personalData: "ignore",
        backend: trl({ ...common(directory), model, lora: false, trainOn }),
      }),
    ),
  );
  const jobs = await learnedOf(python, "sft", folders);
  const wanted = rows.flatMap((row) => {
    const { text, spans, unknown } = renderChat(row, { template: model });
    check(unknown.length === 0, "", true);
    return spans.map(({ start, end }) => text.slice(start, end));
  });
  for (const [index, { rows: learned = [], error }] of jobs.entries()) {
    check(error === undefined, `TRL takes the rows${error ? `: ${error}` : ""}`, true);
    const all = WAYS[index] === "all";
    // A completion runs to the end of the turn, which is behind the end mark.
    const found = learned.flatMap((row) => row.learned).map((text) => (all ? text : text.replace(/\n$/, "")));
    check(
      JSON.stringify([...found].sort()) === JSON.stringify([...wanted].sort()),
      `${all ? "assistant_only_loss" : "prompt and completion"}: in ${learned.length} rows of TRL's own dataset the loss covers the ${wanted.length} targets of ${rows.length} rows, each once, and nothing else`,
    );
  }
}

/** All templates of TRL: what is learned of rows in which every text stands once, told by its words. */
export async function checkLossOfTemplates(
  { model, python, directory }: Place,
  templates: readonly NamedTemplate[],
): Promise<void> {
  const rows = lossRows();
  const jobs: { folder: string; template: string; way: Way; rows: LossRow[] }[] = [];
  await mkdir(directory, { recursive: true });
  // Some templates write the beginning of the text, which the tokenizer names.
  await copyFile(join(model, "tokenizer_config.json"), join(directory, "tokenizer_config.json"));
  let refused = 0;
  for (const { name, text } of templates) {
    const file = join(directory, `${name}.jinja`);
    await writeFile(file, text);
    for (const way of WAYS) {
      // Without marks `assistant_only_loss` needs a family that TRL knows; that is tried by the tiny model.
      if (way === "all" && !/\{%[-+]?\s*generation\b/.test(text)) continue;
      const backend = trl({
        ...common(directory),
        model,
        lora: false,
        trainOn: way,
        template: file,
        config: { use_cpu: true, chat_template_path: file },
      });
      const validate = await createValidator({ rules: { ...backend.rules, loss: "weights" } });
      const sound = rows.filter(({ row }) => !validate(row).some(({ severity }) => severity === "error"));
      refused += rows.length - sound.length;
      if (sound.length === 0) continue;
      const folder = await writeJob({ examples: sound.map(({ row }) => row), backend, personalData: "ignore" });
      jobs.push({ folder, template: name, way, rows: sound });
    }
  }
  const seen = await learnedOf(
    python,
    "sft",
    jobs.map(({ folder }) => folder),
  );
  const wrong: string[] = [];
  let targets = 0;
  for (const [index, job] of jobs.entries()) {
    const { rows: learned = [], error } = seen[index] ?? { error: "TRL said nothing" };
    const say = (what: string) => wrong.push(`${job.template}, ${job.way}: ${what}`);
    if (error !== undefined) {
      say(error);
      continue;
    }
    for (const { name, learned: own, other } of job.rows) {
      targets += own.length;
      for (const words of own) {
        const times = words.map((word) => timesIn(learned, word));
        if (times.every((count) => count === 1)) continue;
        // What a template does not write at all is a finding of the row, and no wrong loss.
        say(`${name}: an answer is learned ${times.join(" and ")} times`);
      }
      for (const word of other) if (timesIn(learned, word) > 0) say(`${name}: learns what is no target`);
    }
  }
  for (const line of wrong.slice(0, 40)) console.log(`   ${line.slice(0, 300)}`);
  check(
    wrong.length === 0,
    `${templates.length} templates, ${jobs.length} jobs: ${targets} targets are learned once each and nothing else is; ${refused} rows were refused before, for what their template raises on or drops`,
  );
}

function timesIn(rows: readonly LearnedRow[], word: string): number {
  return rows.reduce((sum, { learned }) => sum + learned.filter((text) => text.includes(word)).length, 0);
}

function common(directory: string) {
  return {
    directory,
    runner: writeOnly,
    config: { use_cpu: true },
    maxLength: 4096,
  };
}
