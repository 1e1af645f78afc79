import type { Client } from "langsmith";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fetchRunsByIds, selectAnnotationQueueRuns, type Skip } from "langsmith-finetune";
import type { Sandbox } from "langsmith-finetune/sandbox";
import { type Api, collect, llm, minutesAgo, openServer, type Server, uuid } from "./langsmith-server.js";

let server: Server;
let sandbox: Sandbox;
let client: Client;
const open = async (...options: Parameters<typeof openServer>) => {
  server = await openServer(...options);
  ({ sandbox, client } = server);
};
afterEach(() => server.sandbox.close());
const add: Server["add"] = (...runs) => server.add(...runs);
const paths = () => server.paths();

describe.each<Api>(["v2", "v1"])("fetchRunsByIds, on a server with %s", (api) => {
  beforeEach(() => open(api));

  it("gives the runs in the order of the ids, by the hundred, and reports those that are not there", async () => {
    const ids = add(
      ...Array.from({ length: 230 }, (_, index) => llm(`run ${index}`, { start_time: minutesAgo(index) })),
    );
    const wanted = [...ids.slice(100), uuid(7), ...ids.slice(0, 100), "no-uuid", ids[3] as string];
    const skips: Skip[] = [];
    const runs = await collect(
      fetchRunsByIds(wanted, { client, rateLimit: false, projectName: "bot", onSkip: (skip) => skips.push(skip) }),
    );
    expect(runs.map(({ id }) => id)).toEqual(wanted.filter((id) => id !== uuid(7) && id !== "no-uuid"));
    expect(skips.map(({ code, runId }) => [code, runId])).toEqual([
      ["run-not-found", uuid(7)],
      ["run-not-found", "no-uuid"],
    ]);
    expect(paths().filter((path) => path.endsWith("/runs/query"))).toHaveLength(3);
  });

  it("finds them in any project", async () => {
    const [first = ""] = add(llm("a"));
    const [second = ""] = sandbox.langsmith.addRuns([llm("b", { error: "kept: ids are not filtered" })], {
      projectName: "other",
    });
    const runs = await collect(fetchRunsByIds([second, first], { client }));
    expect(runs.map(({ name }) => name)).toEqual(["b", "a"]);
    await expect(collect(fetchRunsByIds([uuid(1)], { client, strict: true }))).rejects.toMatchObject({
      name: "SkippedError",
    });
  });
});

describe("selectAnnotationQueueRuns", () => {
  beforeEach(() => open());

  it("gives the runs of a queue in its order, with everything that a run has", async () => {
    const ids = add(
      ...Array.from({ length: 120 }, (_, index) => llm(`run ${index}`, { start_time: minutesAgo(index) })),
    );
    const [other = ""] = sandbox.langsmith.addRuns([llm("elsewhere")], { projectName: "other" });
    const queued = [...ids.slice(60), other, ...ids.slice(0, 60)];
    const queueId = sandbox.langsmith.createAnnotationQueue("golden", queued);
    for (const query of [{ queueName: "golden" }, { queueId }]) {
      const runs = await collect(selectAnnotationQueueRuns(query, { client }));
      const order = new Map(runs.map(({ id }, index) => [id, index]));
      expect(order.size).toBe(121);
      expect(runs.map(({ id }) => id).sort()).toEqual([...queued].sort());
      expect(runs[0]).toMatchObject({ run_type: "llm", outputs: { content: "yes" } });
    }
  });

  it("says which queue there is not, and takes exactly one name for it", async () => {
    sandbox.langsmith.createAnnotationQueue("golden answers");
    await expect(collect(selectAnnotationQueueRuns({ queueName: "golden answer" }, { client }))).rejects.toMatchObject({
      code: "not-found",
      hint: expect.stringContaining('"golden answers"') as string,
    });
    expect(() => selectAnnotationQueueRuns({})).toThrow(expect.objectContaining({ option: "queueName" }));
  });
});
