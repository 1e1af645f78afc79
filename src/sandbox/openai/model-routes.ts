import type { ServiceApp } from "../server.js";
import { ApiError, unknownModel } from "./api-error.js";
import type { OpenAIState } from "./state.js";

/** `/v1/models`. */
export function addModelRoutes(app: ServiceApp, { models }: OpenAIState): void {
  app.get("/v1/models", (context) => context.json({ object: "list", data: models.list() }));

  app.get("/v1/models/:id", (context) => {
    const model = models.describe(context.req.param("id"));
    if (model === undefined) throw unknownModel(context.req.param("id"));
    return context.json(model as object);
  });

  app.delete("/v1/models/:id", (context) => {
    const id = context.req.param("id");
    if (models.find(id) === undefined) throw unknownModel(id);
    if (!id.startsWith("ft:")) throw new ApiError(403, "You have insufficient permissions for this operation.");
    models.remove(id);
    return context.json({ id, object: "model", deleted: true });
  });
}
