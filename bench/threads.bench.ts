// A dataset of the threads of a project, against the requests that Smithtune 0.1.4 makes for one (as its source says): one query
// for each hundred root runs, then one call of the trajectory endpoint for each thread, four at once. The server is the sandbox, in this process,
// and takes as long to answer each. The other side is its bare requests, each parsed and nothing else: no rows are made.
import { Client } from "langsmith";
import { convertMessagesForFinetuning, curate, loadChatSessions, selectRuns } from "langsmith-finetune";
import { type Sandbox, startSandbox } from "langsmith-finetune/sandbox";
import type { Bench } from "./bench.js";

const THREADS = Number(process.env.BENCH_THREADS ?? 2_000);
const TURNS = 2;
const LATENCY = 200;
const PAGE_SIZE = 100;
const AT_ONCE = 4;
const SINCE = Date.parse("2026-11-01T00:00:00Z");
const MINUTE = 60_000;

const bench: Bench = {
  name: `a dataset of ${THREADS} threads from LangSmith, ${LATENCY} ms an answer`,
  async run(print) {
    await using sandbox = await startSandbox();
    const threads = fill(sandbox);
    sandbox.faults.inject({ latency: LATENCY });
    const requests = () => {
      const count = sandbox.requests("langsmith").length;
      sandbox.clearRequests();
      return count;
    };
    requests();
    const ours = await seconds(() => build(sandbox));
    print(`runs to a curated dataset: ${ours.toFixed(1)} s, ${requests()} requests`);
    const theirs = await seconds(() => readTrajectories(sandbox, threads));
    print(`the requests of trajectories, one by one: ${theirs.toFixed(1)} s, ${requests()} requests`);
    // The stand-in goes through all runs for each trajectory, which a database would not.
    const waiting = ((threads.length / AT_ONCE + Math.ceil((threads.length * TURNS) / PAGE_SIZE)) * LATENCY) / 1000;
    print(
      `of which they wait for answers at least ${waiting.toFixed(1)} s: ${(waiting / ours).toFixed(1)} times as long`,
    );
    if (ours > waiting) throw new Error(`Missed: ${ours.toFixed(1)} s, and ${waiting.toFixed(1)} s of waiting there.`);
  },
};
export default bench;

function fill({ langsmith }: Sandbox): string[] {
  const threads = Array.from({ length: THREADS }, (_, index) => `thread-${index}`);
  const runs = threads.flatMap((thread, index) => {
    const messages: { role: string; content: string }[] = [];
    return Array.from({ length: TURNS }, (_, turn) => {
      const start = SINCE + index * MINUTE + turn * 1000;
      messages.push({ role: "user", content: `Question ${turn} of ${thread}?` });
      const answer = { role: "assistant", content: `Answer ${turn} to ${thread}.` };
      const run = {
        run_type: "llm",
        start_time: new Date(start).toISOString(),
        end_time: new Date(start + 500).toISOString(),
        extra: { metadata: { thread_id: thread } },
        inputs: { messages: [...messages] },
        outputs: { messages: [answer] },
      };
      messages.push(answer);
      return run;
    });
  });
  langsmith.addRuns(runs, { projectName: "bot" });
  return threads;
}

async function build({ langsmith }: Sandbox): Promise<void> {
  const client = new Client({ apiUrl: langsmith.url, apiKey: langsmith.apiKey });
  const query = { projectName: "bot", since: new Date(SINCE), until: new Date(SINCE + THREADS * MINUTE) };
  const runs = selectRuns(query, { client, rateLimit: false });
  const { report } = await curate(convertMessagesForFinetuning(loadChatSessions(runs)));
  if (report.rows.kept !== THREADS) throw new Error(`${report.rows.kept} rows, and not one for each thread.`);
}

async function readTrajectories({ langsmith }: Sandbox, threads: readonly string[]): Promise<void> {
  const project = langsmith.projects().find(({ name }) => name === "bot")?.id;
  const post = async (path: string, body: object) => {
    const response = await fetch(`${langsmith.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": langsmith.apiKey },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { items?: unknown[]; next_cursor?: string | null };
  };
  let cursor: string | null | undefined;
  do {
    const page = await post("/api/v2/runs/query", {
      project_ids: [project],
      is_root: true,
      min_start_time: new Date(SINCE).toISOString(),
      max_start_time: new Date(SINCE + THREADS * MINUTE).toISOString(),
      page_size: PAGE_SIZE,
      ...(cursor && { cursor }),
    });
    cursor = page.next_cursor;
  } while (cursor);
  let next = 0;
  const worker = async () => {
    while (next < threads.length) {
      const thread_id = threads[next++];
      const { items } = await post("/v1/trajectory", {
        project_id: project,
        thread_id,
        format: "ui",
        include: { system_messages: true, tool_definitions: true },
      });
      if (!items?.length) throw new Error("A trajectory is empty.");
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function seconds(action: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await action();
  return (performance.now() - started) / 1000;
}
