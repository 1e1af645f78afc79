import type { Client } from "langsmith";
import { EmptyDatasetError, InvalidOptionError } from "../../errors.js";
import type { Arm } from "../../internal/arm-names.js";
import {
  abortSignal,
  either,
  number,
  object,
  only,
  positiveInteger,
  positiveNumber,
  required,
  settings,
  text,
  withMethods,
} from "../../internal/kinds.js";
import { checkArgument, checkOptions } from "../../internal/options.js";
import type { RunQuery } from "../../select/query/run-query.js";
import type { ConnectionOptions } from "../../select/server/connection.js";
import type { RateLimit } from "../../select/server/request-limits.js";
import { priceKind } from "../../judge/asking/ask-options.js";
import type { ModelPrice } from "../../judge/asking/usage.js";
import { mean, median, quantile, sum } from "../statistics/describe.js";
import { headlineOf } from "./headline.js";
import { readCalls, readRatings, type Call, type Rating } from "./read-traffic.js";
import { sequentialDifference } from "./sequential.js";
import type { ArmComparison, ArmLook, ArmMetric, ArmSummary } from "./types.js";
import { costOfTokens } from "../../judge/asking/usage.js";

/** What {@link compareArms} reads: a query of `selectRuns`, without what it decides itself. */
export type ArmQuery = Omit<RunQuery, "arm" | "armVersion" | "errors" | "rootErrors" | "feedback">;

/** Options of {@link compareArms}. */
export interface CompareArmsOptions extends ConnectionOptions {
  /**
   * The key of the feedback that decides; a higher score is better. It may be on the run or on the root of its trace.
   * @default the only numeric key that was found; without one there is no verdict
   */
  rating?: string;
  /** @default the newest one that was found */
  experiment?: string;
  /** The versions that are compared. @default the newest one of each arm */
  versions?: { base?: string; tuned?: string };
  /** US dollars for a million tokens of each arm. */
  prices?: { base: ModelPrice; tuned: ModelPrice };
}

const ARMS = ["base", "tuned"] as const;

/**
 * Compares the two arms of a `routedChatModel` on what they did in production: ratings, errors,
 * latency, tokens and cost, read from LangSmith. Differences and intervals count keys (threads,
 * users) and not calls. The verdict is by the rating alone, and it is always valid: it may be looked
 * at every day and acted upon at any look, and is wrong in at most 5 % of experiments.
 *
 * @throws InvalidOptionError for options that cannot be meant.
 * @throws EmptyDatasetError where the query matches no routed run with a key.
 * @throws ServiceError when LangSmith refuses or cannot be reached.
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { compareArms, renderArmsHtml } from "langsmith-finetune";
 *
 * const comparison = await compareArms({ projectName: "support-bot", since: "2026-11-01" }, { rating: "user_score" });
 * console.log(comparison.headline);
 * await writeFile("arms.html", renderArmsHtml(comparison));
 * ```
 */
export async function compareArms(query: ArmQuery, options: CompareArmsOptions = {}): Promise<ArmComparison> {
  checkArgument("query", query, settings);
  checkOptions<CompareArmsOptions>("compareArms", options, {
    rating: text,
    experiment: text,
    versions: object<NonNullable<CompareArmsOptions["versions"]>>({ base: text, tuned: text }),
    prices: object<NonNullable<CompareArmsOptions["prices"]>>({
      base: required(priceKind),
      tuned: required(priceKind),
    }),
    client: withMethods<Client>("a LangSmith client", "readProject"),
    rateLimit: either(
      only(false),
      object<RateLimit>({ requests: required(positiveInteger), milliseconds: required(positiveNumber) }),
    ),
    maxRetries: number({ integer: true, min: 0 }),
    signal: abortSignal,
  });
  for (const name of ["arm", "armVersion", "errors", "rootErrors", "feedback"]) {
    if (!Object.hasOwn(query, name)) continue;
    throw new InvalidOptionError({
      option: name,
      value: (query as Record<string, unknown>)[name],
      message: `compareArms: the query cannot have ${name}; both arms are read, with their errors and ratings.`,
      hint: name === "armVersion" ? "Pass the option versions." : `Leave ${name} out.`,
    });
  }
  const { rating, experiment, versions = {}, prices, ...connection } = options;
  const leftOut: Record<string, number> = {};
  const leaveOut = (code: string, count = 1) => void (leftOut[code] = (leftOut[code] ?? 0) + count);
  const calls = await readCalls(query, connection, { versions, ...(experiment ? { experiment } : {}) }, leaveOut);
  if (calls.length === 0) {
    throw new EmptyDatasetError({
      message: "There is no routed call to compare.",
      removed: leftOut,
      hint: "Route calls with routedChatModel in this project, with a key, or widen the query.",
    });
  }
  const ratings = await readRatings(calls, connection, leaveOut);
  const keys = [...new Set(ratings.map(({ feedback }) => feedback))].sort();
  const deciding = rating ?? (keys.length === 1 ? keys[0] : undefined);
  const decidingRatings = ratings.filter(({ feedback }) => feedback === deciding);
  const metrics: ArmComparison["metrics"] = {
    ...(decidingRatings.length > 0 ? { rating: ratingMetric(decidingRatings) } : {}),
    ...callMetrics(calls, prices),
  };
  const verdict = verdictOf(metrics.rating);
  const arms = Object.fromEntries(
    ARMS.map((arm) => [
      arm,
      summaryOf(
        calls.filter((call) => call.arm === arm),
        prices?.[arm],
      ),
    ]),
  ) as Record<Arm, ArmSummary>;
  const comparison = {
    createdAt: new Date().toISOString(),
    verdict,
    ...(deciding === undefined ? {} : { rating: deciding }),
    arms,
    metrics,
    ratings: Object.fromEntries(
      keys.map((key) => [key, ratingMetric(ratings.filter(({ feedback }) => feedback === key))]),
    ),
    looks: looksOf(decidingRatings),
    leftOut,
  };
  return { ...comparison, headline: headlineOf(comparison) };
}

function verdictOf(metric: ArmMetric | undefined): ArmComparison["verdict"] {
  if (!metric?.interval) return "unclear";
  const [low, high] = metric.interval;
  return low > 0 ? "better" : high < 0 ? "worse" : "unclear";
}

const ratingMetric = (ratings: readonly Rating[]) =>
  metricOf(ratings.map(({ arm, key, score }) => ({ arm, key, value: score })));

/** How the rating stood after each day on which one came. */
function looksOf(ratings: readonly Rating[]): ArmLook[] {
  const dayOf = ({ at }: Rating) => new Date(at).toISOString().slice(0, 10);
  const sorted = [...ratings].sort((a, b) => a.at - b.at);
  return [...new Set(sorted.map(dayOf))].flatMap((day) => {
    const { base, tuned, difference, interval } = ratingMetric(sorted.filter((one) => dayOf(one) <= day));
    if (difference === undefined || interval === undefined) return [];
    return [{ day, keys: (base?.keys ?? 0) + (tuned?.keys ?? 0), difference, interval }];
  });
}

function callMetrics(calls: readonly Call[], prices: CompareArmsOptions["prices"]): ArmComparison["metrics"] {
  const values = (read: (call: Call) => number | undefined) =>
    metricOf(
      calls.flatMap((call) => {
        const value = read(call);
        return value === undefined ? [] : [{ arm: call.arm, key: call.key, value }];
      }),
    );
  return {
    errors: values(({ isFailed, isFallback }) => (isFallback ? undefined : Number(isFailed))),
    latency: values(({ seconds, isFailed }) => (isFailed ? undefined : seconds)),
    tokens: values(({ tokens }) => tokens && tokens.prompt + tokens.completion),
    ...(prices
      ? { cost: values(({ arm, isFallback, tokens }) => costOf(tokens, prices[isFallback ? "base" : arm])) }
      : {}),
  };
}

function metricOf(values: readonly { arm: Arm; key: string; value: number }[]): ArmMetric {
  const byKey = { base: new Map<string, number[]>(), tuned: new Map<string, number[]>() };
  for (const { arm, key, value } of values) {
    const own = byKey[arm].get(key);
    if (own) own.push(value);
    else byKey[arm].set(key, [value]);
  }
  const means = { base: [...byKey.base.values()].map(mean), tuned: [...byKey.tuned.values()].map(mean) };
  const figures = ARMS.flatMap((arm) =>
    means[arm].length === 0
      ? []
      : [
          [
            arm,
            {
              mean: mean(means[arm]),
              keys: means[arm].length,
              observations: values.filter((one) => one.arm === arm).length,
            },
          ],
        ],
  );
  return { ...(Object.fromEntries(figures) as ArmMetric), ...sequentialDifference(means.base, means.tuned) };
}

function summaryOf(calls: readonly Call[], price: ModelPrice | undefined): ArmSummary {
  const own = calls.filter(({ isFallback }) => !isFallback);
  const times = calls.flatMap(({ seconds, isFailed }) => (isFailed ? [] : (seconds ?? [])));
  const total = (kind: "prompt" | "completion") => sum(own.map(({ tokens }) => tokens?.[kind] ?? 0));
  const tokens = { prompt: total("prompt"), completion: total("completion") };
  const version = own[0]?.version;
  const cost = price && tokens.prompt > 0 ? costOf(tokens, price) : undefined;
  return {
    ...(version === undefined ? {} : { version }),
    calls: own.length,
    keys: new Set(calls.map(({ key }) => key)).size,
    failed: own.filter(({ isFailed }) => isFailed).length,
    fallbacks: calls.length - own.length,
    ...(times.length > 0 ? { latency: { median: median(times), p95: quantile(times, 0.95) } } : {}),
    tokens,
    ...(cost === undefined ? {} : { cost }),
  };
}

function costOf(tokens: { prompt: number; completion: number } | undefined, price: ModelPrice): number | undefined {
  return tokens && costOfTokens(tokens, price);
}
