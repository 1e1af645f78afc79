import { randomUUID } from "node:crypto";

/** A file beside a run or an example. */
export interface Attachment {
  mimeType: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Where a file is fetched from, in the names of the API. */
export interface AttachmentUrl {
  presigned_url: string;
  s3_url: string;
  mime_type: string;
}

/** Files by name, as the API writes them: each under `attachment.<name>`. */
export type AttachmentUrls = Record<string, AttachmentUrl>;

/** The files of runs and examples, each at an address of its own that needs no key. */
export class AttachmentStore {
  /** The address of the sandbox, without a slash at its end. */
  origin = "";
  readonly #files = new Map<string, Attachment>();
  readonly #ofRuns = new Map<string, AttachmentUrls>();

  /** Keeps a file. */
  add(attachment: Attachment): AttachmentUrl {
    const id = randomUUID();
    this.#files.set(id, attachment);
    const url = `${this.origin}/attachments/${id}`;
    return { presigned_url: url, s3_url: url, mime_type: attachment.mimeType };
  }

  get(id: string): Attachment | undefined {
    return this.#files.get(id);
  }

  addToRun(runId: string, name: string, attachment: Attachment): void {
    this.#ofRuns.set(runId, { ...this.#ofRuns.get(runId), [`attachment.${name}`]: this.add(attachment) });
  }

  /** The files of a run; null where it has none. */
  ofRun(runId: string): AttachmentUrls | null {
    return this.#ofRuns.get(runId) ?? null;
  }
}

/** A part of a form as a file. Clients write the length beside the type. */
export async function toAttachment(part: string | File): Promise<Attachment> {
  if (typeof part === "string") return { mimeType: "text/plain", bytes: new TextEncoder().encode(part) };
  const mimeType = part.type.split(";")[0]?.trim();
  return { mimeType: mimeType || "application/octet-stream", bytes: new Uint8Array(await part.arrayBuffer()) };
}
