import type { ServiceApp } from "../server.js";
import { contains } from "./filter.js";
import { splitsOf, type DatasetRecord } from "./dataset-store.js";
import { HttpError } from "./http-error.js";
import { toOpenAIFineTuning } from "./openai-ft.js";
import { page, queryObject, readObject, requireUuid } from "./request.js";
import { requireTimestamp } from "./time.js";
import type { Workspace } from "./workspace.js";

/** Datasets, their versions, tags and splits, and their export for fine-tuning. */
export function addDatasetRoutes(app: ServiceApp, workspace: Workspace): void {
  const { datasets, clock } = workspace;
  const idOf = (value: string | undefined) => requireUuid(value, "dataset_id");

  app.post("/datasets", async (context) =>
    context.json(toDataset(datasets.create(await readObject(context), clock.now()), workspace)),
  );
  app.get("/datasets", (context) => {
    const { req } = context;
    const ids = req.queries("id");
    const types = req.queries("data_type");
    const name = req.query("name");
    const part = req.query("name_contains")?.toLowerCase();
    const metadata = queryObject(context, "metadata");
    const found = datasets
      .all()
      .filter(
        (dataset) =>
          (name === undefined || dataset.name === name) &&
          (part === undefined || dataset.name.toLowerCase().includes(part)) &&
          (ids === undefined || ids.includes(dataset.id)) &&
          (types === undefined || types.includes(dataset.data_type)) &&
          (metadata === undefined || contains(dataset.metadata, metadata)),
      );
    return context.json(page(context, found).map((dataset) => toDataset(dataset, workspace)));
  });
  app.get("/datasets/:id", (context) =>
    context.json(toDataset(datasets.require(idOf(context.req.param("id"))), workspace)),
  );
  app.delete("/datasets/:id", (context) => {
    datasets.remove(idOf(context.req.param("id")));
    return context.json({ message: "Dataset deleted" });
  });

  app.get("/datasets/:id/versions", (context) =>
    context.json(page(context, datasets.versions(idOf(context.req.param("id"))))),
  );
  app.get("/datasets/:id/version", (context) => {
    const tag = context.req.query("tag");
    const latest = tag === undefined ? requireTimestamp(context.req.query("as_of"), "as_of").milliseconds : Infinity;
    const found = datasets
      .versions(idOf(context.req.param("id")))
      .find(({ as_of: asOf, tags }) =>
        tag === undefined ? requireTimestamp(asOf, "as_of").milliseconds <= latest : tags.includes(tag),
      );
    if (found === undefined) throw new HttpError(404, "Dataset version not found");
    return context.json(found);
  });
  app.put("/datasets/:id/tags", async (context) => {
    const { tag, as_of: asOf } = await readObject(context);
    if (typeof tag !== "string" || typeof asOf !== "string") throw new HttpError(422, "tag and as_of are required");
    datasets.tag(idOf(context.req.param("id")), tag, asOf);
    return context.json({ tag, as_of: asOf });
  });

  app.get("/datasets/:id/splits", (context) => {
    const examples = datasets.examples(idOf(context.req.param("id")), context.req.query("as_of"));
    return context.json([...new Set(examples.flatMap(splitsOf))].sort());
  });
  app.put("/datasets/:id/splits", async (context) => {
    idOf(context.req.param("id"));
    const { split_name: split, examples, remove } = await readObject(context);
    if (typeof split !== "string" || !Array.isArray(examples))
      throw new HttpError(422, "split_name and examples are required");
    changeSplit(
      workspace,
      examples.map((id) => requireUuid(id, "examples")),
      split,
      remove !== true,
    );
    return context.json([split]);
  });

  app.get("/datasets/:id/openai_ft", (context) => {
    const examples = datasets.examples(idOf(context.req.param("id")), context.req.query("as_of"));
    return context.body(toOpenAIFineTuning(examples), 200, { "content-type": "application/jsonl" });
  });
}

/** Puts examples into a split or takes them out of it. */
export function changeSplit(
  { datasets, clock }: Workspace,
  exampleIds: readonly string[],
  split: string,
  add: boolean,
): void {
  const updates = exampleIds.map((id) => {
    const others = splitsOf(datasets.requireExample(id)).filter((name) => name !== split);
    return { id, split: add ? [...others, split] : others };
  });
  if (updates.length > 0) datasets.updateExamples(updates, clock.now());
}

function toDataset(dataset: DatasetRecord, { datasets, projects, tenantId }: Workspace) {
  const experiments = projects.all().filter((project) => project.reference_dataset_id === dataset.id);
  return {
    ...dataset,
    tenant_id: tenantId,
    example_count: datasets.examples(dataset.id).length,
    session_count: experiments.length,
    last_session_start_time: experiments.at(-1)?.start_time ?? null,
  };
}
