import type { ServiceApp } from "../server.js";
import { contains } from "./filter.js";
import { feedbackStats } from "./feedback-store.js";
import type { ProjectRecord } from "./project-store.js";
import { page, queryObject, readObject, requireUuid } from "./request.js";
import type { Workspace } from "./workspace.js";

/** Projects and experiments: LangSmith's API calls both sessions. */
export function addProjectRoutes(app: ServiceApp, workspace: Workspace): void {
  const { projects, clock } = workspace;
  const idOf = (value: string | undefined) => requireUuid(value, "session_id");

  app.get("/sessions", (context) => {
    const { req } = context;
    const ids = req.queries("id");
    const datasets = req.queries("reference_dataset");
    const metadata = queryObject(context, "metadata");
    const name = req.query("name");
    const part = req.query("name_contains");
    const free = req.query("reference_free");
    const found = projects
      .all()
      .filter(
        (project) =>
          (name === undefined || project.name === name) &&
          (part === undefined || project.name.includes(part)) &&
          (ids === undefined || ids.includes(project.id)) &&
          (datasets === undefined || datasets.includes(project.reference_dataset_id ?? "")) &&
          (free === undefined || (project.reference_dataset_id === null) === (free === "true")) &&
          (metadata === undefined || contains(project.extra?.metadata, metadata)),
      );
    return context.json(page(context, found.reverse()).map((project) => toSession(project, workspace)));
  });
  app.post("/sessions", async (context) => {
    const project = projects.create(await readObject(context), clock.now(), context.req.query("upsert") === "true");
    return context.json(toSession(project, workspace));
  });
  app.get("/sessions/:id", (context) =>
    context.json(toSession(projects.require(idOf(context.req.param("id"))), workspace)),
  );
  app.patch("/sessions/:id", async (context) =>
    context.json(toSession(projects.update(idOf(context.req.param("id")), await readObject(context)), workspace)),
  );
  app.delete("/sessions/:id", (context) => {
    const id = idOf(context.req.param("id"));
    projects.remove(id);
    workspace.runs.removeProject(id);
    return context.json({ message: `Session ${id} deleted` }, 202);
  });
}

/** A project with its statistics. They are always there: an embedded store has them at hand. */
function toSession(project: ProjectRecord, workspace: Workspace) {
  const { runs, feedback, tenantId } = workspace;
  const last = runs.inOrder([project.id], "desc", { least: -Infinity, most: Infinity }).next();
  const onRuns = feedback.all().filter((item) => item.session_id === project.id && item.run_id !== null);
  const onProject = feedback.all().filter((item) => item.session_id === project.id && item.run_id === null);
  const experiments = workspace.projects
    .all()
    .filter((other) => other.reference_dataset_id === project.reference_dataset_id);
  return {
    ...project,
    tenant_id: tenantId,
    run_count: runs.count(project.id),
    last_run_start_time: last.done === true ? null : last.value.start.text,
    feedback_stats: feedbackStats(onRuns),
    session_feedback_stats: feedbackStats(onProject),
    test_run_number: project.reference_dataset_id === null ? null : experiments.indexOf(project) + 1,
  };
}
