import type { ServiceApp } from "../server.js";
import { BodyFields } from "./body-fields.js";
import { HttpError } from "./http-error.js";
import { v2Fields, writeRun } from "./run-json.js";
import { queryRuns } from "./run-query.js";
import { requireUuid, sendJson } from "./request.js";
import type { Workspace } from "./workspace.js";

const selectable =
  `THREAD_ID TRACE_ID PROMPT_TOKENS COMPLETION_TOKENS TOTAL_TOKENS START_TIME END_TIME FIRST_TOKEN_TIME INPUTS_PREVIEW
  OUTPUTS_PREVIEW PROMPT_COST COMPLETION_COST TOTAL_COST NAME ERROR_PREVIEW`.split(/\s+/);

/** `GET /api/v2/threads/:id/traces`: the root runs of a conversation, newest first. */
export function addThreadRoutes(app: ServiceApp, workspace: Workspace): void {
  app.get("/threads/:id/traces", (context) => {
    const { req } = context;
    const projectId = requireUuid(req.query("project_id"), "project_id");
    const limit = Number(req.query("page_size") ?? 20);
    if (!(limit >= 1 && limit <= 100))
      throw new HttpError(400, `page_size must be between 1 and 100, not ${req.query("page_size")}`);
    const selects = new BodyFields({ selects: req.queries("selects") ?? [] }, 400).manyOf("selects", selectable) ?? [];
    const thread = `eq(thread_id, ${JSON.stringify(req.param("id"))})`;
    const filter = req.query("filter") ?? "";
    const page = queryRuns(workspace, {
      projectIds: [workspace.projects.require(projectId).id],
      isRoot: true,
      filter: filter === "" ? thread : `and(${thread}, ${filter})`,
      order: "desc",
      limit,
      cursor: req.query("cursor") || undefined,
    });
    const items = page.runs
      .map((run) => writeRun(run, workspace, [...new Set(["TRACE_ID", ...selects])], v2Fields))
      .join(",");
    const next = page.next === undefined ? "" : `,"next_cursor":${JSON.stringify(page.next)}`;
    return sendJson(`{"items":[${items}],"has_more":${page.next !== undefined}${next}}`);
  });
}
