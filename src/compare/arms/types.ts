import type { Arm } from "../../internal/arm-names.js";

/** One figure of one arm: the mean over keys of each key's mean. */
export interface ArmFigure {
  mean: number;
  keys: number;
  /** Ratings or calls. */
  observations: number;
}

/** One figure of both arms. */
export interface ArmMetric {
  base?: ArmFigure;
  tuned?: ArmFigure;
  /** The tuned arm's mean less the base arm's; left out for fewer than ten keys in an arm. */
  difference?: number;
  /** 95 %, over keys, and valid at every look. */
  interval?: [low: number, high: number];
  /** Always valid. */
  pValue?: number;
}

/** What one arm did. */
export interface ArmSummary {
  /** The version that is compared. */
  version?: string;
  calls: number;
  keys: number;
  failed: number;
  /** Calls of the tuned arm that the base model answered. */
  fallbacks: number;
  /** Seconds, of calls that succeeded. */
  latency?: { median: number; p95: number };
  tokens: { prompt: number; completion: number };
  /** US dollars, where the arm has a price. */
  cost?: number;
}

/** The difference in ratings as it stood at the end of a day. */
export interface ArmLook {
  /** `2026-11-28`, UTC. */
  day: string;
  keys: number;
  difference: number;
  interval: [low: number, high: number];
}

/** Two arms compared on the traffic of production: plain JSON. */
export interface ArmComparison {
  /** ISO 8601. */
  createdAt: string;
  /** By the rating alone. May be read on any day. */
  verdict: "better" | "worse" | "unclear";
  /** The verdict in one or two sentences. */
  headline: string;
  /** The feedback key that decides, where there is one. */
  rating?: string;
  arms: Record<Arm, ArmSummary>;
  /** `rating` by the deciding key; per call: `errors` (share), `latency` (seconds), `tokens`, `cost` (US dollars). */
  metrics: Partial<Record<"rating" | "errors" | "latency" | "tokens" | "cost", ArmMetric>>;
  /** Every numeric feedback key that was found, with the figures of both arms. */
  ratings: Record<string, ArmMetric>;
  /** How the difference in ratings developed, a look for each day with a new rating. */
  looks: ArmLook[];
  /** Runs and ratings that were left out, by code. */
  leftOut: Record<string, number>;
}
