import { createHash } from "node:crypto";
import type { BaseMessage } from "@langchain/core/messages";
import { ensureConfig, type RunnableConfig } from "@langchain/core/runnables";
import { InvalidOptionError } from "../../errors.js";
import { ARM_METADATA, armTag, versionTag, type Arm } from "../../internal/arm-names.js";
import { shown } from "../../internal/shown.js";

/** What a key can be made of. */
export interface RoutedCall {
  messages: BaseMessage[];
  metadata: Readonly<Record<string, unknown>>;
  configurable: Readonly<Record<string, unknown>>;
  tags: readonly string[];
}

/** Where the calls of one process went so far. */
export interface RouteCounts {
  base: number;
  tuned: number;
  /** Calls of the tuned model that failed and were answered by the base model; they are among `tuned`. */
  fallbacks: number;
  /** Calls without a key, all of them by the base model; they are among `base`. */
  withoutKey: number;
}

/** Where one call goes, and what its runs are marked with. */
export interface Route {
  arm: Arm;
  config: RunnableConfig;
  fallbackConfig: RunnableConfig;
}

/** What a router decides by. */
export interface RouterOptions {
  share: number | (() => number | Promise<number>);
  key: string | ((call: RoutedCall) => string | undefined | Promise<string | undefined>);
  experiment: string;
  versions: Readonly<Record<Arm, string | undefined>>;
  onFallback?: (error: unknown, call: { version?: string }) => void;
}

/** Decides for each call which of two models answers it, and counts. */
export class Router {
  readonly counts: RouteCounts = { base: 0, tuned: 0, fallbacks: 0, withoutKey: 0 };

  constructor(private readonly options: RouterOptions) {}

  /** @throws InvalidOptionError for a share that is not from 0 to 1. */
  async route(messages: () => BaseMessage[], callOptions: RunnableConfig | undefined): Promise<Route> {
    // Once, for both attempts: a timeout becomes a signal here, which ends them together.
    const { timeout, ...config } = ensureConfig(callOptions);
    void timeout;
    const key = await this.keyOf(messages, config);
    const share = await this.share();
    const arm: Arm = key !== undefined && placeOf(this.options.experiment, key) < share ? "tuned" : "base";
    this.counts[arm] += 1;
    if (key === undefined) this.reportMissingKey();
    return { arm, config: this.mark(config, arm, key), fallbackConfig: this.mark(config, arm, key, true) };
  }

  /** Whether the base model should answer instead; counted. An aborted call is not repeated. */
  fallsBack(route: Route, error: unknown): boolean {
    if (route.arm === "base" || route.config.signal?.aborted) return false;
    this.counts.fallbacks += 1;
    const { tuned: version } = this.options.versions;
    this.options.onFallback?.(error, version === undefined ? {} : { version });
    return true;
  }

  private async share(): Promise<number> {
    const { share } = this.options;
    const value = typeof share === "function" ? await share() : share;
    if (typeof value === "number" && value >= 0 && value <= 1) return value;
    throw new InvalidOptionError({
      option: "share",
      value,
      message: `routedChatModel: share must be a number from 0 to 1; the function returned ${shown(value)}.`,
      hint: "Return 0 where your settings cannot be read: the base model then answers every call.",
    });
  }

  private async keyOf(messages: () => BaseMessage[], config: RunnableConfig): Promise<string | undefined> {
    const { key } = this.options;
    const { metadata = {}, configurable = {}, tags = [] } = config;
    const value: unknown =
      typeof key === "string" ? key : await key({ messages: messages(), metadata, configurable, tags });
    if (value === undefined || value === null || value === "") return undefined;
    if (typeof value === "string" || typeof value === "number") return String(value);
    throw new InvalidOptionError({
      option: "key",
      value,
      message: `routedChatModel: key must return a string, or undefined for a call without one; it returned ${shown(value)}.`,
    });
  }

  private mark(config: RunnableConfig, arm: Arm, key: string | undefined, isFallback = false): RunnableConfig {
    const { experiment, versions } = this.options;
    const version = versions[isFallback ? "base" : arm];
    return {
      ...config,
      // A run id is for one run: a fallback makes another.
      ...(isFallback ? { runId: undefined } : {}),
      tags: [
        ...(config.tags ?? []),
        armTag(isFallback ? "fallback" : arm),
        ...(version === undefined ? [] : [versionTag(version)]),
      ],
      metadata: {
        ...config.metadata,
        [ARM_METADATA.arm]: arm,
        [ARM_METADATA.experiment]: experiment,
        ...(version === undefined ? {} : { [ARM_METADATA.version]: version }),
        ...(key === undefined ? {} : { [ARM_METADATA.key]: digest(experiment, key).toString("hex", 0, 8) }),
        ...(isFallback ? { [ARM_METADATA.fallback]: true } : {}),
      },
    };
  }

  private reportMissingKey(): void {
    this.counts.withoutKey += 1;
    if (this.counts.withoutKey > 1) return;
    process.emitWarning(
      "routedChatModel: a call has no key, so the base model answers it, and it is not compared. Pass key, or thread_id in the call's configurable or metadata.",
      { type: "RoutingWarning", code: "LANGSMITH_FINETUNE_NO_KEY" },
    );
  }
}

/** Under these names LangSmith looks for a run's thread, and LangGraph for its own. */
export function threadOf({ configurable, metadata }: RoutedCall): string | undefined {
  for (const place of [configurable, metadata]) {
    for (const name of ["thread_id", "session_id", "conversation_id"]) {
      const value = place[name];
      if (typeof value === "string" || typeof value === "number") return String(value);
    }
  }
  return undefined;
}

/** The place of a key from 0 to 1. A larger share takes more keys, and none that were taken go back. */
function placeOf(experiment: string, key: string): number {
  return digest(experiment, key).readUIntBE(0, 6) / 2 ** 48;
}

const digest = (experiment: string, key: string) =>
  createHash("sha256")
    .update(JSON.stringify([experiment, key]))
    .digest();
