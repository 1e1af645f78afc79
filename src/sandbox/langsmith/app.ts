import { createServiceApp, type SandboxFrame, type ServiceApp } from "../server.js";
import { addDatasetRoutes } from "./dataset-routes.js";
import { addExamplePlatformRoutes, addExampleRoutes } from "./example-routes.js";
import { addFeedbackRoutes } from "./feedback-routes.js";
import { HttpError } from "./http-error.js";
import { instanceInfo, type LangSmithSandboxOptions } from "./options.js";
import { inspect, type LangSmithSandbox } from "./inspect.js";
import { addProjectRoutes } from "./project-routes.js";
import { addQueueItemRoutes } from "./queue-item-routes.js";
import { addQueueRoutes } from "./queue-routes.js";
import { addIngestRoutes, addV1RunRoutes } from "./run-routes.js";
import { addV2RunRoutes } from "./run-routes-v2.js";
import { addThreadRoutes } from "./thread-routes.js";
import { addTrajectoryRoutes } from "./trajectory-routes.js";
import { Workspace } from "./workspace.js";

export interface LangSmithService {
  app: ServiceApp;
  /** What the user gets, once the address is known. `origin` has no slash at its end. */
  at(origin: string): LangSmithSandbox;
}

// The client appends its paths to whatever address it is given; people give all of these.
const v1Bases = ["/", "/api", "/api/v1"];
const v2Bases = ["/api/v2", "/v2"];
const platformBases = ["/v1/platform", "/platform", "/api/v1/platform"];

/** Makes the LangSmith stand-in on the sandbox's frame. */
export async function createLangSmithService(
  frame: SandboxFrame,
  options: LangSmithSandboxOptions = {},
): Promise<LangSmithService> {
  const { apiKey = "sandbox-langsmith-key", api = "both" } = options;
  const app = await createServiceApp("langsmith", frame, (_status, message) => ({ detail: message }));
  const workspace = new Workspace(frame.clock);
  const info = instanceInfo(options);

  app.onError((error, context) => {
    const status = error instanceof HttpError ? error.status : 500;
    const detail = error instanceof HttpError ? error.detail : `The sandbox failed: ${error.message}`;
    // v2 answers with problem details (RFC 7807), v1 with `detail` alone.
    const isV2 = v2Bases.some((base) => context.req.path.startsWith(`${base}/`));
    const body = isV2 ? { type: "about:blank", title: titles[status] ?? "Error", status, detail } : { detail };
    return Response.json(body, { status });
  });
  for (const base of v1Bases) {
    const routes = app.basePath(base);
    routes.get("/info", (context) => context.json(info));
    routes.get("/ok", (context) => context.json({ ok: true }));
  }
  // As the addresses in a bucket of the service: whoever has one may read the file.
  app.get("/attachments/:id", (context) => {
    const file = workspace.attachments.get(context.req.param("id"));
    if (file === undefined) throw new HttpError(404, "Attachment not found");
    return new Response(file.bytes, { headers: { "content-type": file.mimeType } });
  });
  app.use(async (context, next) => {
    if (apiKey !== null && context.req.header("x-api-key") !== apiKey) throw new HttpError(401, "Invalid token");
    await next();
  });
  for (const base of v1Bases) {
    const routes = app.basePath(base);
    addIngestRoutes(routes, workspace);
    if (api === "v2") refuseV1Runs(routes);
    else addV1RunRoutes(routes, workspace);
    addProjectRoutes(routes, workspace);
    addFeedbackRoutes(routes, workspace);
    addDatasetRoutes(routes, workspace);
    addExampleRoutes(routes, workspace);
    addQueueRoutes(routes, workspace);
  }
  addTrajectoryRoutes(app, workspace);
  for (const base of platformBases) {
    const routes = app.basePath(base);
    addExamplePlatformRoutes(routes, workspace);
    addQueueItemRoutes(routes, workspace);
  }
  for (const base of api === "v1" ? [] : v2Bases) {
    const routes = app.basePath(base);
    addV2RunRoutes(routes, workspace);
    addThreadRoutes(routes, workspace);
  }
  return {
    app,
    at: (url) => {
      workspace.attachments.origin = url;
      return inspect(workspace, url, apiKey ?? "none", () => frame.log.list("langsmith"));
    },
  };
}

const titles: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  422: "Unprocessable Entity",
  500: "Internal Server Error",
  501: "Not Implemented",
};

/** An instance with SmithDB only answers the old run queries with 501. */
function refuseV1Runs(app: ServiceApp): void {
  const refuse = () => {
    throw new HttpError(501, "This deployment does not support v1 run queries. Use /api/v2/runs instead.");
  };
  app.post("/runs/query", refuse);
  app.get("/runs/:id", refuse);
}
