import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Client, type Example, type Run } from "langsmith";
import { evaluate } from "langsmith/evaluation";
import { startSandbox, type Sandbox } from "langsmith-finetune/sandbox";

interface EvaluatorArguments {
  run: Run;
  example: Example;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  referenceOutputs?: Record<string, unknown>;
}

let sandbox: Sandbox;
let client: Client;
beforeEach(async () => {
  sandbox = await startSandbox();
  client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
});
afterEach(() => sandbox.close());

const collect = async <T>(items: AsyncIterable<T>) => {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
};

describe("projects", () => {
  it("are made, found by name, listed, changed and deleted with their runs", async () => {
    const project = await client.createProject({ projectName: "bot", description: "first", metadata: { team: "a" } });
    expect(await client.readProject({ projectName: "bot" })).toMatchObject({ id: project.id, description: "first" });
    expect(await client.readProject({ projectId: project.id })).toMatchObject({ name: "bot", run_count: 0 });
    await expect(client.createProject({ projectName: "bot" })).rejects.toMatchObject({
      name: "LangSmithConflictError",
    });
    expect(await client.createProject({ projectName: "bot", upsert: true })).toMatchObject({ id: project.id });
    const [run] = sandbox.langsmith.addRuns([{ name: "run" }], { projectName: "bot" });
    expect((await collect(client.listProjects({ nameContains: "bo" }))).map(({ run_count }) => run_count)).toEqual([1]);
    expect(await client.updateProject(project.id, { description: "second" })).toMatchObject({ description: "second" });
    await client.deleteProject({ projectName: "bot" });
    expect(await client.hasProject({ projectId: project.id }).catch(() => false)).toBe(false);
    await expect(client.readRun(run!)).rejects.toMatchObject({ status: 404 });
  });
});

describe("feedback", () => {
  it("is summed up on its run", async () => {
    const [run] = sandbox.langsmith.addRuns([{ name: "run" }], { projectName: "bot" });
    const project = sandbox.langsmith.projects()[0]!;
    await client.createFeedback({ runId: run!, key: "score", score: 1, comment: "good", sessionId: project.id });
    await client.createFeedback({ runId: run!, key: "score", score: 0.5, sessionId: project.id });
    await client.createFeedback({
      runId: run!,
      key: "label",
      value: "right",
      sessionId: project.id,
      feedbackSourceType: "model",
    });
    const stats = {
      score: {
        n: 2,
        avg: 0.75,
        min: 0.5,
        max: 1,
        stdev: expect.closeTo(0.3536, 4),
        values: {},
        comments: ["good"],
        sources: ["api"],
        errors: 0,
      },
      label: {
        n: 1,
        avg: null,
        min: null,
        max: null,
        stdev: null,
        values: { right: 1 },
        comments: [],
        sources: ["model"],
        errors: 0,
      },
    };
    expect(await client.readRun(run!)).toMatchObject({ feedback_stats: stats });
    expect(await client.runs.retrieve(run!, { project_id: project.id, selects: ["FEEDBACK_STATS"] })).toMatchObject({
      feedback_stats: stats,
    });
    expect(await client.readProject({ projectId: project.id })).toMatchObject({ feedback_stats: { score: { n: 2 } } });
  });

  it("comes with traces too, is listed in pages, and is changed and deleted", async () => {
    const runs = sandbox.langsmith.addRuns(Array.from({ length: 120 }, () => ({ name: "run" })));
    for (const runId of runs) sandbox.langsmith.addFeedback({ runId, key: "score", score: 1 });
    const [first] = runs;
    await client.createFeedback({
      runId: first!,
      traceId: first!,
      key: "thumb",
      score: true,
      sessionId: sandbox.langsmith.projects()[0]!.id,
    });
    await client.flush();
    expect(sandbox.requests().map(({ path }) => path)).toContain("/runs/multipart");

    expect(await collect(client.listFeedback({ feedbackKeys: ["score"] }))).toHaveLength(120);
    const ofFirst = await collect(client.listFeedback({ runIds: [first!] }));
    expect(ofFirst.map(({ key, score }) => [key, Number(score)])).toEqual([
      ["score", 1],
      ["thumb", 1],
    ]);
    const { id } = ofFirst[0]!;
    await client.updateFeedback(id, { score: 0 });
    expect(await client.readFeedback(id)).toMatchObject({ score: 0 });
    await client.deleteFeedback(id);
    await expect(client.readFeedback(id)).rejects.toMatchObject({ status: 404 });
    expect(await collect(client.listFeedback({ runIds: [first!] }))).toHaveLength(1);
  });
});

describe("datasets", () => {
  it("hold examples that are made in bulk, paged, and chosen by split, metadata, id and time", async () => {
    const dataset = await client.createDataset("questions", { description: "d", metadata: { from: "test" } });
    await client.createExamples(
      Array.from({ length: 130 }, (_, index) => ({
        dataset_id: dataset.id,
        inputs: { question: index },
        outputs: { answer: index },
        split: index < 30 ? "test" : ["train", "all"],
        metadata: { even: index % 2 === 0 },
      })),
    );
    expect(await client.readDataset({ datasetName: "questions" })).toMatchObject({
      id: dataset.id,
      example_count: 130,
    });
    const list = (options: object) => collect(client.listExamples({ datasetName: "questions", ...options }));
    const all = await list({});
    expect(all).toHaveLength(130);
    expect(all[0]).toMatchObject({ dataset_id: dataset.id, inputs: { question: 129 }, outputs: { answer: 129 } });
    expect(await list({ splits: ["test"] })).toHaveLength(30);
    expect(await list({ splits: ["all", "test"] })).toHaveLength(130);
    expect(await list({ metadata: { even: true }, splits: ["test"] })).toHaveLength(15);
    expect(await list({ exampleIds: [all[3]!.id] })).toHaveLength(1);
    expect(await list({ limit: 7, offset: 125 })).toHaveLength(5);
    expect(await client.listDatasetSplits({ datasetName: "questions" })).toEqual(["all", "test", "train"]);
    await expect(list({ filter: 'exists(metadata, "even")' })).rejects.toMatchObject({ status: 400 });

    const { as_of: asOf } = await client.readDatasetVersion({ datasetId: dataset.id, tag: "latest" });
    await client.updateExample({ id: all[0]!.id, dataset_id: dataset.id, inputs: { question: "changed" } });
    await client.deleteExample(all[1]!.id);
    await client.createExample({ dataset_id: dataset.id, inputs: { question: "new" }, outputs: {} });
    expect((await list({})).map(({ inputs }) => inputs.question).slice(0, 3)).toEqual(["new", "changed", 127]);
    expect((await list({ asOf })).map(({ inputs }) => inputs.question).slice(0, 3)).toEqual([129, 128, 127]);
    expect(await client.readDatasetVersion({ datasetId: dataset.id, asOf: new Date() })).toMatchObject({
      tags: ["latest"],
    });
    expect(await client.readDatasetVersion({ datasetId: dataset.id, asOf })).toMatchObject({ as_of: asOf });
    await client.updateDatasetTag({ datasetId: dataset.id, asOf, tag: "v1" });
    expect(await list({ asOf: "v1" })).toHaveLength(130);
    await client.updateDatasetSplits({ datasetId: dataset.id, splitName: "test", exampleIds: [all[5]!.id] });
    expect(await list({ splits: ["test"] })).toHaveLength(31);
    await client.updateDatasetSplits({
      datasetId: dataset.id,
      splitName: "test",
      exampleIds: [all[5]!.id],
      remove: true,
    });
    expect(await list({ splits: ["test"] })).toHaveLength(30);
    await client.deleteDataset({ datasetId: dataset.id });
    expect(await collect(client.listDatasets())).toEqual([]);
  });

  it("take an example from a run", async () => {
    const [run] = sandbox.langsmith.addRuns([{ name: "run", inputs: { a: 1 }, outputs: { b: 2 } }]);
    const dataset = await client.createDataset("from runs");
    await client.createExamples([{ dataset_id: dataset.id, inputs: {}, source_run_id: run, use_source_run_io: true }]);
    expect(sandbox.langsmith.examples(dataset.id)).toMatchObject([
      { inputs: { a: 1 }, outputs: { b: 2 }, source_run_id: run },
    ]);
  });

  it("of chats are given out in OpenAI's format for fine-tuning", async () => {
    const dataset = await client.createDataset("chats", { dataType: "chat" });
    await client.createChatExample(
      [
        { type: "system", data: { content: "Be brief." } },
        { type: "human", data: { content: "2 + 2?" } },
      ] as never,
      { type: "ai", data: { content: "4" } } as never,
      { datasetId: dataset.id },
    );
    expect(await client.readDatasetOpenaiFinetuning({ datasetName: "chats" })).toEqual([
      {
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "2 + 2?" },
          { role: "assistant", content: "4" },
        ],
      },
    ]);
    const other = await client.createDataset("no chats");
    await client.createExample({ dataset_id: other.id, inputs: { x: 1 }, outputs: { y: 2 } });
    await expect(client.readDatasetOpenaiFinetuning({ datasetId: other.id })).rejects.toMatchObject({ status: 400 });
  });

  it("and examples that do not exist are a 404", async () => {
    await expect(client.readDataset({ datasetId: randomUUID() })).rejects.toMatchObject({ status: 404 });
    await expect(client.readExample(randomUUID())).rejects.toMatchObject({ status: 404 });
    await expect(client.createExample({ dataset_id: randomUUID(), inputs: { a: 1 } })).rejects.toMatchObject({
      status: 404,
    });
    await expect(client.readDataset({ datasetName: "none" })).rejects.toThrow("not found");
  });
});

describe("annotation queues", () => {
  it("give out their runs in order, whole and by index", async () => {
    const runs = sandbox.langsmith.addRuns(
      Array.from({ length: 105 }, (_, index) => ({ name: `run ${index}`, inputs: { index } })),
      { projectName: "bot" },
    );
    const queue = await client.createAnnotationQueue({ name: "review", description: "d" });
    await client.addRunsToAnnotationQueue(queue.id, runs.slice(0, 104));
    const { id: sessionId } = sandbox.langsmith.projects()[0]!;
    await client.addRunsToAnnotationQueue(queue.id, [
      { runId: runs[104]!, sessionId, startTime: Date.now() },
      { runId: runs[0]!, sessionId, startTime: Date.now() },
    ]);
    expect((await collect(client.listAnnotationQueues({ name: "review" }))).map(({ id }) => id)).toEqual([queue.id]);
    expect(await client.getSizeFromAnnotationQueue(queue.id)).toEqual({ size: 105 });
    expect(await client.getRunFromAnnotationQueue(queue.id, 3)).toMatchObject({
      id: runs[3],
      inputs: { index: 3 },
      queue_run_id: expect.any(String),
    });
    // The client stops after a hundred, whatever the limit; the API goes on.
    expect((await collect(client.listRunsFromAnnotationQueue(queue.id))).map(({ id }) => id)).toEqual(
      runs.slice(0, 100),
    );
    const rest = await fetch(`${sandbox.langsmith.url}/annotation-queues/${queue.id}/runs?offset=100`, {
      headers: { "x-api-key": sandbox.langsmith.apiKey },
    });
    expect(((await rest.json()) as { id: string }[]).map(({ id }) => id)).toEqual(runs.slice(100));
    await client.deleteRunFromAnnotationQueue(
      queue.id,
      ((await client.getRunFromAnnotationQueue(queue.id, 0)) as unknown as { queue_run_id: string }).queue_run_id,
    );
    expect(await client.getSizeFromAnnotationQueue(queue.id)).toEqual({ size: 104 });
    await expect(client.getRunFromAnnotationQueue(queue.id, 104)).rejects.toMatchObject({ status: 404 });
    await client.deleteAnnotationQueue(queue.id);
    await expect(client.readAnnotationQueue(queue.id)).rejects.toMatchObject({ status: 404 });
  });

  it("have items in the newer API", async () => {
    const runs = sandbox.langsmith.addRuns(Array.from({ length: 25 }, () => ({ name: "run" })));
    const queue = sandbox.langsmith.createAnnotationQueue("review", runs.slice(1));
    await client.annotationQueues.items.create(queue, { items: [{ item_type: "RUN", run_id: runs[0] }] });
    const items = await collect(client.annotationQueues.items.list(queue, { status: "needs_my_review" }));
    expect(items.map((item) => item.run_id)).toEqual([...runs.slice(1), runs[0]]);
    await client.annotationQueues.items.createStatus(items[3]!.id!, { status: "completed" });
    const runIds = async (status: "needs_my_review" | "archived") =>
      (await collect(client.annotationQueues.items.list(queue, { status }))).map((item) => item.run_id);
    expect(await runIds("archived")).toEqual([runs[4]]);
    expect(await runIds("needs_my_review")).toHaveLength(24);
    expect(
      (await collect(client.listRunsFromAnnotationQueue(queue, { status: "completed" }))).map(({ id }) => id),
    ).toEqual([runs[4]]);
    await expect(
      client.annotationQueues.items.create(queue, { items: [{ item_type: "THREAD", thread_id: "t" }] }),
    ).rejects.toMatchObject({ status: 400 });
  });
});

describe("threads", () => {
  it("are found by the thread id of the metadata, in v1 and v2", async () => {
    const thread = (thread_id: string) => ({ extra: { metadata: { thread_id } } });
    const [first, , third] = sandbox.langsmith.addRuns(
      [
        { name: "one", start_time: "2026-01-01T00:00:00Z", ...thread("t1") },
        { name: "other", ...thread("t2") },
        { name: "two", start_time: "2026-01-02T00:00:00Z", ...thread("t1") },
      ],
      { projectName: "bot" },
    );
    expect((await collect(client.readThread({ threadId: "t1", projectName: "bot" }))).map(({ id }) => id)).toEqual([
      first,
      third,
    ]);
    const traces = await collect(
      client.threads.listTraces("t1", {
        project_id: sandbox.langsmith.projects()[0]!.id,
        selects: ["NAME"],
        page_size: 1,
      }),
    );
    expect(traces).toEqual([
      { trace_id: third, name: "two" },
      { trace_id: first, name: "one" },
    ]);
  });
});

describe("langsmith's own evaluate", () => {
  it("makes an experiment of a dataset, with runs, feedback and scores", async () => {
    const { id: datasetId } = sandbox.langsmith.createDataset({
      name: "sums",
      examples: [
        { inputs: { a: 1, b: 2 }, outputs: { sum: 3 } },
        { inputs: { a: 2, b: 2 }, outputs: { sum: 5 } },
      ],
    });
    const results = await evaluate((input: { a: number; b: number }) => ({ sum: input.a + input.b }), {
      data: "sums",
      client,
      experimentPrefix: "adder",
      evaluators: [
        ({ outputs, referenceOutputs }: EvaluatorArguments) => ({
          key: "right",
          score: Number(outputs.sum === referenceOutputs?.sum),
        }),
      ],
    });
    expect(results.results).toHaveLength(2);
    await client.awaitPendingTraceBatches();
    const experiment = await client.readProject({ projectName: results.experimentName });
    expect(experiment).toMatchObject({
      reference_dataset_id: datasetId,
      feedback_stats: { right: { n: 2, avg: 0.5 } },
    });
    const runs = await collect(
      client.runs.query({
        reference_dataset_id: datasetId,
        is_root: true,
        selects: ["OUTPUTS", "REFERENCE_EXAMPLE_ID", "REFERENCE_DATASET_ID"],
      }),
    );
    expect(runs.map(({ outputs }) => outputs?.sum).sort()).toEqual([3, 4]);
    expect(runs.map(({ reference_dataset_id }) => reference_dataset_id)).toEqual([datasetId, datasetId]);
  });
});
