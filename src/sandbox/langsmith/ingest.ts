import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import { isRecord } from "../../internal/is-record.js";
import { toAttachment, type Attachment } from "./attachment-store.js";
import { HttpError } from "./http-error.js";
import { payloadNames, type PayloadName, type Payloads, type RunFields } from "./run-record.js";
import type { Workspace } from "./workspace.js";

/** Takes a run as JSON apart into its fields and the text of its payloads. */
export function toRunFields(body: unknown, id?: string): RunFields {
  if (!isRecord(body)) throw new HttpError(422, "A run must be an object");
  const runId = id ?? body.id;
  if (typeof runId !== "string") throw new HttpError(422, "A run needs an id");
  const payloads: Payloads = {};
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    if (!isPayloadName(name)) fields[name] = value;
    else if (value !== null && value !== undefined) payloads[name] = JSON.stringify(value);
  }
  return { id: runId, fields, payloads };
}

/** `POST /runs/batch`: `{ post: [...], patch: [...] }`. */
export function ingestBatch(workspace: Workspace, body: unknown): void {
  const { post = [], patch = [] } = isRecord(body) ? body : {};
  if (!Array.isArray(post) || !Array.isArray(patch)) throw new HttpError(422, "post and patch must be lists of runs");
  // Everything is read before anything is stored: a bad run refuses the whole batch.
  const creates = post.map((run) => toRunFields(run));
  const updates = patch.map((run) => toRunFields(run));
  for (const run of creates) workspace.createRun(run);
  for (const run of updates) workspace.updateRun(run);
}

/**
 * `POST /runs/multipart`. The parts are named `post.<run>` or `patch.<run>` with the small fields,
 * `post.<run>.inputs` and so on with the large ones, `attachment.<run>.<name>`, and `feedback.<id>`.
 */
export async function ingestMultipart(workspace: Workspace, request: Request): Promise<void> {
  const operations = new Map<string, { kind: "post" | "patch"; run: RunFields }>();
  const feedback: Record<string, unknown>[] = [];
  const files: { run: string; name: string; attachment: Attachment }[] = [];
  const large: { owner: string; name: PayloadName | "error"; text: string; value: unknown }[] = [];
  for (const [partName, part] of await readForm(request)) {
    const [kind, id, field] = partName.split(".");
    if (kind === "attachment" && id !== undefined && field !== undefined) {
      files.push({ run: id, name: field, attachment: await toAttachment(part) });
      continue;
    }
    if (id === undefined || (kind !== "post" && kind !== "patch" && kind !== "feedback")) {
      throw new HttpError(422, `Part ${partName} is neither a run nor feedback`);
    }
    const text = typeof part === "string" ? part : await part.text();
    const value = parseJson(text, partName);
    if (kind === "feedback") {
      if (!isRecord(value)) throw new HttpError(422, `Part ${partName} must be an object`);
      feedback.push({ id, ...value });
    } else if (field === undefined) {
      const run = toRunFields(value, id);
      Object.assign(run.fields, { ...operations.get(`${kind}.${id}`)?.run.fields, ...run.fields });
      operations.set(`${kind}.${id}`, { kind, run });
    } else if (isPayloadName(field) || field === "error") {
      large.push({ owner: `${kind}.${id}`, name: field, text, value });
    } else {
      throw new HttpError(422, `Part ${partName} has an unknown field`);
    }
  }
  for (const { owner, name, text, value } of large) {
    const run = operations.get(owner)?.run;
    if (run === undefined) throw new HttpError(422, `Part ${owner}.${name} has no ${owner}`);
    if (name === "error") run.fields.error = value;
    else if (value !== null) run.payloads[name] = text;
  }
  // Creates first: the two may stand in any order.
  const list = [...operations.values()];
  for (const { kind, run } of list) if (kind === "post") workspace.createRun(run);
  for (const { kind, run } of list) if (kind === "patch") workspace.updateRun(run);
  for (const { run, name, attachment } of files) workspace.attachments.addToRun(run, name, attachment);
  for (const item of feedback) workspace.putFeedback(item);
}

function isPayloadName(name: string): name is PayloadName {
  return (payloadNames as readonly string[]).includes(name);
}

function parseJson(text: string, partName: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new HttpError(422, `Part ${partName} is not JSON: ${(error as Error).message}`);
  }
}

const decoders: Record<string, (body: Uint8Array) => Promise<Uint8Array>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
};

/** The form of a request, whose body may be compressed. */
async function readForm(request: Request): Promise<FormData> {
  const encoding = request.headers.get("content-encoding") ?? "identity";
  const type = request.headers.get("content-type") ?? "";
  try {
    const decode = encoding === "identity" ? undefined : decoders[encoding];
    if (encoding !== "identity" && decode === undefined)
      throw new HttpError(415, `Content-Encoding ${encoding} is not supported; the sandbox takes gzip and deflate`);
    const sent = new Uint8Array(await request.arrayBuffer());
    const body = withNamedFiles(decode === undefined ? sent : await decode(sent), type);
    return await new Response(new Blob([body]), { headers: { "content-type": type } }).formData();
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(422, `The body is not a multipart form: ${(error as Error).message}`);
  }
}

/**
 * The form with a file name in each part that is an attachment. The clients send none, and a part without one
 * is a text, which bytes do not survive.
 */
function withNamedFiles(body: Uint8Array, type: string): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from(body);
  const boundary = /boundary="?([^";]+)/i.exec(type)?.[1];
  if (boundary === undefined || !bytes.includes('name="attachment.')) return bytes;
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="attachment.`;
  const starts = new RegExp(`${head.replace(/[^\w\s"]/g, "\\$&")}[^"\r\n]*"(?=\r\n)`, "gi");
  return Buffer.from(bytes.toString("latin1").replace(starts, '$&; filename="file"'), "latin1");
}
