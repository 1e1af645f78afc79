import { isRecord } from "../../internal/is-record.js";
import type { ServiceApp } from "../server.js";
import { HttpError } from "./http-error.js";
import type { QueuedRun } from "./queue-store.js";
import { v1Default, v1Fields, writeRun } from "./run-json.js";
import { page, readList, readObject, requireUuid, sendJson } from "./request.js";
import type { Workspace } from "./workspace.js";

/** Annotation queues and the runs in them. */
export function addQueueRoutes(app: ServiceApp, workspace: Workspace): void {
  const { queues, runs, clock } = workspace;
  const idOf = (value: string | undefined) => requireUuid(value, "queue_id");
  const base = "/annotation-queues";

  app.get(base, (context) => {
    const { req } = context;
    const ids = req.queries("ids");
    const name = req.query("name");
    const part = req.query("name_contains");
    const found = queues
      .all()
      .filter(
        (queue) =>
          (ids === undefined || ids.includes(queue.id)) &&
          (name === undefined || queue.name === name) &&
          (part === undefined || queue.name.includes(part)),
      );
    return context.json(
      page(context, found).map((queue) => ({
        ...queue,
        tenant_id: workspace.tenantId,
        total_runs: queues.runs(queue.id).length,
      })),
    );
  });
  app.post(base, async (context) =>
    context.json({ ...queues.create(await readObject(context), clock.now()), tenant_id: workspace.tenantId }),
  );
  app.get(`${base}/:id`, (context) =>
    context.json({ ...queues.require(idOf(context.req.param("id"))), tenant_id: workspace.tenantId }),
  );
  app.patch(`${base}/:id`, async (context) =>
    context.json(queues.update(idOf(context.req.param("id")), await readObject(context), clock.now())),
  );
  app.delete(`${base}/:id`, (context) => {
    queues.remove(idOf(context.req.param("id")));
    return context.json({ message: "Annotation queue deleted" });
  });

  const add = (queueId: string, runIds: string[]) => {
    for (const id of runIds) if (runs.get(id) === undefined) throw new HttpError(404, `Run ${id} not found`);
    return queues
      .add(queueId, runIds, clock.now())
      .map((run) => ({ id: run.id, run_id: run.runId, queue_id: queueId, added_at: run.addedAt }));
  };
  app.post(`${base}/:id/runs`, async (context) => {
    const ids = (await readList(context)).map((id) => requireUuid(id, "run_id"));
    return context.json(add(idOf(context.req.param("id")), ids));
  });
  app.post(`${base}/:id/runs/by-key`, async (context) => {
    const ids = (await readList(context)).map((key) => requireUuid(isRecord(key) ? key.run_id : undefined, "run_id"));
    return context.json(add(idOf(context.req.param("id")), ids));
  });
  app.get(`${base}/:id/runs`, (context) => {
    const found = page(context, queues.runs(idOf(context.req.param("id")), context.req.query("status")));
    return sendJson(`[${found.map((queued) => writeQueuedRun(queued, workspace)).join(",")}]`);
  });
  app.get(`${base}/:id/run/:index`, (context) => {
    const queued = queues.runs(idOf(context.req.param("id")))[Number(context.req.param("index"))];
    if (queued === undefined) throw new HttpError(404, "Run not found in annotation queue");
    return sendJson(writeQueuedRun(queued, workspace));
  });
  app.delete(`${base}/:id/runs/:run`, (context) => {
    queues.removeRun(idOf(context.req.param("id")), requireUuid(context.req.param("run"), "queue_run_id"));
    return context.json({ message: "Run removed from annotation queue" });
  });
  app.post(`${base}/status/:run`, async (context) => {
    const { status } = await readObject(context);
    queues.review(
      requireUuid(context.req.param("run"), "annotation_queue_run_id"),
      typeof status === "string" ? status : null,
      clock.now(),
    );
    return context.json({ message: "Status updated" });
  });
  app.get(`${base}/:id/size`, (context) => context.json({ size: queues.runs(idOf(context.req.param("id"))).length }));
}

function writeQueuedRun({ id, runId, addedAt, completedAt }: QueuedRun, workspace: Workspace): string {
  const run = workspace.runs.get(runId);
  if (run === undefined) throw new HttpError(404, `Run ${runId} not found`);
  const queue = { queue_run_id: id, added_at: addedAt, last_reviewed_time: completedAt ?? null, reserved_by: [] };
  return `${JSON.stringify(queue).slice(0, -1)},${writeRun(run, workspace, v1Default, v1Fields).slice(1)}`;
}
