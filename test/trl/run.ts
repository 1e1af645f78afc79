// Shows that training on one's own hardware works, with the real trl on this machine's CPU:
//
//     npm run test:trl              traces, rows, training, serving, the chain; faults, LoRA and DPO
//     npm run test:trl -- --ray     the same way, trained through a one-node Ray that is started for it
//     npm run test:trl -- --quick   without faults, LoRA, DPO and KTO
//     npm run test:trl -- --only NAME   one of: loss, faults, train, adapters, best, continue, thoughts, teacher (after the
//                                   rows and the model)
//     npm run test:trl -- --templates   all of trl's templates: rows of every kind beside transformers (with
//                                   TRANSFORMERS_4_PYTHON beside transformers 4 too), and where TRL puts the loss
//
// It makes a virtual environment in .cache/trl and a tiny model from nothing; nothing is downloaded from
// a model hub. TRL_PYTHON names a Python that has the packages already, TRL_TORCH_INDEX a package index
// with CPU builds of torch. Exit code 2: it cannot run here.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import {
  compareModels,
  type FineTunedModel,
  fineTune,
  terminalProgress,
  type TrainingExample,
} from "langsmith-finetune";
import { local, ray, type Runner, trl } from "langsmith-finetune/backends/trl";
import { renderTrlRow } from "../../src/train/backends/trl/rows.js";
import { checkAdapters } from "./adapters.js";
import { countRight, untrained, whileServed } from "./chain.js";
import { checkBest, checkContinuation } from "./continue.js";
import { countCarriedOut, makeConversations } from "./conversations.js";
import { checkFaults } from "./faults.js";
import { checkLabels } from "./labels.js";
import { checkLoss, checkLossOfTemplates } from "./loss.js";
import { preparePython } from "./python.js";
import { type RayNode, startRay } from "./ray-node.js";
import { checkTemplates, templatesOfTrl } from "./templates.js";
import { CannotRun, check, failureOf, printTimes, step } from "./report.js";
import { makeRows, type Rows } from "./rows.js";
import { checkEarlyStopping } from "./schedule.js";
import { teach } from "./teacher.js";
import { checkThoughts } from "./thoughts.js";

const { values } = parseArgs({
  options: {
    ray: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    templates: { type: "boolean", default: false },
    only: { type: "string" },
    questions: { type: "string", default: "1280" },
    epochs: { type: "string", default: "3" },
    conversations: { type: "string", default: "1280" },
  },
});

const makeModel = fileURLToPath(new URL("make_model.py", import.meta.url));

const wants = (name: string) => (values.only === undefined ? name === "train" || !values.quick : values.only === name);

async function main(): Promise<void> {
  const python = await step("Python and its packages", () => preparePython(values.ray));
  if (values.only === undefined)
    await step("trl's templates, here and by transformers", () => checkAllTemplates(python));
  await mkdir(resolve(".cache"), { recursive: true });
  const directory = await mkdtemp(resolve(".cache", "trl-test-"));
  try {
    const rows = await step("Traced questions become rows", () =>
      makeRows(values.templates ? 100 : Number(values.questions)),
    );
    const talks = await step("Traced conversations become rows", () =>
      makeConversations(values.templates ? 50 : Number(values.conversations), values.templates ? 10 : 20),
    );
    const base = await step("A tiny model from nothing", () =>
      makeTinyModel(python, directory, [...rows.train, ...talks.train]),
    );
    const at = (name: string) => ({ model: base, python, directory: join(directory, name) });
    if (values.templates || wants("loss"))
      await step("Where the loss lies", async () => {
        await checkLoss(at("loss"), talks.train.slice(0, 40));
        if (values.templates || values.only === "loss")
          await checkLossOfTemplates(at("loss-templates"), await templatesOfTrl(python));
      });
    if (values.templates) return printTimes();
    if (wants("thoughts")) await step("Where the loss lies on thoughts", () => checkThoughts(at("thoughts")));
    await using cluster = values.ray ? await step("A Ray of one node", () => startNode(python)) : undefined;
    const runner = cluster ? ray({ address: cluster.address, storage: join(directory, "storage"), python }) : local();
    const through = cluster ? ", through Ray" : "";
    if (wants("faults"))
      await step(`Faults, with the real trl${through}`, async () => {
        const place = { ...at("storage/faults"), rows: rows.train.slice(0, 40) };
        await checkFaults({ ...place, runner });
        if (!cluster) await checkEarlyStopping({ ...place, directory: join(directory, "schedule") });
      });
    if (wants("best") && !cluster)
      await step("The best checkpoint, and on from it", () =>
        checkBest({ ...at("best"), rows: rows.train.slice(0, 40) }),
      );
    if (wants("continue") && !cluster)
      await step("On from an adapter", () => checkContinuation({ ...at("continue"), rows: rows.train.slice(0, 40) }));
    if (wants("train") || wants("adapters")) {
      const tuned = await step(`Training${through}`, () => train(base, python, runner, directory, rows));
      if (wants("train")) {
        await step("The tuned model in the chain", () => useBoth(tuned, base, python, rows));
        if (!cluster)
          await step("From there on to conversations of two steps", () =>
            trainConversations(tuned, python, directory, talks),
          );
      }
      if (wants("adapters"))
        await step("LoRA, DPO and KTO", async () => {
          const place = { model: tuned.model, python, directory: join(directory, "adapters"), rows: rows.test };
          await checkAdapters(place);
          await checkLabels({ ...place, rows: rows.test.slice(0, 16) });
        });
    }
    if (wants("teacher") && !cluster) {
      // The student sees none of the recorded answers: what it knows, it has from the teacher.
      const taught = await step("A teacher answers the prompts", () => teach(rows.train));
      const place = join(directory, "teacher");
      const student = await step("Training on the teacher's answers", () =>
        train(base, python, runner, place, { ...rows, train: taught }),
      );
      await step("The student in the chain", () => useBoth(student, base, python, rows));
    }
    printTimes();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function checkAllTemplates(python: string): Promise<void> {
  const templates = await templatesOfTrl(python);
  await checkTemplates(python, templates);
  const { TRANSFORMERS_4_PYTHON: older } = process.env;
  if (older) await checkTemplates(older, templates);
  else console.log("   TRANSFORMERS_4_PYTHON is not set: not compared with transformers 4");
}

async function makeTinyModel(python: string, directory: string, examples: readonly TrainingExample[]): Promise<string> {
  const file = join(directory, "tokenizer-rows.jsonl");
  await writeFile(file, examples.map((row) => `${JSON.stringify(renderTrlRow(row))}\n`).join(""));
  const model = join(directory, "tiny");
  const { stdout } = await promisify(execFile)(python, [makeModel, file, model]);
  console.log(`   ${stdout.trim()}`);
  return model;
}

async function startNode(python: string): Promise<RayNode> {
  const node = await startRay(python);
  console.log(`   Ray answers at ${node.address}`);
  return node;
}

async function train(
  model: string,
  python: string,
  runner: Runner,
  directory: string,
  rows: Rows,
): Promise<FineTunedModel> {
  const measured: number[] = [];
  const report = terminalProgress({ stream: process.stdout, interval: 30_000 });
  const tuned = await fineTune({
    examples: rows.train,
    validation: rows.validation,
    epochs: Number(values.epochs),
    evaluateEvery: 38,
    checkpoint: "best",
    seed: 7,
    suffix: "calculator",
    pollInterval: 2000,
    onProgress(progress) {
      if (progress.type === "metrics" && progress.values.eval_loss !== undefined)
        measured.push(progress.values.eval_loss);
      return report(progress);
    },
    backend: trl({
      model,
      python,
      directory: join(directory, "jobs"),
      runner,
      lora: false,
      environment: { HF_HUB_OFFLINE: "1" },
      learningRate: 3e-3,
      scheduler: "cosine",
      warmupRatio: 0.05,
      perDeviceBatchSize: 32,
      maxLength: 512,
      config: { use_cpu: true },
    }),
  });
  check(measured.length > 0, `the validation rows were measured on: loss ${measured.join(", ")}`);
  const least = Math.min(...measured);
  check(
    tuned.checkpoint?.metrics?.validationLoss !== undefined &&
      Math.abs(tuned.checkpoint.metrics.validationLoss - least) < 1e-3 * Math.max(1, least) &&
      String(tuned.model).endsWith(tuned.checkpoint.id),
    `the best checkpoint is taken: ${tuned.checkpoint?.id}, of ${(tuned.curve ?? []).map(({ id }) => id).join(", ")}`,
  );
  const call = await failureOf(import("langsmith-finetune").then(({ chatModel }) => chatModel(tuned)));
  check(call.message.includes("serve(tuned)"), "chatModel of a model that is not served says how to serve it");
  return tuned;
}

/** Goes on from the model that calls the calculator: it now also answers from the result. */
async function trainConversations(
  from: FineTunedModel,
  python: string,
  directory: string,
  { train: examples, validation, test }: Awaited<ReturnType<typeof makeConversations>>,
): Promise<void> {
  const tuned = await fineTune({
    examples,
    validation,
    from,
    evaluateEvery: 38,
    earlyStopping: { patience: 3 },
    checkpoint: "best",
    epochs: 6,
    seed: 7,
    suffix: "two-steps",
    pollInterval: 2000,
    onProgress: terminalProgress({ stream: process.stdout, interval: 30_000 }),
    backend: trl({
      model: from.baseModel,
      python,
      directory: join(directory, "jobs"),
      lora: false,
      trainOn: "all",
      environment: { HF_HUB_OFFLINE: "1" },
      learningRate: 3e-3,
      scheduler: "cosine",
      perDeviceBatchSize: 32,
      maxLength: 512,
      config: { use_cpu: true },
    }),
  });
  check(
    tuned.model !== from.model && tuned.checkpoint !== undefined,
    `trained on from ${basename(String(from.model))}`,
  );
  await whileServed(from, python, async (before) => {
    const carried = await countCarriedOut(before, test.slice(0, 5));
    check(carried === 0, "the model that it went on from carries out none of five conversations of two steps");
  });
  await whileServed(tuned, python, async (model) => {
    const carried = await countCarriedOut(model, test);
    check(
      carried >= test.length * 0.8,
      `the model carries out ${carried} of ${test.length} held-out conversations: the right call, and its result in the answer`,
    );
  });
}

async function useBoth(tuned: FineTunedModel, base: string, python: string, { test }: Rows): Promise<void> {
  const asked = test.slice(0, 20);
  await whileServed(untrained(base), python, async (before) => {
    const wrong = await countRight(before, asked.slice(0, 10));
    check(wrong === 0, "the untrained model answers none of ten held-out questions by a valid call");
    await whileServed(tuned, python, async (after) => {
      const right = await countRight(after, asked);
      check(
        right >= asked.length * 0.9,
        `the tuned chain answers ${right} of ${asked.length} held-out questions by a valid call with the right numbers`,
      );
      const { verdict } = await compareModels({
        examples: asked,
        models: { untrained: before, tuned: after },
        concurrency: 1,
      });
      console.log(verdict.map((line) => `   ${line}`).join("\n"));
    });
  });
}

main().catch((error: unknown) => {
  if (!(error instanceof CannotRun)) throw error;
  console.error(`\nThis test cannot run here. ${error.message}`);
  process.exitCode = 2;
});
