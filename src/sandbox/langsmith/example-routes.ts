import { isRecord } from "../../internal/is-record.js";
import type { ServiceApp, ServiceContext } from "../server.js";
import { toAttachment, type AttachmentUrls } from "./attachment-store.js";
import { changeSplit } from "./dataset-routes.js";
import { splitsOf, type ExampleFields, type ExampleRecord } from "./dataset-store.js";
import { contains } from "./filter.js";
import { HttpError } from "./http-error.js";
import { readPayload } from "./run-record.js";
import { page, queryObject, readList, readObject, requireUuid } from "./request.js";
import type { Workspace } from "./workspace.js";

/** Examples, one by one and in bulk. */
export function addExampleRoutes(app: ServiceApp, workspace: Workspace): void {
  const { datasets, clock } = workspace;
  const idOf = (value: unknown) => requireUuid(value, "example_id");
  const create = (bodies: Record<string, unknown>[]): ExampleRecord[] =>
    bodies.flatMap((body) => {
      const { ids } = datasets.addExamples(
        requireUuid(body.dataset_id, "dataset_id"),
        [toFields(body, workspace)],
        clock.now(),
      );
      return ids.map((id) => datasets.requireExample(id));
    });

  app.post("/examples", async (context) => context.json(create([await readObject(context)])[0]));
  app.post("/examples/bulk", async (context) => context.json(create((await readList(context)).filter(isRecord))));
  app.get("/examples", (context) => list(context, workspace));
  app.get("/examples/:id", (context) => context.json(datasets.requireExample(idOf(context.req.param("id")))));
  app.patch("/examples/:id", async (context) => {
    const id = idOf(context.req.param("id"));
    datasets.updateExamples([{ ...toFields(await readObject(context), workspace), id }], clock.now());
    return context.json({ message: `Example ${id} updated` });
  });
  app.delete("/examples/:id", (context) => {
    datasets.removeExamples([idOf(context.req.param("id"))], clock.now());
    return context.json({ message: "Example deleted" });
  });
  app.delete("/examples", (context) => {
    datasets.removeExamples((context.req.queries("example_ids") ?? []).map(idOf), clock.now());
    return context.json({ message: "Examples deleted" });
  });
}

/** The paths under `/platform`, which the client uses for multipart uploads. */
export function addExamplePlatformRoutes(app: ServiceApp, workspace: Workspace): void {
  const { datasets, clock } = workspace;
  const path = "/datasets/:id/examples";

  app.post(path, async (context) => {
    const datasetId = requireUuid(context.req.param("id"), "dataset_id");
    const { ids, asOf } = datasets.addExamples(datasetId, await readExamples(context, workspace), clock.now());
    return context.json({ count: ids.length, example_ids: ids, as_of: asOf }, 201);
  });
  app.patch(path, async (context) => {
    const { ids, asOf } = datasets.updateExamples(await readExamples(context, workspace), clock.now());
    return context.json({ count: ids.length, example_ids: ids, as_of: asOf }, 201);
  });
  app.patch(`${path}/metadata`, async (context) => {
    const { example_ids: ids, operations } = await readObject(context);
    if (!Array.isArray(ids) || !Array.isArray(operations))
      throw new HttpError(422, "example_ids and operations are required");
    for (const operation of operations.filter(isRecord)) {
      const kind = String(operation.operation).toLowerCase();
      if (
        operation.key !== "dataset_split" ||
        (kind !== "array_add" && kind !== "array_remove") ||
        !Array.isArray(operation.values)
      ) {
        throw new HttpError(400, "The sandbox can only add to and remove from dataset_split");
      }
      for (const split of operation.values) {
        changeSplit(
          workspace,
          ids.map((id) => requireUuid(id, "example_ids")),
          String(split),
          kind === "array_add",
        );
      }
    }
    return context.json({ count: ids.length });
  });
  app.post("/datasets/examples/delete", async (context) => {
    const { example_ids: ids } = await readObject(context);
    if (!Array.isArray(ids)) throw new HttpError(422, "example_ids is required");
    datasets.removeExamples(
      ids.map((id) => requireUuid(id, "example_ids")),
      clock.now(),
    );
    return context.json({ count: ids.length });
  });
}

function list(context: ServiceContext, { datasets }: Workspace): Response {
  const { req } = context;
  if (req.query("filter") !== undefined) throw new HttpError(400, "The sandbox cannot evaluate a filter of examples");
  const ids = req.queries("id");
  const splits = req.queries("splits");
  const metadata = queryObject(context, "metadata");
  const datasetId = req.query("dataset");
  if (datasetId === undefined && ids === undefined) throw new HttpError(400, "Either dataset or id must be specified");
  const all =
    datasetId === undefined
      ? (ids ?? []).flatMap((id) => datasets.current(id) ?? [])
      : datasets.examples(requireUuid(datasetId, "dataset"), req.query("as_of"));
  const found = all.filter(
    (example) =>
      (ids === undefined || ids.includes(example.id)) &&
      (splits === undefined || splitsOf(example).some((split) => splits.includes(split))) &&
      (metadata === undefined || contains(example.metadata, metadata)),
  );
  return context.json(page(context, found));
}

/**
 * The parts of an upload: `<example>` with the small fields, `<example>.inputs` and
 * `<example>.outputs`, `<example>.attachment.<name>`, and `<example>.attachments_operations`.
 */
async function readExamples(
  context: ServiceContext,
  workspace: Workspace,
): Promise<(ExampleFields & { id: string })[]> {
  const examples = new Map<string, Record<string, unknown>>();
  const files = new Map<string, AttachmentUrls>();
  const operations = new Map<string, unknown>();
  for (const [name, part] of await context.req.raw.formData()) {
    const [id, field] = name.split(".");
    if (field === "attachment") {
      const exampleId = requireUuid(id, "example_id");
      // The name of a file may have dots too.
      const key = name.slice(`${id}.`.length);
      const url = workspace.attachments.add(await toAttachment(part));
      files.set(exampleId, { ...files.get(exampleId), [key]: url });
      continue;
    }
    if (field === "attachments_operations") {
      operations.set(requireUuid(id, "example_id"), JSON.parse(typeof part === "string" ? part : await part.text()));
      continue;
    }
    if (field !== undefined && field !== "inputs" && field !== "outputs")
      throw new HttpError(422, `Part ${name} has an unknown field`);
    const value: unknown = JSON.parse(typeof part === "string" ? part : await part.text());
    const exampleId = requireUuid(id, "example_id");
    const example = examples.get(exampleId) ?? {};
    examples.set(exampleId, { ...example, ...(field === undefined ? (value as object) : { [field]: value }) });
  }
  for (const id of [...files.keys(), ...operations.keys()])
    if (!examples.has(id)) throw new HttpError(422, `Attachments of ${id} came without the example`);
  return [...examples].map(([id, body]) => {
    const kept = operations.has(id) ? remaining(workspace.datasets.current(id), operations.get(id)) : undefined;
    const added = files.get(id);
    return { ...toFields(body, workspace), id, ...((kept ?? added) && { attachment_urls: { ...kept, ...added } }) };
  });
}

/** The files of an example that an update keeps: those it retains, and those it renames. */
function remaining(example: ExampleRecord | undefined, operations: unknown): AttachmentUrls {
  const { retain, rename } = isRecord(operations) ? operations : {};
  const names = new Map<string, unknown>(
    Array.isArray(retain) ? retain.map((name: unknown) => [String(name), name]) : [],
  );
  for (const [from, to] of Object.entries(isRecord(rename) ? rename : {})) names.set(from, to);
  const kept: AttachmentUrls = {};
  for (const [name, url] of Object.entries(example?.attachment_urls ?? {})) {
    const renamed = names.get(name.slice("attachment.".length));
    if (typeof renamed === "string") kept[`attachment.${renamed}`] = url;
  }
  return kept;
}

function toFields(body: Record<string, unknown>, { runs }: Workspace): ExampleFields {
  const fields: ExampleFields = {};
  if (typeof body.id === "string") fields.id = body.id;
  if (isRecord(body.inputs)) fields.inputs = body.inputs;
  if (isRecord(body.outputs) || body.outputs === null) fields.outputs = body.outputs;
  if (isRecord(body.metadata)) fields.metadata = body.metadata;
  if (typeof body.created_at === "string") fields.created_at = body.created_at;
  if (typeof body.source_run_id === "string") fields.source_run_id = body.source_run_id;
  const { split } = body;
  if (typeof split === "string" || (Array.isArray(split) && split.every((name) => typeof name === "string")))
    fields.split = split;
  if (body.use_source_run_io === true) {
    const run = runs.get(fields.source_run_id ?? "");
    if (run === undefined) throw new HttpError(404, `Source run ${fields.source_run_id} not found`);
    const [inputs, outputs] = [readPayload(run, "inputs"), readPayload(run, "outputs")];
    if (isRecord(inputs)) fields.inputs = inputs;
    if (isRecord(outputs)) fields.outputs = outputs;
  }
  return fields;
}
