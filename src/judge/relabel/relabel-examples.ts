import { join } from "node:path";
import { selectTargets } from "../../curate/conversations/select-targets.js";
import { FinetuneError } from "../../errors.js";
import { iterable } from "../../internal/kinds.js";
import { omit } from "../../internal/omit.js";
import { checkArgument } from "../../internal/options.js";
import { lineOf } from "../../internal/row-names.js";
import { reportSkips } from "../../internal/skips.js";
import { reiterableChunks } from "../../internal/step.js";
import { createSpoolFor, range } from "../../internal/storage/spool.js";
import { sourceOf, targetsOf, withSource } from "../../source.js";
import type {
  AnyIterable,
  AssistantTrainingMessage,
  ExampleSource,
  ExampleTarget,
  Skip,
  TrainingExample,
  TrainingMessage,
} from "../../types.js";
import { createAskJudge } from "../ask-judge.js";
import { answerKey, askModel, modelName } from "../asking/ask-model.js";
import { checkBindable } from "../asking/bind-model.js";
import { createCaller, createFailureCount } from "../../internal/calls-in-flight.js";
import { approximateTokens, createEstimateTally, type AskEstimate } from "../asking/estimate.js";
import { inOrder } from "../../internal/in-order.js";
import { createAskMeter } from "../asking/meter.js";
import type { ModelAnswer } from "../asking/model-answer.js";
import { openCache, type PaidCache } from "../../internal/storage/paid-cache.js";
import { promptOf, type AskedPrompt } from "../asking/prompt-of.js";
import { createAnswerCheck, type CheckAnswer, type SampleFault } from "./check-answer.js";
import { createChoose, type Choice, type Choose } from "./choose.js";
import { checkRelabelOptions, type RelabelOptions, type RelabelReport } from "./relabel-options.js";
import { sameAnswer } from "./same-answer.js";
import { costField, countUse, noUsage } from "../asking/usage.js";

/**
 * Asks another model what was asked before: the same prompt, history and tools, for each answer that a row teaches. The
 * teacher's answer takes the place of the recorded one, which stays as an alternative: `pairsFromAlternatives` makes a
 * preference pair of both without another call. Calls are checked against the schemas of the tools.
 *
 * Each answer becomes a row of its own, with the recorded history before it. An earlier answer of the conversation may be
 * another now, so the rows of one conversation are joined no more than they agree. `sourceOf(row).teacher` names the model,
 * `runId` the run whose prompt it is; the feedback of that run was for the recorded answer, and is not kept.
 *
 * What the teacher cannot answer is left out: `teacher-failed`, `truncated-answer`, `empty-answer`, `invalid-arguments`,
 * `invalid-structure`, `no-agreement`, `no-good-answer`, `undecided`, and `no-target` for a row that teaches nothing.
 *
 * @throws {InvalidOptionError} for an option that cannot be used, and for a teacher that cannot bind a row's tools.
 * @throws {FinetuneError} where the teacher fails on its first calls.
 * @throws {SkippedError} with `strict`, for the first answer that cannot be given again.
 *
 * @example
 * ```ts
 * import { ChatOpenAI } from "@langchain/openai";
 * import { pairsFromAlternatives, relabelExamples, writeJsonl, type TrainingExample } from "langsmith-finetune";
 *
 * declare const rows: AsyncIterable<TrainingExample>;
 *
 * const relabelled = relabelExamples(rows, { teacher: new ChatOpenAI({ model: "gpt-5" }), n: 3, cache: ".teacher" });
 * await writeJsonl("train.jsonl", relabelled);
 * const pairs = pairsFromAlternatives(relabelled, {
 *   score: (answer, example) => Number(answer === example.messages.at(-1)),
 * });
 * await writeJsonl("pairs.jsonl", pairs);
 * ```
 */
export function relabelExamples(
  examples: AnyIterable<TrainingExample>,
  options: RelabelOptions & { estimate: true },
): Promise<AskEstimate>;
export function relabelExamples<T extends TrainingExample>(
  examples: AnyIterable<T>,
  options: RelabelOptions,
): AsyncIterable<T>;
export function relabelExamples<T extends TrainingExample>(
  examples: AnyIterable<T>,
  options: RelabelOptions,
): AsyncIterable<T> | Promise<AskEstimate> {
  checkArgument("examples", examples, iterable);
  checkRelabelOptions(options);
  // A judge without a rubric is an error now, and not when the first samples were paid for.
  createChoose(options.choose ?? "first", options.rubric, () => Promise.reject(new Error("not asked")));
  if (options.estimate === true) return estimateOf(examples, options);
  return reiterableChunks(async function* () {
    for await (const rows of pass(examples, options)) if (rows.length > 0) yield rows;
  });
}

async function* pass<T extends TrainingExample>(
  examples: AnyIterable<T>,
  options: RelabelOptions,
): AsyncGenerator<readonly T[], void, undefined> {
  const { teacher, n = 1, concurrency = 4, requestsPerMinute, retries = 3, giveUpAfter = 10, signal } = options;
  const { choose: by = n === 1 ? "first" : "agreement", otherwise = "drop", where = () => true } = options;
  const { name = modelName(teacher), prices = {} } = options;
  signal?.throwIfAborted();
  let source: AnyIterable<T> = examples;
  let total: number | undefined;
  if (typeof options.estimate === "function") {
    const spool = createSpoolFor<T>(examples);
    const estimate = await estimateOf(examples, options, (row) => void spool.add(row as T));
    if ((await options.estimate(estimate)) === false)
      throw new FinetuneError({ message: "Asking again was called off after its estimate; nothing was asked." });
    total = estimate.items * n;
    source = reiterableChunks(() => spool.read(range(spool.size)));
  }

  const cache = await openAnswers(options);
  const votes = await openCache(options.cache === undefined ? undefined : join(options.cache, "votes.jsonl"));
  const caller = await createCaller({ concurrency, requestsPerMinute, signal });
  const failures = createFailureCount(giveUpAfter);
  const skips = reportSkips("relabelExamples", options);
  const meter = createAskMeter("relabel", "answer", total, options.onProgress);
  const check = await createAnswerCheck();
  const askJudge = createAskJudge({ cache: votes, caller, retries, giveUpAfter });
  const { choose } = createChoose(by, options.rubric, askJudge);
  const report: RelabelReport = {
    format: "langsmith-finetune/relabel@1",
    teacher: name,
    rows: 0,
    targets: 0,
    changed: 0,
    same: 0,
    failed: {},
    ...noUsage(),
  };

  const ask = async (prompt: AskedPrompt, sample: number): Promise<ModelAnswer> => {
    const key = answerKey(name, teacher, prompt.inputs, sample, prompt);
    const { value, shared } = await caller.call(key, (own) =>
      askModel(name, teacher, prompt.inputs, { cache, retries, signal: own, sample, asked: prompt }),
    );
    const answer: ModelAnswer = shared ? { ...value, cached: true } : value;
    if (answer.error === undefined) failures.succeeded(name);
    else failures.failed(name, answer.error);
    meter.add({ cached: answer.cached === true, failed: answer.error !== undefined });
    countUse(report, { cached: answer.cached === true, ...(answer.tokens && { tokens: answer.tokens }) });
    return answer;
  };

  const relabel = async (row: T, target: ExampleTarget): Promise<Relabelled> => {
    const prompt = promptOf(row, target);
    const answers = await Promise.all(Array.from({ length: n }, (_, sample) => ask(prompt, sample)));
    return { target, ...(await chooseAnswer(row, target, answers, check, choose, prompt)) };
  };

  try {
    const work = async (row: T, number: number) => {
      checkBindable(name, teacher, row);
      const targets = targetsOf(row);
      const wanted = targets.filter((target) => where(target, row));
      return {
        row,
        number,
        targets,
        wanted,
        answered: await Promise.all(wanted.map((target) => relabel(row, target))),
      };
    };
    for await (const { row, number, targets, wanted, answered } of inOrder(source, concurrency * 2, work, (reason) =>
      caller.stop(reason),
    )) {
      signal?.throwIfAborted();
      report.rows += 1;
      report.targets += wanted.length;
      const line = lineOf(row, number);
      if (targets.length === 0) skips.skip(skipOf(row, line, undefined, "no-target", "The row teaches no answer."));
      const failed = answered.filter((one) => "code" in one);
      for (const { code, message, target } of failed) {
        report.failed[code] = (report.failed[code] ?? 0) + 1;
        if (otherwise === "drop") skips.skip(skipOf(row, line, target, code, message));
      }
      const staying = targets.filter(
        (target) => !wanted.includes(target) || (otherwise === "keep" && failed.some((one) => one.target === target)),
      );
      const rows = answered.flatMap((one): T[] => {
        if ("code" in one) return [];
        report[one.changed ? "changed" : "same"] += 1;
        return [rowOf(row, one, name)];
      });
      yield [...(staying.length > 0 ? [selectTargets(row, staying)] : []), ...rows];
    }
    meter.end();
    await options.onReport?.({ ...report, ...costField(report, prices[name]) });
  } finally {
    caller.stop(new Error("Asking again has ended."));
    skips.close();
  }
}

type Answered = {
  answer: AssistantTrainingMessage;
  recorded: AssistantTrainingMessage;
  given: ModelAnswer;
  changed: boolean;
  disagreement: number;
};
type Relabelled = { target: ExampleTarget } & (
  Answered | { code: SampleFault["code"] | FailedChoice; message: string }
);
type FailedChoice = Extract<Choice, { code: string }>["code"];

async function chooseAnswer(
  row: TrainingExample,
  target: ExampleTarget,
  answers: readonly ModelAnswer[],
  check: CheckAnswer,
  choose: Choose,
  { responseFormat }: AskedPrompt,
): Promise<Answered | { code: SampleFault["code"] | FailedChoice; message: string }> {
  const recorded = row.messages[target.message] as AssistantTrainingMessage;
  const sound: { message: AssistantTrainingMessage; given: ModelAnswer }[] = [];
  let fault: SampleFault | undefined;
  for (const given of answers) {
    const { message } = given;
    const messages = [...row.messages.slice(0, target.message), ...(message ? [message] : [])];
    const wrong = check({ ...row, messages }, given, responseFormat);
    if (wrong) fault ??= wrong;
    else if (message) sound.push({ message, given });
  }
  if (sound.length === 0) return fault ?? { code: "teacher-failed", message: "The teacher gave no answer." };
  const item = { example: row, source: sourceOf(row), message: target.message };
  const samples = sound.map(({ message }) => message);
  const choice = await choose(samples, { example: row, metadata: sourceOf(row), recorded }, item);
  if ("code" in choice) return choice;
  const chosen = sound[choice.index];
  if (chosen === undefined) return { code: "no-good-answer", message: "No sample was chosen." };
  const others = [recorded, ...samples].filter((one) => !sameAnswer(one, chosen.message)).length;
  return {
    answer: chosen.message,
    recorded,
    given: chosen.given,
    changed: !sameAnswer(recorded, chosen.message),
    disagreement: others / (samples.length + 1),
  };
}

/** What a source says of the answer that was recorded, and is not true of another one. */
const OF_THE_ANSWER = ["feedback", "joinedFeedback", "finishReason", "votes", "verdict"] as const;

/** A row with the recorded history, none of which it teaches, and the new answer. */
function rowOf<T extends TrainingExample>(
  row: T,
  { target, answer, recorded, given, changed, disagreement }: { target: ExampleTarget } & Answered,
  teacher: string,
): T {
  const own = selectTargets(row, [target]);
  const messages = own.messages.slice(0, target.message).map((message): TrainingMessage => message);
  const { finishReason, tokens } = given;
  const named: Partial<ExampleSource> & Partial<ExampleTarget> = {
    model: teacher,
    teacher,
    ...(finishReason !== undefined && { finishReason }),
  };
  const source: ExampleSource = {
    ...omit(sourceOf(own), ...OF_THE_ANSWER, "provider", "tokens", "alternatives", "repairs"),
    ...named,
    ...(tokens && { tokens: { ...tokens, total: tokens.prompt + tokens.completion } }),
    ...(changed && { alternatives: [withoutWeight(recorded)] }),
    disagreement,
    targets: [{ ...omit(target, ...OF_THE_ANSWER, "provider"), ...named, message: target.message }],
  };
  return withSource({ ...own, messages: [...messages, answer] }, source);
}

const withoutWeight = (message: AssistantTrainingMessage): AssistantTrainingMessage =>
  "weight" in message ? omit(message, "weight") : message;

function skipOf(row: object, line: number, target: ExampleTarget | undefined, code: string, message: string): Skip {
  const runId = target?.runId ?? sourceOf(row).runId;
  const path = target === undefined ? "$" : `$.messages[${target.message}]`;
  return { code, message: message.slice(0, 300), path, line, ...(runId !== undefined && { runId }) };
}

const openAnswers = ({ cache }: RelabelOptions): Promise<PaidCache> =>
  openCache(cache === undefined ? undefined : join(cache, "answers.jsonl"));

async function estimateOf(
  examples: AnyIterable<TrainingExample>,
  options: RelabelOptions,
  see?: (row: TrainingExample) => void,
): Promise<AskEstimate> {
  const { teacher, name = modelName(teacher), n = 1, where = () => true, prices = {}, signal } = options;
  const cache = await openAnswers(options);
  const { judge } = createChoose(options.choose ?? "first", options.rubric, () =>
    Promise.reject(new Error("not asked")),
  );
  const tally = createEstimateTally([name, ...(judge?.kind === "model" ? [judge.name] : [])]);
  const asked = new Set<string>();
  for await (const row of examples) {
    signal?.throwIfAborted();
    tally.row();
    see?.(row);
    for (const target of targetsOf(row).filter((one) => where(one, row))) {
      tally.item();
      const prompt = promptOf(row, target);
      const recorded = row.messages[target.message];
      const tokens = approximateTokens(JSON.stringify(prompt.inputs));
      for (let sample = 0; sample < n; sample += 1) {
        const key = answerKey(name, teacher, prompt.inputs, sample, prompt);
        if (cache.get(key) !== undefined) tally.cached();
        else if (!asked.has(key)) tally.call(name, tokens, approximateTokens(JSON.stringify(recorded)), prices[name]);
        asked.add(key);
        // The samples are not known yet, so a judge is counted as if none of its votes were in the cache.
        const judged = judge?.tokensOf({ example: row, source: sourceOf(row), message: target.message });
        if (judge && judged) tally.call(judge.name, judged.prompt, judged.completion, prices[judge.name]);
      }
    }
  }
  return tally.finish(options.concurrency ?? 4, options.secondsPerCall ?? 2);
}
