import type { JsonObject } from "../../types.js";
import type { ServiceApp, ServiceContext } from "../server.js";
import { ApiError, missingParameter } from "./api-error.js";
import { pageOf } from "./paging.js";
import type { OpenAIState, StoredFile } from "./state.js";

const PURPOSES = ["fine-tune", "assistants", "batch", "user_data", "vision", "evals"];
const MAXIMUM_BYTES = 512 * 1024 * 1024;

/** The routes below `/v1/files`. */
export function addFileRoutes(app: ServiceApp, state: OpenAIState): void {
  app.post("/v1/files", async (context) => {
    const stored = await readUpload(context, state);
    state.files.set(stored.id, stored);
    return context.json(describe(stored));
  });

  app.get("/v1/files", (context) => {
    const { purpose, after, order = "desc", limit = "10000" } = context.req.query();
    const all = [...state.files.values()].filter(
      (file) => isThere(file, state) && (purpose === undefined || file.purpose === purpose),
    );
    if (order === "desc") all.reverse();
    return context.json(pageOf(all.map(describe), { after, limit: Number(limit) }));
  });

  app.get("/v1/files/:id", (context) => context.json(describe(findFile(state, context.req.param("id")))));

  app.get("/v1/files/:id/content", (context) => {
    const { content } = findFile(state, context.req.param("id"));
    return context.body(content, 200, { "content-type": "application/octet-stream" });
  });

  app.delete("/v1/files/:id", (context) => {
    const { id } = findFile(state, context.req.param("id"));
    state.files.delete(id);
    return context.json({ id, object: "file", deleted: true });
  });
}

/** The file with that id, unless it has expired. */
export function findFile(state: OpenAIState, id: string): StoredFile {
  const file = state.files.get(id);
  if (file === undefined || !isThere(file, state))
    throw new ApiError(404, `No such File object: ${id}`, { param: "id" });
  return file;
}

/** Keeps a file that the stand-in made itself. */
export function storeFile(
  state: OpenAIState,
  file: { filename: string; purpose: string; content: string },
): StoredFile {
  const stored: StoredFile = {
    ...file,
    id: state.nextId("file-"),
    bytes: Buffer.byteLength(file.content),
    createdAt: state.seconds(),
  };
  state.files.set(stored.id, stored);
  return stored;
}

const isThere = ({ expiresAt }: StoredFile, state: OpenAIState) =>
  expiresAt === undefined || expiresAt > state.seconds();

async function readUpload(context: ServiceContext, state: OpenAIState): Promise<StoredFile> {
  const form = await context.req.parseBody().catch((cause: unknown) => {
    throw new ApiError(400, `Could not parse multipart form: ${String(cause)}`);
  });
  const { file, purpose } = form;
  if (!(file instanceof File)) throw missingParameter("file");
  if (typeof purpose !== "string") throw missingParameter("purpose");
  if (!PURPOSES.includes(purpose)) {
    const known = PURPOSES.map((name) => `'${name}'`).join(", ");
    throw new ApiError(400, `'${purpose}' is not one of [${known}] - 'purpose'`, { param: "purpose" });
  }
  if ((purpose === "fine-tune" || purpose === "batch") && !file.name.endsWith(".jsonl")) {
    const api = purpose === "batch" ? "Batch" : "Fine-Tuning";
    throw new ApiError(400, `Invalid file format for ${api} API. Must be .jsonl`, { param: "file" });
  }
  if (file.size === 0) throw new ApiError(400, "File is empty.", { param: "file" });
  if (file.size > MAXIMUM_BYTES) throw new ApiError(413, "Maximum content size limit exceeded.", { param: "file" });
  const createdAt = state.seconds();
  const lifetime = Number(form["expires_after[seconds]"]);
  return {
    id: state.nextId("file-"),
    filename: file.name,
    purpose,
    content: await file.text(),
    bytes: file.size,
    createdAt,
    expiresAt: Number.isFinite(lifetime) && lifetime > 0 ? createdAt + lifetime : undefined,
  };
}

function describe({ id, bytes, createdAt, expiresAt, filename, purpose }: StoredFile): JsonObject & { id: string } {
  return {
    object: "file",
    id,
    purpose,
    filename,
    bytes,
    created_at: createdAt,
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
    status: "processed",
  };
}
