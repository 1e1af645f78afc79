/**
 * Local stand-ins for LangSmith and for an OpenAI-compatible host, in memory and on the loopback
 * interface, so that the real clients run unmodified against them. They imitate the services as far
 * as this package's own pipelines need; they are not LangSmith, and they train no weights.
 *
 * @module
 */
import { either, kind, list, number, object, only, settings, text, withMethods, word } from "../internal/kinds.js";
import { checkOptions } from "../internal/options.js";
import { createFaults, type FaultController, type FaultPlan } from "./faults.js";
import { createLangSmithService } from "./langsmith/app.js";
import type { LangSmithSandbox } from "./langsmith/inspect.js";
import type { LangSmithSandboxOptions } from "./langsmith/options.js";
import { createOpenAIService, type OpenAISandbox, type OpenAISandboxOptions } from "./openai/app.js";
import { createRequestLog, type SandboxRequest } from "./request-log.js";
import { listen, type SandboxClock, type SandboxFrame } from "./server.js";
import type { SandboxService } from "./faults.js";

export { DAMAGED_ANSWERS, type DamagedAnswer } from "./damaged-answer.js";
export type { FaultController, FaultPlan, FaultRule, InjectedFault, SandboxService } from "./faults.js";
export type { DatasetRecord, ExampleRecord } from "./langsmith/dataset-store.js";
export type { FeedbackRecord } from "./langsmith/feedback-store.js";
export type { InstanceInfo, LangSmithSandboxOptions } from "./langsmith/options.js";
export type { LangSmithSandbox, SandboxDataset, SandboxFeedback, SandboxProject } from "./langsmith/inspect.js";
export type { OpenAISandbox, OpenAISandboxOptions, UploadedSandboxFile } from "./openai/app.js";
export type { FineTuningRefusal } from "./openai/refusals.js";
export type { SandboxRequest } from "./request-log.js";
export type { SandboxClock } from "./server.js";

/** Options of {@link startSandbox}. */
export interface SandboxOptions {
  /** Faults that are there from the start; more can be injected at run time. */
  faults?: FaultPlan;
  /** The port of the LangSmith stand-in. @default any free one */
  port?: number;
  /** The port of the OpenAI stand-in. @default any free one */
  openaiPort?: number;
  /** The time of the stand-ins, for tests that move it. @default the system's */
  clock?: SandboxClock;
  langsmith?: LangSmithSandboxOptions;
  openai?: OpenAISandboxOptions;
}

/** Running stand-ins. */
export interface Sandbox extends AsyncDisposable {
  readonly langsmith: LangSmithSandbox;
  readonly openai: OpenAISandbox;
  readonly faults: FaultController;
  /** The requests so far, of both or of one of the stand-ins, the last ten thousand. */
  requests(service?: SandboxService): SandboxRequest[];
  /** Forgets the requests so far. */
  clearRequests(): void;
  /** The variables that point the real clients here, to be put into `process.env`. */
  environment(): Record<string, string>;
  /** Ends both servers and all their connections. Can be called twice. */
  close(): Promise<void>;
}

/**
 * Starts the stand-ins on 127.0.0.1. Everything is in memory and gone after `close`.
 * Needs the packages `hono` and `@hono/node-server`.
 *
 * @throws MissingPackageError when one of them is not installed.
 *
 * @example
 * ```ts
 * import { Client } from "langsmith";
 * import { startSandbox } from "langsmith-finetune/sandbox";
 *
 * const sandbox = await startSandbox();
 * const client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
 * await client.createProject({ projectName: "support-bot" });
 * await sandbox.close();
 * ```
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const port = number({ integer: true, min: 0, max: 65_535 });
  checkOptions<SandboxOptions>("startSandbox", options, {
    faults: object<FaultPlan>({ seed: number({ integer: true }), rules: list(settings) }),
    port,
    openaiPort: port,
    clock: withMethods<SandboxClock>("a clock: an object with now()", "now"),
    langsmith: object<LangSmithSandboxOptions>({
      apiKey: either(text, only(null)),
      api: word("both", "v1", "v2"),
      info: settings,
    }),
    openai: object<OpenAISandboxOptions>({
      apiKey: text,
      jobSeconds: kind(
        "a number of seconds, 0 or more, or Infinity",
        (value) => typeof value === "number" && value >= 0,
      ),
      models: list(text),
      refuseFineTuning: either(word("organization", "quota"), settings),
    }),
  });
  const clock = options.clock ?? { now: () => Date.now() };
  const faults = createFaults(options.faults);
  const log = createRequestLog(clock);
  const frame: SandboxFrame = { clock, faults, log };

  const langsmithService = await createLangSmithService(frame, options.langsmith);
  const openaiService = await createOpenAIService(frame, options.openai);
  const langsmithServer = await listen(langsmithService.app, options.port ?? 0);
  const openaiServer = await listen(openaiService.app, options.openaiPort ?? 0).catch(async (error: unknown) => {
    await langsmithServer.close();
    throw error;
  });
  const langsmith = langsmithService.at(langsmithServer.origin);
  const openai = openaiService.at(openaiServer.origin);

  let closing: Promise<unknown> | undefined;
  const close = async () => {
    closing ??= Promise.all([langsmithServer.close(), openaiServer.close()]);
    await closing;
  };
  return {
    langsmith,
    openai,
    faults,
    requests: (service) => log.list(service),
    clearRequests: () => log.clear(),
    environment: () => ({
      LANGSMITH_ENDPOINT: langsmith.url,
      LANGSMITH_API_KEY: langsmith.apiKey,
      LANGSMITH_TRACING: "true",
      OPENAI_BASE_URL: openai.url,
      OPENAI_API_KEY: openai.apiKey,
    }),
    close,
    [Symbol.asyncDispose]: close,
  };
}
