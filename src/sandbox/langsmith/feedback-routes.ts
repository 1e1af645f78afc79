import type { ServiceApp } from "../server.js";
import { page, readObject, requireUuid } from "./request.js";
import type { Workspace } from "./workspace.js";

/** Feedback: `POST /feedback`, `GET /feedback` with offset and limit, and one by id. */
export function addFeedbackRoutes(app: ServiceApp, workspace: Workspace): void {
  const { feedback, clock } = workspace;
  const idOf = (value: string | undefined) => requireUuid(value, "feedback_id");

  app.post("/feedback", async (context) => {
    const body = await readObject(context);
    if (body.run_id !== undefined && body.run_id !== null) requireUuid(body.run_id, "run_id");
    return context.json(workspace.putFeedback(body));
  });
  app.get("/feedback", (context) => {
    const { req } = context;
    const runs = req.queries("run");
    const keys = req.queries("key");
    const sources = req.queries("source");
    const sessions = req.queries("session");
    const hasScore = req.query("has_score");
    const hasComment = req.query("has_comment");
    const level = req.query("level");
    const found = feedback
      .all()
      .filter(
        (item) =>
          (runs === undefined || runs.includes(item.run_id ?? "")) &&
          (keys === undefined || keys.includes(item.key)) &&
          (sources === undefined || sources.includes(item.feedback_source.type)) &&
          (sessions === undefined || sessions.includes(item.session_id ?? "")) &&
          (level === undefined || (item.run_id === null ? "session" : "run") === level) &&
          (hasScore === undefined || (item.score !== null) === (hasScore === "true")) &&
          (hasComment === undefined || (item.comment !== null) === (hasComment === "true")),
      );
    return context.json(page(context, found));
  });
  app.get("/feedback/:id", (context) => context.json(feedback.require(idOf(context.req.param("id")))));
  app.patch("/feedback/:id", async (context) =>
    context.json(feedback.patch(idOf(context.req.param("id")), await readObject(context), clock.now())),
  );
  app.delete("/feedback/:id", (context) => {
    feedback.remove(idOf(context.req.param("id")));
    return context.json({ message: "Feedback deleted" });
  });
}
