import { checkOptions } from "../../../internal/options.js";
import { abortSignal, milliseconds, text } from "../../../internal/kinds.js";
import { InvalidOptionError, ServiceError } from "../../../errors.js";
import type { FineTunedModel } from "../../backend.js";
import { createHttpClient } from "../../../http/http-client.js";
import { waitUntil } from "../../../http/wait-until.js";
import { listOf, objectOf } from "../shared/read.js";
import type { PortableDeployOptions } from "./options.js";

/** This package starts nothing and pays nobody for a model that you serve. */
export const BILLED = "Nothing by a provider: you serve the model on a machine of your own, and pay for that machine.";

/** Waits until a server of the user's lists the model, and says how to call it there. */
export async function useServer(
  tuned: FineTunedModel,
  options: Partial<PortableDeployOptions>,
): Promise<FineTunedModel> {
  checkOptions<Partial<PortableDeployOptions>>("deploy", options, {
    baseURL: text,
    servedModel: text,
    apiKeyVariable: text,
    timeout: milliseconds,
    signal: abortSignal,
  });
  const { baseURL, servedModel = "tuned", apiKeyVariable, timeout = 600_000, signal } = options;
  if (baseURL === undefined) {
    throw new InvalidOptionError({
      option: "baseURL",
      value: baseURL,
      message: "deploy needs the address of the server that has the model: portable starts none.",
      hint: `Start one, for instance: ${String(tuned.details?.["serve"] ?? "vllm serve …")}. Then pass baseURL: "http://localhost:8000/v1".`,
    });
  }
  const key = apiKeyVariable === undefined ? undefined : process.env[apiKeyVariable];
  const client = createHttpClient({
    service: "The model server",
    baseURL,
    headers: (): Record<string, string> => (key === undefined ? {} : { authorization: `Bearer ${key}` }),
  });
  await waitUntil(
    async () => {
      const models = listOf(objectOf(await client.json({ path: "/models", signal, retries: 0 }))["data"]).map(
        ({ id }) => String(id),
      );
      if (models.includes(servedModel)) return true;
      if (models.length === 0) return undefined;
      throw new ServiceError({
        service: "The model server",
        code: "not-found",
        message: `The server at ${baseURL} has no model ${servedModel}; it has ${models.join(", ")}.`,
        hint: "Pass servedModel, or start the server with the tuned model.",
      });
    },
    { what: `the server at ${baseURL} to list ${servedModel}`, signal, timeout, interval: 1_000 },
  );
  return {
    ...tuned,
    deployment: { status: "ready", billed: BILLED },
    inference: {
      package: "@langchain/openai",
      class: "ChatOpenAI",
      fields: { model: servedModel, configuration: { baseURL } },
      ...(apiKeyVariable === undefined ? {} : { apiKey: { field: "apiKey", variable: apiKeyVariable } }),
    },
  };
}
