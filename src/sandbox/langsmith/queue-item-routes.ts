import { isRecord } from "../../internal/is-record.js";
import type { ServiceApp } from "../server.js";
import { HttpError } from "./http-error.js";
import { readObject, requireUuid } from "./request.js";
import type { Workspace } from "./workspace.js";

/** The newer paths of annotation queues, under `/platform`: items instead of runs, without their content. */
export function addQueueItemRoutes(app: ServiceApp, workspace: Workspace): void {
  const { queues, runs, clock } = workspace;
  const path = "/annotation-queues/:id/items";
  const toItem = (queueId: string, { id, runId, addedAt }: { id: string; runId: string; addedAt: string }) => {
    const run = runs.get(runId);
    return {
      id,
      item_type: "RUN",
      queue_id: queueId,
      run_id: runId,
      project_id: run?.projectId,
      start_time: run && `${run.start.text}Z`,
      added_at: addedAt,
      effective_added_at: addedAt,
    };
  };

  app.post(path, async (context) => {
    const queueId = requireUuid(context.req.param("id"), "queue_id");
    const { items } = await readObject(context);
    if (!Array.isArray(items)) throw new HttpError(422, "items must be a list");
    const ids = items.map((item) => {
      const { item_type: type = "RUN", run_id: runId } = isRecord(item) ? item : {};
      if (type !== "RUN") throw new HttpError(400, "The sandbox has no queues of threads");
      const id = requireUuid(runId, "run_id");
      if (runs.get(id) === undefined) throw new HttpError(404, `Run ${id} not found`);
      return id;
    });
    return context.json({ items: queues.add(queueId, ids, clock.now()).map((item) => toItem(queueId, item)) });
  });
  app.post("/annotation-queues/items/:item/status", async (context) => {
    const { status } = await readObject(context);
    const id = requireUuid(context.req.param("item"), "item_id");
    queues.review(id, typeof status === "string" ? status : null, clock.now());
    return context.json({ queue_item_id: id, status, is_archived: status === "completed" });
  });
  app.get(path, (context) => {
    const { req } = context;
    const queueId = requireUuid(req.param("id"), "queue_id");
    const status = req.query("status");
    const limit = Number(req.query("page_size") ?? 20);
    const offset = Number(req.query("cursor") ?? 0);
    if (!Number.isInteger(offset) || !(limit >= 1 && limit <= 100))
      throw new HttpError(400, "Invalid cursor or page_size");
    const all = queues.runs(queueId, status === "archived" ? "completed" : (status ?? ""));
    const next = offset + limit < all.length ? { next_cursor: String(offset + limit) } : {};
    return context.json({ items: all.slice(offset, offset + limit).map((item) => toItem(queueId, item)), ...next });
  });
}
