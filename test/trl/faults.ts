// What goes wrong, with the real trl: a kill, rows that are too long, no such model, a cancel.
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type FineTuneJob, type FineTuneOptions, startFineTune, type TrainingExample } from "langsmith-finetune";
import { type Runner, trl, type TrlOptions } from "langsmith-finetune/backends/trl";
import { processTree, stillRunning } from "./processes.js";
import { check, failureOf } from "./report.js";

interface Place {
  model: string;
  python: string;
  /** The folder of the jobs. With a runner elsewhere it is storage that both sides see. */
  directory: string;
  runner: Runner;
  rows: readonly TrainingExample[];
}

const EVERY = 5;
const STEPS = 20;

export async function checkFaults({ model, python, directory, runner, rows }: Place): Promise<void> {
  const start = (suffix: string, options: Partial<TrlOptions> = {}, more: Partial<FineTuneOptions> = {}) =>
    startFineTune({
      examples: rows,
      suffix,
      pollInterval: 200,
      ...more,
      backend: trl({
        model,
        python,
        directory,
        runner,
        lora: false,
        environment: { HF_HUB_OFFLINE: "1" },
        config: { use_cpu: true, max_steps: STEPS },
        perDeviceBatchSize: 4,
        loggingSteps: 1,
        saveSteps: EVERY,
        keepCheckpoints: 10,
        ...options,
      }),
    });

  const tooLong = await failureOf((await start("too-long", { maxLength: 16 })).wait());
  check(
    tooLong.code === "rows-too-long" && /line 1 has \d+ tokens.*line 2 has/.test(tooLong.message),
    `rows that trl would cut are refused by line: ${tooLong.message.slice(0, 120)}…`,
  );

  const template = join(directory, "raises.jinja");
  await mkdir(directory, { recursive: true });
  await writeFile(template, RAISES);
  const config = { use_cpu: true, max_steps: STEPS, chat_template_path: template };
  const refused = await failureOf(
    (await start("refused", { config, template: TAKES_ALL }, { examples: [...rows.slice(0, 2), ...REFUSED] })).wait(),
  );
  // An answer that comes before, and is learned too, is a row of its own.
  const reasons = [
    [3, "No user query found."],
    [5, "System message must be first."],
    [6, "Only one call at once!"],
  ] as const;
  check(
    refused.code === "rows-refused" &&
      reasons.every(([line, reason]) =>
        refused.message.includes(`train.jsonl line ${line}: TemplateError: ${reason}`),
      ) &&
      !refused.message.includes("Traceback"),
    `rows on which the template raises are named with its reason: ${refused.message.slice(0, 260)}…`,
  );

  const noModel = await failureOf((await start("no-model", { model: join(directory, "no", "such", "model") })).wait());
  check(noModel.code === "model-not-found", `a model that is not there is named: ${noModel.message.slice(0, 160)}…`);

  const killed = await start("killed");
  const output = join(directory, killed.reference.id, "output");
  await untilCheckpoint(killed, EVERY);
  for (const pid of await processTree(await pidOf(directory, killed))) process.kill(pid, "SIGKILL");
  const interrupted = await failureOf(killed.wait());
  check(interrupted.code === "interrupted", `kill -9 in the middle is seen: ${interrupted.message.slice(0, 120)}…`);
  const before = await stat(join(output, `checkpoint-${EVERY}`, "trainer_state.json"));
  const reached = (await killed.checkpoints()).at(-1)?.step ?? 0;
  // A checkpoint that the kill cut short, later than the last whole one.
  const cut = join(output, `checkpoint-${STEPS - 1}`);
  await mkdir(cut);
  await writeFile(join(cut, "trainer_state.json"), '{"epoch": 1, "glo');
  const again = await start("killed");
  const tuned = await again.wait();
  const after = await stat(join(output, `checkpoint-${EVERY}`, "trainer_state.json"));
  const history = JSON.parse(await readFile(join(output, `checkpoint-${STEPS}`, "trainer_state.json"), "utf8")) as {
    log_history: { step: number }[];
  };
  const steps = new Set(history.log_history.map(({ step }) => step)).size;
  check(
    again.reference.id === killed.reference.id && reached < STEPS && steps === STEPS,
    `the same call goes on from checkpoint-${reached} to step ${STEPS}, past one that the kill cut short: ${steps} steps are in its history`,
  );
  check(before.mtimeMs === after.mtimeMs, `and trains none of the first ${EVERY} steps again`);
  check(tuned.model === output && tuned.details?.adapter === false, "and gives the whole model");

  const cancelled = await start("cancelled", { config: { use_cpu: true, max_steps: 2000 } });
  await untilCheckpoint(cancelled, EVERY);
  const tree = await processTree(await pidOf(directory, cancelled));
  const { status } = await cancelled.cancel();
  const left = await stillRunning(tree);
  check(
    status === "cancelled" && tree.length >= 2 && left.length === 0,
    `cancel ends the ${tree.length} processes of a training`,
  );
}

/** Raises as the templates of open models do: on no user, a system message in the middle, two calls at once. */
const RAISES = `{%- if messages | selectattr('role', 'equalto', 'user') | list | length == 0 %}{{ raise_exception('No user query found.') }}{% endif %}
{%- for message in messages %}
{%- if message.role == 'system' and not loop.first %}{{ raise_exception('System message must be first.') }}{% endif %}
{%- if message.tool_calls and message.tool_calls | length > 1 %}{{ raise_exception('Only one call at once!') }}{% endif %}
<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{%- endfor %}
`;

/** What the package's own check goes by here, which would find these rows before they are written. */
const TAKES_ALL = `{%- for message in messages %}{{ message.role }}: {{ message.content }}
{% for call in message.tool_calls or [] %}{{ call.function.name }} {{ call.function.arguments | tojson }}
{% endfor %}{% endfor %}{% if tools %}{{ tools | tojson }}{% endif %}
`;

const ask = { role: "user", content: "What's 1+2?" } as const;
const answer = { role: "assistant", content: "3" } as const;
const call = (id: string) => ({
  id,
  type: "function" as const,
  function: { name: "Calculator", arguments: '{"num1": 1, "num2": 2, "operation": "+"}' },
});

const REFUSED: TrainingExample[] = [
  { messages: [{ role: "system", content: "Calculate." }, answer] },
  { messages: [ask, answer, { role: "system", content: "Be brief." }, ask, answer] },
  {
    messages: [
      ask,
      { role: "assistant", content: null, tool_calls: [call("a"), call("b")] },
      { role: "tool", tool_call_id: "a", content: "3" },
      { role: "tool", tool_call_id: "b", content: "3" },
      answer,
    ],
    tools: [{ type: "function", function: { name: "Calculator", parameters: { type: "object", properties: {} } } }],
  },
];

/** Of the script that the runner started. */
async function pidOf(directory: string, job: FineTuneJob): Promise<number> {
  return Number(await readFile(join(directory, job.reference.id, "pid"), "utf8"));
}

async function untilCheckpoint(job: FineTuneJob, step: number): Promise<void> {
  const end = Date.now() + 300_000;
  while (((await job.checkpoints()).at(-1)?.step ?? 0) < step) {
    const { status, error } = await job.status();
    if (status === "failed") throw new Error(`The training failed before its first checkpoint: ${error?.message}`);
    if (Date.now() > end) throw new Error("The training saved no checkpoint in five minutes.");
    await delay(200);
  }
}
