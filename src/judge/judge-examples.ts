import { join } from "node:path";
import { conversationOf } from "../curate/duplicates/deduplicate.js";
import { selectTargets } from "../curate/conversations/select-targets.js";
import { FinetuneError } from "../errors.js";
import { iterable } from "../internal/kinds.js";
import { checkArgument } from "../internal/options.js";
import { lineOf } from "../internal/row-names.js";
import { reportSkips, type SkipReporter } from "../internal/skips.js";
import { reiterableChunks } from "../internal/step.js";
import { createSpoolFor, range } from "../internal/storage/spool.js";
import { sourceOf, targetsOf, withSource } from "../source.js";
import type { AnyIterable, ExampleTarget, JudgeVote, Skip, TrainingExample } from "../types.js";
import { createAskJudge, type AskJudge } from "./ask-judge.js";
import { createCaller } from "../internal/calls-in-flight.js";
import { createEstimateTally, type AskEstimate } from "./asking/estimate.js";
import { inOrder } from "../internal/in-order.js";
import { createAskMeter } from "./asking/meter.js";
import { openCache, type PaidCache } from "../internal/storage/paid-cache.js";
import { createDecide, disagreementOf, type JudgeDecision } from "./decide.js";
import { checkJudgeOptions, type JudgeOptions } from "./judge-options.js";
import type { GivenVote, JudgedItem, ReadyJudge } from "./judges/judge.js";
import { readyJudges } from "./judges/ready-judges.js";
import { calibrate } from "./trust/calibrate.js";
import { verdictsOfPeople } from "./trust/feedback.js";
import { createJudgeReport } from "./trust/judge-report.js";

/**
 * Lets judges vote on rows, and leaves out what they would not have learned. A judge is a LangChain chat model with a
 * rubric, an evaluator in LangSmith's form, or a function. Each answer that a row teaches is judged, or each
 * conversation as a whole; an answer that is dropped gets the weight 0, and a row without an answer that stays goes. The
 * votes travel with the row: `sourceOf(row).votes`, and those of each target.
 *
 * A model is given the whole conversation as data, and never a part of it. What is too long for it, or what it fails on,
 * is `undecided`. Nothing undecided is kept: it is left out with the code `undecided`, as what was voted out is with
 * `voted-out`, and what has no answer with `no-target`. Only a function given as `decide` may keep it.
 *
 * The order of the rows does not change. With a `cache` every vote is on the disk before it is used.
 *
 * @throws {InvalidOptionError} for an option that cannot be used, a model without a rubric among them.
 * @throws {FinetuneError} where a judge fails on its first calls, or does not share the verdicts of `calibration`.
 * @throws {SkippedError} with `strict`, for the first row or answer that goes.
 *
 * @example
 * ```ts
 * import { ChatOpenAI } from "@langchain/openai";
 * import { judgeExamples, type TrainingExample } from "langsmith-finetune";
 *
 * declare const rows: AsyncIterable<TrainingExample>;
 *
 * const kept = judgeExamples(rows, {
 *   judges: { gpt: new ChatOpenAI({ model: "gpt-5-mini" }), short: ({ outputs }) => String(outputs.content).length < 2000 },
 *   rubric: "Keep an answer that is right, complete and polite. Drop one that invents something.",
 *   cache: ".judges",
 *   onReport: ({ agreement }) => console.log(agreement),
 * });
 * for await (const row of kept) console.log(row.messages.at(-1));
 * ```
 */
export function judgeExamples(
  rows: AnyIterable<TrainingExample>,
  options: JudgeOptions & { estimate: true },
): Promise<AskEstimate>;
export function judgeExamples<T extends TrainingExample>(rows: AnyIterable<T>, options: JudgeOptions): AsyncIterable<T>;
export function judgeExamples<T extends TrainingExample>(
  rows: AnyIterable<T>,
  options: JudgeOptions,
): AsyncIterable<T> | Promise<AskEstimate> {
  checkArgument("rows", rows, iterable);
  checkJudgeOptions(options);
  const judges = readyJudges(options.judges, options.rubric);
  const cacheFile = options.cache === undefined ? undefined : join(options.cache, "votes.jsonl");
  if (options.estimate === true) return openCache(cacheFile).then((cache) => estimateOf(rows, judges, options, cache));
  return reiterableChunks(async function* () {
    for await (const row of pass(rows, judges, options, cacheFile)) yield [row];
  });
}

async function* pass<T extends TrainingExample>(
  rows: AnyIterable<T>,
  judges: readonly ReadyJudge[],
  options: JudgeOptions,
  cacheFile: string | undefined,
): AsyncGenerator<T, void, undefined> {
  const { per = "answer", concurrency = 4, requestsPerMinute, retries = 3, giveUpAfter = 10, signal } = options;
  const { calibration, prices = {}, people } = options;
  signal?.throwIfAborted();
  const cache = await openCache(cacheFile);
  let source: AnyIterable<T> = rows;
  let total: number | undefined;
  if (typeof options.estimate === "function") {
    const spool = createSpoolFor<T>(rows);
    const estimate = await estimateOf(rows, judges, options, cache, (row) => void spool.add(row as T));
    if ((await options.estimate(estimate)) === false)
      throw new FinetuneError({ message: "Judging was called off after its estimate; nothing was asked." });
    total = estimate.items * judges.length;
    source = reiterableChunks(() => spool.read(range(spool.size)));
  }

  const caller = await createCaller({ concurrency, requestsPerMinute, signal });
  const skips = reportSkips("judgeExamples", options);
  const meter = createAskMeter("judge", "vote", total, options.onProgress);
  const ask = createAskJudge({
    cache,
    caller,
    retries,
    giveUpAfter,
    onVote: ({ vote, cached }) => meter.add({ cached: cached === true, failed: vote.vote === "undecided" }),
  });
  const report = createJudgeReport(judges, per, prices);
  const decide = createDecide(options.decide ?? "majority", options.quorum);
  try {
    const shares = calibration && (await calibrate(judges, calibration, per, ask));
    const work = async (row: T, number: number): Promise<JudgedRow<T>> => {
      const items = itemsOf(row, per);
      return { row, number, items: await Promise.all(items.map((item) => askAll(judges, item, ask))) };
    };
    for await (const { row, number, items } of inOrder(source, concurrency * 2, work, (reason) =>
      caller.stop(reason),
    )) {
      signal?.throwIfAborted();
      const line = lineOf(row, number);
      const judged = items.map((one) => {
        const decision = decide(one.votes, { example: row, metadata: sourceOf(row) });
        const runId = one.target?.runId ?? sourceOf(row).runId;
        const where = { line, ...(runId !== undefined && { runId }) };
        report.item({
          where,
          message: one.item.message,
          conversation: conversationOf(row) || `row:${number}`,
          given: one.given,
          votes: one.votes,
          decision,
          people: verdictsOfPeople(one.target ?? sourceOf(row), people && [people].flat()),
        });
        return { ...one, decision, where };
      });
      const kept =
        options.action === "mark" && judged.length > 0 ? marked(row, judged) : keptOf(row, judged, skips, line);
      report.row(
        judged.length === 0 ? undefined : judged.some(({ decision }) => decision === "keep") ? "keep" : worst(judged),
      );
      if (kept) yield kept;
    }
    meter.end();
    await options.onReport?.(report.finish(shares));
  } finally {
    caller.stop(new Error("Judging has ended."));
    skips.close();
  }
}

interface AskedItem {
  readonly item: JudgedItem;
  readonly target: ExampleTarget | undefined;
  readonly given: readonly GivenVote[];
  readonly votes: readonly JudgeVote[];
}

interface JudgedRow<T> {
  readonly row: T;
  readonly number: number;
  readonly items: readonly AskedItem[];
}

type DecidedItem = AskedItem & { decision: JudgeDecision; where: Pick<Skip, "line" | "runId"> };

/** What is judged of a row: each answer that it teaches, or all of it. */
function itemsOf(row: TrainingExample, per: "answer" | "conversation"): (JudgedItem & { target?: ExampleTarget })[] {
  const targets = targetsOf(row);
  const source = sourceOf(row);
  if (targets.length === 0) return [];
  if (per === "conversation") return [{ example: row, source }];
  return targets.map((target) => ({ example: row, source, message: target.message, target }));
}

async function askAll(
  judges: readonly ReadyJudge[],
  { target, ...item }: JudgedItem & { target?: ExampleTarget },
  ask: AskJudge,
): Promise<AskedItem> {
  const given = await Promise.all(judges.map((judge) => ask(judge, item)));
  return {
    item,
    target,
    given,
    votes: given.map(({ vote }, index): JudgeVote => ({ judge: judges[index]?.name ?? "", ...vote })),
  };
}

/** The row with what stays of it and the votes, or nothing. Says what goes. */
function keptOf<T extends TrainingExample>(
  row: T,
  items: readonly DecidedItem[],
  skips: SkipReporter,
  line: number,
): T | undefined {
  if (items.length === 0) {
    const { runId } = sourceOf(row);
    skips.skip({
      code: "no-target",
      message: "The row teaches no answer.",
      line,
      ...(runId !== undefined && { runId }),
    });
    return undefined;
  }
  const staying = items.filter(({ decision }) => decision === "keep");
  const goes = staying.length === 0;
  for (const one of items) {
    // A row that goes as a whole is one skip.
    if (one.decision !== "keep" && (!goes || one === items.at(-1))) skips.skip(skipOf(one, goes));
  }
  const last = staying.at(-1);
  if (last === undefined) return undefined;
  return withVotes(row, staying, items);
}

/** The row as it came, with the votes and what was decided. */
const marked = <T extends TrainingExample>(row: T, items: readonly DecidedItem[]): T => withVotes(row, items, items);

function withVotes<T extends TrainingExample>(row: T, staying: readonly DecidedItem[], all: readonly DecidedItem[]): T {
  const last = staying.at(-1);
  if (last === undefined) return row;
  const targets = staying.map(({ target, item, votes, decision }): ExampleTarget => ({
    ...target,
    message: item.message ?? 0,
    votes: [...votes],
    verdict: decision,
  }));
  const judged = last.item.message === undefined ? row : selectTargets(row, targets, { cut: false });
  return withSource(
    { ...judged },
    {
      ...sourceOf(judged),
      votes: [...last.votes],
      verdict: last.decision,
      disagreement: Math.max(...all.map(({ votes }) => disagreementOf(votes))),
    },
  );
}

function skipOf({ decision, votes, item, where }: DecidedItem, whole: boolean): Skip {
  const path = whole || item.message === undefined ? "$" : `$.messages[${item.message}]`;
  const wanted = decision === "undecided" ? "undecided" : "drop";
  const speaking = votes.filter(({ vote }) => vote === wanted);
  const [first] = speaking;
  const reason = first?.reason === undefined ? "" : `: ${first.reason.slice(0, 160)}`;
  const judge = first === undefined ? "" : ` (${first.judge}${reason})`;
  return decision === "undecided"
    ? {
        code: "undecided",
        message: `${speaking.length} of ${votes.length} judges could not say${judge}.`,
        path,
        ...where,
      }
    : {
        code: "voted-out",
        message: `${speaking.length} of ${votes.length} judges would drop it${judge}.`,
        path,
        ...where,
      };
}

const worst = (items: readonly DecidedItem[]): JudgeDecision =>
  items.some(({ decision }) => decision === "drop") ? "drop" : "undecided";

async function estimateOf(
  rows: AnyIterable<TrainingExample>,
  judges: readonly ReadyJudge[],
  { per = "answer", prices = {}, concurrency = 4, secondsPerCall = 2, signal, calibration }: JudgeOptions,
  cache: PaidCache,
  see?: (row: TrainingExample) => void,
): Promise<AskEstimate> {
  const models = judges.filter(({ kind }) => kind === "model");
  const tally = createEstimateTally(models.map(({ name }) => name));
  const asked = new Set<string>();
  const count = (item: JudgedItem) => {
    for (const judge of judges) {
      const key = judge.keyOf(item);
      if (cache.get(key) !== undefined) {
        tally.cached();
        continue;
      }
      const tokens = judge.tokensOf(item);
      // Equal rows are asked about once, where there is a cache.
      if (tokens === undefined || asked.has(key)) continue;
      asked.add(key);
      tally.call(judge.name, tokens.prompt, tokens.completion, prices[judge.name]);
    }
  };
  for (const { example } of calibration?.examples ?? [])
    for (const item of itemsOf(example, per).slice(-1)) count(item);
  for await (const row of rows) {
    signal?.throwIfAborted();
    tally.row();
    see?.(row);
    for (const item of itemsOf(row, per)) {
      tally.item();
      count(item);
    }
  }
  return tally.finish(concurrency, secondsPerCall);
}
