import { Client } from "langsmith";
import { type ConnectionOptions, type Run, type RunQuery, selectRuns } from "langsmith-finetune";
import { type Sandbox, startSandbox } from "langsmith-finetune/sandbox";

/** Which API generations a server has. */
export type Api = "both" | "v1" | "v2";

/** A stand-in for LangSmith with a project `bot`, and a client of it. */
export interface Server extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly client: Client;
  /** Puts runs into the project, and gives their ids. */
  add(...runs: (Partial<Run> & Record<string, unknown>)[]): string[];
  /** The names of the runs that a query gives, sorted. */
  names(query: Partial<RunQuery>, options?: ConnectionOptions): Promise<(string | null | undefined)[]>;
  /** What was asked: `GET /info`. */
  paths(): string[];
}

export async function openServer(api: Api = "both", info?: { version: string }): Promise<Server> {
  const sandbox = await startSandbox({ langsmith: { api, ...(info ? { info } : {}) } });
  const client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
  return {
    sandbox,
    client,
    add: (...runs) => sandbox.langsmith.addRuns(runs, { projectName: "bot" }),
    async names(query, options = {}) {
      const runs = await collect(
        selectRuns({ projectName: "bot", ...query }, { client, rateLimit: false, ...options }),
      );
      return runs.map(({ name }) => name).sort();
    },
    paths: () => sandbox.requests("langsmith").map(({ method, path }) => `${method} ${path}`),
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

export const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
export const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** A run of a model, ten minutes old. */
export const llm = (name: string, rest: Record<string, unknown> = {}) => ({
  name,
  run_type: "llm",
  start_time: minutesAgo(10),
  end_time: minutesAgo(9),
  inputs: { messages: [{ role: "user", content: name }] },
  outputs: { role: "assistant", content: "yes" },
  ...rest,
});
