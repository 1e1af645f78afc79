import type { ServiceApp, ServiceContext } from "../server.js";
import { BodyFields } from "./body-fields.js";
import { HttpError } from "./http-error.js";
import { v2Fields, writeRun } from "./run-json.js";
import { queryRuns, type RunSelection } from "./run-query.js";
import { readObject, requireUuid, sendJson } from "./request.js";
import { runTypes } from "./run-routes.js";
import { parseTimestamp } from "./time.js";
import type { Workspace } from "./workspace.js";

const day = 86_400_000;
/** Longer than what LangSmith keeps. */
const longestWindow = 401 * day;
const largestPage = 1000;
const selectable = Object.keys(v2Fields);
const upperRunTypes = runTypes.map((type) => type.toUpperCase());

/** Reading of runs in v2: `POST /api/v2/runs/query` and `GET /api/v2/runs/:id`. */
export function addV2RunRoutes(app: ServiceApp, workspace: Workspace): void {
  app.post("/runs/query", (context) => query(context, workspace));
  app.get("/runs/:id", (context) => {
    const id = requireUuid(context.req.param("id"), "run_id");
    const run = workspace.runs.get(id);
    const projectId = requireUuid(context.req.query("project_id"), "project_id");
    const selects =
      new BodyFields({ selects: context.req.queries("selects") ?? [] }, 400).manyOf("selects", selectable) ?? [];
    if (run === undefined || run.projectId !== projectId)
      throw new HttpError(404, `run ${id} not found in project ${projectId}`);
    return sendJson(writeRun(run, workspace, withId(selects), v2Fields));
  });
}

async function query(context: ServiceContext, workspace: Workspace): Promise<Response> {
  const fields = new BodyFields(await readObject(context), 400);
  if (fields.text("ai_search") !== undefined) throw new HttpError(501, "The sandbox has no AI search");
  const limit = fields.integer("page_size") ?? 100;
  if (limit < 1 || limit > largestPage)
    throw new HttpError(400, `page_size must be between 1 and ${largestPage}, not ${limit}`);
  const { projectIds, earliest } = readProjects(fields, workspace);
  const now = workspace.clock.now();
  const least = fields.time("min_start_time") ?? earliest ?? now - day;
  const most = fields.time("max_start_time") ?? now;
  if (most - least > longestWindow) {
    throw new HttpError(
      400,
      "The time window between min_start_time and max_start_time must not be longer than 401 days",
    );
  }
  const selection: RunSelection = {
    projectIds,
    least,
    most,
    ids: fields.uuids("ids"),
    traceId: fields.uuid("trace_id"),
    referenceExamples: fields.uuids("reference_examples"),
    runType: fields.oneOf("run_type", upperRunTypes)?.toLowerCase(),
    hasError: fields.boolean("has_error"),
    isRoot: fields.boolean("is_root"),
    filter: fields.filter("filter"),
    traceFilter: fields.filter("trace_filter"),
    treeFilter: fields.filter("tree_filter"),
    feedbackModified: readFeedbackWindow(fields),
    order: fields.oneOf("sort_order", ["ASC", "DESC"] as const) === "ASC" ? "asc" : "desc",
    limit,
    cursor: fields.text("cursor"),
  };
  const selects = withId(fields.manyOf("selects", selectable) ?? []);
  fields.ignore("include_subtree_usage");
  fields.end();
  const page = queryRuns(workspace, selection);
  const items = page.runs.map((run) => writeRun(run, workspace, selects, v2Fields)).join(",");
  const next = page.next === undefined ? "" : `,"next_cursor":${JSON.stringify(page.next)}`;
  return sendJson(`{"items":[${items}],"has_more":${page.next !== undefined}${next}}`);
}

const withId = (selects: readonly string[]): string[] => [...new Set(["ID", ...selects])];

/** Projects by id, or those of a dataset's experiments with the time when the first of them began. */
function readProjects(
  fields: BodyFields,
  { projects, datasets }: Workspace,
): { projectIds: string[]; earliest?: number } {
  const ids = fields.uuids("project_ids");
  const datasetId = fields.uuid("reference_dataset_id");
  if ((ids === undefined || ids.length === 0) === (datasetId === undefined)) {
    throw new HttpError(400, "exactly one of project_ids and reference_dataset_id is required");
  }
  if (datasetId === undefined) return { projectIds: (ids ?? []).map((id) => projects.require(id).id) };
  datasets.require(datasetId);
  const experiments = projects.all().filter((project) => project.reference_dataset_id === datasetId);
  const starts = experiments.map(({ start_time: start }) => parseTimestamp(start)?.milliseconds ?? 0);
  return {
    projectIds: experiments.map(({ id }) => id),
    earliest: starts.length === 0 ? undefined : Math.min(...starts),
  };
}

function readFeedbackWindow(fields: BodyFields): RunSelection["feedbackModified"] {
  const from = fields.time("min_feedback_modified_at");
  const to = fields.time("max_feedback_modified_at");
  return from === undefined && to === undefined ? undefined : { from: from ?? -Infinity, to: to ?? Infinity };
}
