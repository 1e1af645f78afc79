import { InvalidOptionError, ServiceError } from "../../../errors.js";
import type { CallOptions, FineTunedModel } from "../../backend.js";
import { hasList, hasTexts } from "../../../http/answer-check.js";
import type { HttpClient } from "../../../http/http-client.js";
import { endDeployment as markEnded } from "../../end-deployment.js";
import { waitUntil } from "../../../http/wait-until.js";
import { defined, hasStatus, listOf, objectOf, stringOf } from "../shared/read.js";
import { checkOptions } from "../../../internal/options.js";
import { togetherDeployKinds, type TogetherDeployOptions } from "./options.js";

/** What a dedicated endpoint costs: https://docs.together.ai/docs/fine-tuning/deployment */
export const BILLED =
  "Together bills a dedicated endpoint per minute by its hardware and replicas, also when nobody calls it, until it is stopped: from deploy to teardown.";

type Endpoint = Record<string, unknown>;

/** Starts a dedicated endpoint, or continues with one of the same model, and waits until it answers. */
export async function startEndpoint(
  client: HttpClient,
  tuned: FineTunedModel,
  options: Partial<TogetherDeployOptions>,
  { baseURL, interval }: { baseURL: string; interval: number | undefined },
): Promise<FineTunedModel> {
  checkOptions<Partial<TogetherDeployOptions>>("deploy", options, togetherDeployKinds);
  const { signal, timeout = 1_800_000 } = options;
  const id = (await restart(client, tuned, signal)) ?? (await create(client, tuned, options));
  const endpoint = await waitUntil(() => checkStarted(client, id, signal), {
    what: `Together's endpoint ${id} to start`,
    signal,
    timeout,
    interval,
    hint: `The endpoint is still there and billed. Call deploy again to go on waiting, or teardown to end it.`,
  });
  return {
    ...tuned,
    deployment: {
      status: "ready",
      id,
      billed: BILLED,
      details: defined({ hardware: stringOf(endpoint["hardware"]) }) as { hardware: string },
    },
    inference: {
      package: "@langchain/openai",
      class: "ChatOpenAI",
      fields: { model: stringOf(endpoint["name"]) ?? tuned.model, configuration: { baseURL } },
      apiKey: { field: "apiKey", variable: "TOGETHER_API_KEY" },
    },
  };
}

/** Stops and deletes the endpoint of a model. One that is gone already is not an error. */
export async function endEndpoint(
  client: HttpClient,
  tuned: FineTunedModel,
  { signal }: CallOptions,
): Promise<FineTunedModel> {
  const ids =
    tuned.deployment?.id === undefined ? (await list(client, tuned, signal)).map(idOf) : [tuned.deployment.id];
  for (const id of ids) {
    const path = `/endpoints/${encodeURIComponent(id)}`;
    try {
      await client.json({ method: "PATCH", path, json: { state: "STOPPED" }, signal, idempotent: true });
      await client.json({ method: "DELETE", path, signal });
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
    }
  }
  return markEnded(tuned, BILLED);
}

/** The endpoint of an earlier call, started again where it was stopped: a second one would cost twice. */
async function restart(
  client: HttpClient,
  tuned: FineTunedModel,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const endpoint = (await list(client, tuned, signal)).find(({ state }) => state !== "ERROR");
  if (endpoint === undefined) return undefined;
  const id = idOf(endpoint);
  if (endpoint["state"] === "STOPPED" || endpoint["state"] === "STOPPING") {
    await client.json({
      method: "PATCH",
      path: `/endpoints/${encodeURIComponent(id)}`,
      json: { state: "STARTED" },
      signal,
      idempotent: true,
    });
  }
  return id;
}

async function create(
  client: HttpClient,
  tuned: FineTunedModel,
  options: Partial<TogetherDeployOptions>,
): Promise<string> {
  const {
    hardware,
    minReplicas = 1,
    maxReplicas = Math.max(1, minReplicas),
    inactiveTimeout,
    displayName,
    availabilityZone,
    signal,
  } = options;
  if (hardware === undefined) {
    const choice = await hardwareFor(client, tuned, signal);
    throw new InvalidOptionError({
      option: "hardware",
      value: hardware,
      message: "deploy needs the hardware that the endpoint shall run on, because it sets the price.",
      hint: `Together offers for ${tuned.baseModel}: ${choice.join("; ") || "nothing at the moment"}.`,
    });
  }
  const answer = await client.json({
    method: "POST",
    path: "/endpoints",
    signal,
    json: defined({
      model: tuned.model,
      hardware,
      display_name: displayName ?? tuned.model,
      autoscaling: { min_replicas: minReplicas, max_replicas: maxReplicas },
      inactive_timeout: inactiveTimeout,
      availability_zone: availabilityZone,
      state: "STARTED",
    }),
  });
  return idOf(objectOf(answer));
}

async function checkStarted(
  client: HttpClient,
  id: string,
  signal: AbortSignal | undefined,
): Promise<Endpoint | undefined> {
  const endpoint = objectOf(
    await client.json({ path: `/endpoints/${encodeURIComponent(id)}`, signal, check: hasTexts("id") }),
  );
  const state = stringOf(endpoint["state"]);
  if (state === "STARTED") return endpoint;
  if (state !== "ERROR") return undefined;
  throw new ServiceError({
    service: "Together",
    code: "deployment-failed",
    message: `Together's endpoint ${id} is in state ERROR.`,
    hint: "Call teardown to delete it. Often the hardware is not available: choose another.",
    details: { state },
  });
}

async function list(client: HttpClient, tuned: FineTunedModel, signal: AbortSignal | undefined): Promise<Endpoint[]> {
  const answer = await client.json({
    path: "/endpoints",
    query: { type: "dedicated", mine: true },
    signal,
    check: hasList("data"),
  });
  return listOf(objectOf(answer)["data"]).filter(({ model, id }) => model === tuned.model && typeof id === "string");
}

async function hardwareFor(
  client: HttpClient,
  tuned: FineTunedModel,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const answer = await client.json({
    path: "/hardware",
    query: { model: tuned.baseModel },
    signal,
    check: hasList("data"),
  });
  return listOf(objectOf(answer)["data"]).map((one) => {
    const cents = objectOf(one["pricing"])["cents_per_minute"];
    return `${String(one["id"])}${typeof cents === "number" ? ` (${cents} cents a minute)` : ""}`;
  });
}

function idOf(endpoint: Endpoint): string {
  const id = stringOf(endpoint["id"]);
  if (id !== undefined) return id;
  throw new ServiceError({
    service: "Together",
    code: "invalid-answer",
    message: "Together's answer has no endpoint id.",
  });
}
