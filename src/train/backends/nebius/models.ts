import { checkOptions } from "../../../internal/options.js";
import { text } from "../../../internal/kinds.js";
import { InvalidOptionError, ServiceError } from "../../../errors.js";
import { isRecord, objectOf } from "../../../internal/is-record.js";
import { loadApiKey } from "../../../http/load-api-key.js";
import type { FineTuneBackend } from "../../backend.js";
import { endDeployment } from "../../end-deployment.js";
import { createHttpClient } from "../../../http/http-client.js";
import { waitUntil } from "../../../http/wait-until.js";

interface RegistryOptions {
  baseURL: string;
  apiKey?: string | (() => Promise<string>);
  fetch?: typeof globalThis.fetch;
  inferenceModel?: string;
  pollInterval?: number;
  billed: string;
}

/** Options of `deploy` for Nebius. */
interface NebiusDeployOptions {
  /** The name by which the model is called. Default: from the job's id. */
  name?: string;
  description?: string;
}

/** Registration of an adapter: https://docs.tokenfactory.nebius.com/post-training/deploy-custom-model */
export function nebiusModels(options: RegistryOptions): Required<Pick<FineTuneBackend, "deploy" | "teardown">> {
  const { baseURL, apiKey, fetch, inferenceModel, pollInterval, billed } = options;
  const client = createHttpClient({
    service: "Nebius",
    // The registry is at v0, beside the v1 of everything else.
    baseURL: baseURL.replace(/\/v1\/?$/, "/v0"),
    headers: async () => ({
      authorization: `Bearer ${await loadApiKey("Nebius", apiKey, "NEBIUS_API_KEY")}`,
    }),
    fetch,
  });

  return {
    async deploy(tuned, { signal, ...given }) {
      const rest: object = given;
      checkOptions<NebiusDeployOptions>("deploy", rest, { name: text, description: text });
      const { name = tuned.job.replace(/[^A-Za-z0-9-]+/g, "-"), description } = rest;
      if (tuned.details?.["checkpoint"] === undefined) {
        throw new InvalidOptionError({
          option: "tuned",
          value: tuned,
          message: `${tuned.model} has no checkpoint that Nebius could register.`,
          hint: "Train with lora: true, or serve the weights on a dedicated endpoint in Nebius' console.",
        });
      }
      const json = {
        name,
        base_model: inferenceModel ?? tuned.baseModel,
        source: tuned.model,
        ...(description === undefined ? {} : { description }),
      };
      const created = await client
        .json({ method: "POST", path: "models", json, signal })
        .catch(async (error: unknown) => {
          // Registered by an earlier call whose answer was lost, or which was not waited for.
          const known = ServiceError.isInstance(error)
            ? await client.json({ path: `models/${encodeURIComponent(name)}`, signal }).catch(() => undefined)
            : undefined;
          if (!isRecord(known) || (known["source"] !== undefined && known["source"] !== tuned.model)) throw error;
          return known;
        });
      const called = nameOf(created) ?? name;
      await waitUntil(
        async () => activeOrFailed(await client.json({ path: `models/${encodeURIComponent(called)}`, signal }), called),
        {
          what: `the model ${called} to be active at Nebius`,
          signal,
          interval: pollInterval,
        },
      );
      return {
        ...tuned,
        inference: {
          package: "@langchain/openai",
          class: "ChatOpenAI",
          fields: { model: called, configuration: { baseURL } },
          apiKey: { field: "apiKey", variable: "NEBIUS_API_KEY" },
        },
        deployment: { status: "ready", id: called, billed },
      };
    },

    async teardown(tuned, { signal }) {
      const path = `models/${encodeURIComponent(tuned.deployment?.id ?? "")}`;
      await client.json({ method: "DELETE", path, signal }).catch((error: unknown) => {
        if (!ServiceError.isInstance(error) || error.code !== "not-found") throw error;
      });
      return endDeployment(tuned, billed);
    },
  };
}

const nameOf = (answer: unknown): string | undefined =>
  isRecord(answer) && typeof answer["name"] === "string" && answer["name"] !== "" ? answer["name"] : undefined;

function activeOrFailed(answer: unknown, name: string): true | undefined {
  const { status, status_reason: reason } = objectOf(answer);
  if (status === "active") return true;
  if (status !== "error" && status !== "deleted") return undefined;
  throw new ServiceError({
    service: "Nebius",
    code: "deployment-failed",
    message: `Nebius says that the model ${name} is ${status}: ${typeof reason === "string" ? reason : "it gave no reason"}`,
    hint: "Check that inferenceModel is a base whose adapters Nebius serves.",
  });
}
