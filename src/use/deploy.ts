import { abortSignal, callback, milliseconds, required } from "../internal/kinds.js";
import { objectOf } from "../internal/is-record.js";
import { checkOptions, type OptionKinds } from "../internal/options.js";
import { backendKind } from "../train/check-options.js";
import { InvalidOptionError } from "../errors.js";
import type { FineTuneBackend, FineTunedModel } from "../train/backend.js";
import { startTimeout, type RunningTimeout } from "../http/timeout.js";
import { parseTunedModel } from "./parse-tuned-model.js";

/** Options of {@link teardown}. */
export interface TeardownOptions {
  /** The backend that tuned the model. */
  backend: FineTuneBackend;
  signal?: AbortSignal;
  /**
   * Milliseconds until a `TimeoutError`. What was begun at the provider goes on.
   * @default no timeout
   */
  timeout?: number;
}

const teardownKinds: OptionKinds<TeardownOptions> = {
  backend: required(backendKind),
  signal: abortSignal,
  timeout: milliseconds,
};

/** Options of {@link deploy}. */
export interface DeployOptions extends TeardownOptions {
  /** Called with what will be billed, before anything is started. */
  onBilled?: (billed: string) => void;
  /** What the backend wants to know: hardware, capacity, a name. See its docs page. */
  [option: string]: unknown;
}

/**
 * Makes a tuned model callable, where that takes a deployment, and waits until it is ready. This is
 * what costs money by the hour; `fineTune` never does it. A model that needs no deployment, or has
 * one, comes back as it is.
 *
 * @returns the model with a way to call it: store this one, pass it to `chatModel` and later to `teardown`.
 *
 * @example
 * ```ts
 * import { chatModel, deploy, teardown, type FineTuneBackend, type FineTunedModel } from "langsmith-finetune";
 *
 * declare const tuned: FineTunedModel;
 * declare const backend: FineTuneBackend;
 *
 * const deployed = await deploy(tuned, { backend, onBilled: console.log });
 * try {
 *   await (await chatModel(deployed)).invoke("What is 6 times 7?");
 * } finally {
 *   await teardown(deployed, { backend });
 * }
 * ```
 */
export async function deploy(tuned: FineTunedModel, deployOptions: DeployOptions): Promise<FineTunedModel> {
  const { backend, signal, timeout, onBilled, ...options } = objectOf(deployOptions) as DeployOptions;
  // What else there is, the backend knows and checks.
  checkOptions<Pick<DeployOptions, "backend" | "signal" | "timeout" | "onBilled">>(
    "deploy",
    { backend, signal, timeout, onBilled },
    { ...teardownKinds, onBilled: callback },
  );
  check(tuned, backend);
  const { deployment } = tuned;
  if (deployment?.status === "ready" || (deployment === undefined && tuned.inference !== undefined)) return tuned;
  if (backend.deploy === undefined) {
    throw new InvalidOptionError({
      option: "backend",
      value: backend.name,
      message: `The backend ${backend.name} cannot deploy ${tuned.model}.`,
      hint: `Deploy it in the provider's console. ${deployment?.billed ?? ""}`.trim(),
    });
  }
  if (deployment !== undefined) onBilled?.(deployment.billed);
  const run = backend.deploy.bind(backend);
  return within(
    startTimeout(timeout, signal, () => ({
      message: `The deployment of ${tuned.model} was not ready in time.`,
      hint: "It may go on starting, and be billed: look into the provider's console, or call deploy again to wait on.",
    })),
    (inner) => run(tuned, { ...options, signal: inner }),
  );
}

/**
 * Ends what {@link deploy} started, and with it what is billed by the hour. Also what a call of
 * `deploy` left behind that was aborted or gave up waiting: pass the model that was passed there. A
 * model that was torn down, or needs no deployment, comes back as it is.
 *
 * @example
 * ```ts
 * import { teardown, type FineTuneBackend, type FineTunedModel } from "langsmith-finetune";
 *
 * declare const deployed: FineTunedModel;
 * declare const backend: FineTuneBackend;
 *
 * await teardown(deployed, { backend });
 * ```
 */
export async function teardown(tuned: FineTunedModel, options: TeardownOptions): Promise<FineTunedModel> {
  checkOptions<TeardownOptions>("teardown", options, teardownKinds);
  const { backend, signal, timeout } = options;
  check(tuned, backend);
  const status = tuned.deployment?.status;
  if (status === undefined || status === "ended") return tuned;
  if (backend.teardown === undefined) {
    if (status === "required") return tuned;
    throw new InvalidOptionError({
      option: "backend",
      value: backend.name,
      message: `The backend ${backend.name} cannot end the deployment of ${tuned.model}.`,
      hint: "End it in the provider's console; it is billed until then.",
    });
  }
  const run = backend.teardown.bind(backend);
  return within(
    startTimeout(timeout, signal, () => ({
      message: `The deployment of ${tuned.model} had not ended in time.`,
      hint: "Look into the provider's console: it may still be billed.",
    })),
    (inner) => run(tuned, { signal: inner }),
  );
}

async function within<T>({ signal, end }: RunningTimeout, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  try {
    return await work(signal);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    end();
  }
}

function check(tuned: FineTunedModel, backend: FineTuneBackend): void {
  parseTunedModel(tuned);
  if (tuned.backend === backend.name) return;
  throw new InvalidOptionError({
    option: "backend",
    value: backend.name,
    message: `The model ${tuned.model} was tuned by the backend ${tuned.backend}, not by ${backend.name}.`,
    hint: `Pass the backend ${tuned.backend}.`,
  });
}
