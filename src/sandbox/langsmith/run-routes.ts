import type { ServiceApp, ServiceContext } from "../server.js";
import { BodyFields } from "./body-fields.js";
import { HttpError } from "./http-error.js";
import { ingestBatch, ingestMultipart, toRunFields } from "./ingest.js";
import { v1Default, v1Fields, writeRun } from "./run-json.js";
import { queryRuns } from "./run-query.js";
import { readObject, requireUuid, sendJson } from "./request.js";
import type { Workspace } from "./workspace.js";

export const runTypes = ["tool", "chain", "llm", "retriever", "embedding", "prompt", "parser"] as const;
const largestPage = 100;

/** Ingest of runs: the same for both generations of the reading API. */
export function addIngestRoutes(app: ServiceApp, workspace: Workspace): void {
  const accepted = { message: "Runs batch ingested" };
  app.post("/runs/multipart", async (context) => {
    await ingestMultipart(workspace, context.req.raw);
    return context.json(accepted, 202);
  });
  app.post("/runs/batch", async (context) => {
    ingestBatch(workspace, await readObject(context));
    return context.json(accepted, 202);
  });
  app.post("/runs", async (context) => {
    workspace.createRun(toRunFields(await readObject(context)));
    return context.json({ message: "Run created" }, 202);
  });
  app.patch("/runs/:id", async (context) => {
    workspace.updateRun(toRunFields(await readObject(context), requireUuid(context.req.param("id"), "run_id")));
    return context.json({ message: "Run updated" }, 202);
  });
}

/** Reading of runs in v1: `POST /runs/query` and `GET /runs/:id`. */
export function addV1RunRoutes(app: ServiceApp, workspace: Workspace): void {
  app.post("/runs/query", (context) => query(context, workspace));
  app.get("/runs/:id", (context) => {
    const run = workspace.runs.get(requireUuid(context.req.param("id"), "run_id"));
    if (run === undefined) throw new HttpError(404, "Run not found");
    return sendJson(writeRun(run, workspace, v1Default, v1Fields));
  });
}

async function query(context: ServiceContext, workspace: Workspace): Promise<Response> {
  const fields = new BodyFields(await readObject(context), 422);
  const limit = fields.integer("limit") ?? largestPage;
  if (limit > largestPage) throw new HttpError(400, `Limit exceeds maximum allowed value of ${largestPage}`);
  if (limit < 1) throw new HttpError(422, "limit must be greater than or equal to 1");
  const ids = fields.uuids("id");
  const selection = {
    projectIds: fields.uuids("session"),
    traceId: fields.uuid("trace"),
    parentId: fields.uuid("parent_run"),
    referenceExamples: fields.uuids("reference_example"),
    runType: fields.oneOf("run_type", runTypes),
    hasError: fields.boolean("error"),
    isRoot: fields.boolean("is_root"),
    least: fields.time("start_time"),
    most: fields.time("end_time"),
    filter: fields.filter("filter"),
    traceFilter: fields.filter("trace_filter"),
    treeFilter: fields.filter("tree_filter"),
  };
  if (fields.integer("execution_order") === 1) selection.isRoot = true;
  const order = fields.oneOf("order", ["asc", "desc"] as const) ?? "desc";
  const cursor = fields.text("cursor");
  const select = fields.manyOf("select", Object.keys(v1Fields)) ?? v1Default;
  fields.ignore("data_source_type", "skip_pagination", "skip_prev_cursor", "use_experimental_search");
  fields.end();
  const scopes = [ids, selection.projectIds, selection.traceId, selection.parentId, selection.referenceExamples];
  if (scopes.every((scope) => scope === undefined)) {
    throw new HttpError(
      400,
      "At least one of 'session', 'id', 'parent_run', 'trace' or 'reference_example' must be specified",
    );
  }
  for (const id of selection.projectIds ?? []) workspace.projects.require(id);
  // A list of ids overrides every other argument: so the documentation says.
  const page = queryRuns(
    workspace,
    ids === undefined ? { ...selection, order, limit, cursor } : { ids, order, limit, cursor },
  );
  const runs = page.runs.map((run) => writeRun(run, workspace, select, v1Fields)).join(",");
  return sendJson(`{"runs":[${runs}],"cursors":${JSON.stringify({ prev: null, next: page.next ?? null })}}`);
}
