// The stub, the environment of its clients, and the function that captures one scenario.
import { Client as CurrentClient } from "langsmith";
import tokenizer from "js-tiktoken/ranks/o200k_base";
import { createRecorder, installedVersions } from "./recorder.mjs";
import { startStub } from "./stub.mjs";

/**
 * `Client` is LangSmith's in the version that is captured, `flush` what the tracer needs before its runs
 * are posted, `wait` the milliseconds until the last of them has arrived,
 * and `protocols` those of other providers.
 */
export async function openSession(
  from,
  only,
  { Client = CurrentClient, wait = 400, flush = async () => undefined, protocols } = {},
) {
  const stub = await startStub(protocols);
  Object.assign(process.env, {
    LANGSMITH_ENDPOINT: `${stub.url}/langsmith`,
    LANGSMITH_API_KEY: "no-key",
    LANGSMITH_TRACING: "true",
    LANGCHAIN_CALLBACKS_BACKGROUND: "false",
    OPENAI_API_KEY: "no-key",
    ANTHROPIC_API_KEY: "no-key",
    OPENAI_BASE_URL: `${stub.url}/v1`,
  });
  // Nothing is fetched from elsewhere: LangChain.js would load a tokenizer to count a stream's tokens.
  const { fetch } = globalThis;
  globalThis.fetch = (resource, options) =>
    String(resource.url ?? resource).startsWith(stub.url)
      ? fetch(resource, options)
      : Promise.resolve(Response.json(tokenizer));
  const client = new Client({ apiUrl: `${stub.url}/langsmith`, apiKey: "no-key" });
  const recorder = createRecorder({ only, baseURL: stub.url, versions: await installedVersions(from) });
  /** Runs a scenario and records the runs that it leaves; `expected` overrules what the wire says. */
  const capture = async (name, tracer, replies, scenario, expected) => {
    if (!recorder.wants(name)) return;
    stub.expect(...[replies].flat());
    let failure;
    try {
      await scenario();
    } catch (error) {
      failure = error;
    }
    await flush();
    await client.awaitPendingTraceBatches();
    await new Promise((resolve) => setTimeout(resolve, wait));
    await recorder.record({ name, tracer, ...stub.taken(), expected, failure });
  };
  return { stub, client, capture };
}
