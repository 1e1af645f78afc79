import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "langsmith";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exportRuns, type Run, type RunQuery, selectRuns } from "langsmith-finetune";
import { type Api, collect, llm, minutesAgo, openServer, type Server, uuid } from "./langsmith-server.js";

let server: Server;
let client: Client;
const named = (thread: string, key = "thread_id") => ({ extra: { metadata: { [key]: thread } } });
/** A trace of one run. */
const turn = (number: number, minutes: number, rest: Record<string, unknown> = {}) => ({
  ...llm(`turn ${number}`, rest),
  id: uuid(number),
  trace_id: uuid(number),
  start_time: minutesAgo(minutes),
});
/** A trace whose root is not an LLM run. */
const root = (number: number, minutes: number, rest: Record<string, unknown> = {}) => ({
  ...turn(number, minutes, { ...rest, run_type: "chain" }),
  name: `root ${number}`,
});
const step = (number: number, trace: number, minutes: number, rest: Record<string, unknown> = {}) => ({
  ...turn(number, minutes, { parent_run_id: uuid(trace), ...rest }),
  trace_id: uuid(trace),
});

afterEach(() => server.sandbox.close());

describe.each<Api>(["v2", "v1"])("selectRuns of whole conversations, on a server with %s", (api) => {
  beforeEach(async () => {
    server = await openServer(api);
    ({ client } = server);
  });
  const names = (query: Partial<RunQuery>, options = {}) => server.names(query, options);

  it("takes the turns of a thread outside the window", async () => {
    server.add(turn(1, 90, named("a")), turn(2, 30, named("a")), turn(3, 5, named("a")), turn(4, 90, named("b")));
    const window = { since: minutesAgo(40), until: minutesAgo(20) };
    expect(await names(window)).toEqual(["turn 2"]);
    expect(await names({ ...window, whole: "thread" })).toEqual(["turn 1", "turn 2", "turn 3"]);
    expect(await names({ ...window, whole: "trace" })).toEqual(["turn 2"]);
  });

  it("takes every LLM run of a matching trace, and none of another type", async () => {
    server.add(
      root(1, 20),
      step(2, 1, 19, { tags: ["hit"] }),
      step(3, 1, 18),
      step(4, 1, 17, { run_type: "tool" }),
      step(5, 1, 16, { error: "boom" }),
      turn(6, 10),
    );
    expect(await names({ tags: "hit" })).toEqual(["turn 2"]);
    expect(await names({ tags: "hit", whole: "trace" })).toEqual(["turn 2", "turn 3"]);
    // Without a thread the trace is the conversation.
    expect(await names({ tags: "hit", whole: "thread" })).toEqual(["turn 2", "turn 3"]);
    expect(await names({ tags: "hit", whole: "trace", errors: "include" })).toEqual(["turn 2", "turn 3", "turn 5"]);
  });

  it("finds the thread that only the root of a trace names, and puts it into the runs", async () => {
    server.add(
      root(1, 60, named("a", "session_id")),
      step(2, 1, 59),
      root(3, 30, named("a", "conversation_id")),
      step(4, 3, 29, { tags: ["hit"] }),
      root(5, 20, named("b")),
      step(6, 5, 19),
    );
    const runs = await collect(selectRuns({ projectName: "bot", tags: "hit", whole: "thread" }, { client }));
    expect(runs.map(({ name, thread_id }) => [name, thread_id]).sort()).toEqual([
      ["turn 2", "a"],
      ["turn 4", "a"],
    ]);
  });

  it("takes runs that name the thread where their root does not", async () => {
    server.add(
      root(1, 60),
      step(2, 1, 59, named("a")),
      step(3, 1, 58),
      root(4, 30, named("a")),
      step(5, 4, 29, { tags: ["hit"] }),
    );
    expect(await names({ tags: "hit", whole: "thread" })).toEqual(["turn 2", "turn 5"]);
  });

  it("leaves out traces whose root failed, unless they are asked for", async () => {
    server.add(
      turn(1, 60, { ...named("a"), tags: ["hit"] }),
      root(2, 30, { ...named("a"), error: "boom" }),
      step(3, 2, 29, named("a")),
    );
    expect(await names({ tags: "hit", whole: "thread" })).toEqual(["turn 1"]);
    expect(await names({ tags: "hit", whole: "thread", rootErrors: "include" })).toEqual(["turn 1", "turn 3"]);
  });

  it("gives each run once, with as few requests as there are hundreds of threads", async () => {
    const runs = Array.from({ length: 250 }, (_, index) =>
      turn(index + 1, 400 - index, { ...named(`thread ${index % 125} "quoted" it's`), tags: ["hit"] }),
    );
    server.add(...runs);
    const found = await names({ tags: "hit", whole: "thread" }, { concurrency: 1 });
    expect(found).toHaveLength(250);
    expect(new Set(found).size).toBe(250);
    // 3 pages of matches; of 100 and of 25 threads, the runs by the root and by the run itself: 2 pages, 1, and as many.
    const pages = server.paths().filter((path) => path.endsWith("/runs/query"));
    expect(pages.length).toBeLessThanOrEqual(3 + 2 * 3 + 2 * 2);
  });

  it("counts threads where a limit is given, the newest first", async () => {
    server.add(
      turn(1, 90, named("a")),
      turn(2, 80, named("b")),
      turn(3, 70, named("a")),
      turn(4, 60, named("c")),
      turn(5, 5, named("b")),
    );
    expect(await names({ whole: "thread", limit: 1 })).toEqual(["turn 2", "turn 5"]);
    expect(await names({ whole: "thread", limit: 2 })).toEqual(["turn 2", "turn 4", "turn 5"]);
    expect(await names({ whole: "thread", limit: 0 })).toEqual([]);
  });

  it("asks for little more than ids where it looks for conversations", async () => {
    server.add(turn(1, 30, { ...named("a"), tags: ["hit"] }));
    await names({ tags: "hit", whole: "thread" });
    const bodies = server.sandbox
      .requests("langsmith")
      .filter(({ path }) => path.endsWith("/runs/query"))
      .map(({ body }) => JSON.stringify(body).toLowerCase());
    expect(bodies[0]).not.toContain("outputs");
    expect(bodies.at(-1)).toContain("outputs");
  });
});

describe("exportRuns of whole conversations", () => {
  it("writes what selectRuns gives, and goes on after any page with no run lost and none twice", async () => {
    server = await openServer("v2");
    ({ client } = server);
    // Threads of three turns, one of them in the window; every run is of a page of its own.
    server.add(
      ...Array.from({ length: 30 }, (_, index) =>
        turn(index + 1, index % 3 === 1 ? 30 + index : 300 + index, {
          ...named(`thread ${Math.floor(index / 3)}`),
          tags: index % 3 === 1 ? ["hit"] : [],
        }),
      ),
    );
    const query: RunQuery = { projectName: "bot", tags: "hit", whole: "thread", limit: 8 };
    const expected = await server.names({ tags: "hit", whole: "thread", limit: 8 });
    expect(expected).toHaveLength(24);
    const directory = await mkdtemp(join(tmpdir(), "export-whole-"));
    try {
      const path = join(directory, "runs.jsonl");
      const options = { client, rateLimit: false as const, pageSize: 1, concurrency: 1 };
      let calls = 0;
      for (let finished = false; !finished;) {
        let pages = 0;
        calls += 1;
        // Fails at the third page of each attempt, and once before anything was read.
        const convert = (runs: Run[]) => {
          pages += 1;
          if (calls < 6 && pages > (calls === 1 ? 0 : 3)) throw new Error("interrupted");
          return runs;
        };
        finished = await exportRuns(path, query, { ...options, convert, convertVersion: "1" }).then(
          () => true,
          () => false,
        );
      }
      expect(calls).toBe(6);
      const runs = (await readFile(path, "utf8"))
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Run);
      expect(runs.map(({ name }) => name).sort()).toEqual(expected);
      expect(await readdir(directory)).toEqual(["runs.jsonl"]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
