import { randomUUID } from "node:crypto";
import { isRecord } from "../../internal/is-record.js";
import { HttpError } from "./http-error.js";
import { parseTimestamp } from "./time.js";

/** A project: LangSmith calls it session in v1, and experiment where it belongs to a dataset. */
export interface ProjectRecord {
  id: string;
  name: string;
  description: string | null;
  /** ISO 8601, UTC. */
  start_time: string;
  end_time: string | null;
  extra: Record<string, unknown> | null;
  reference_dataset_id: string | null;
  default_dataset_id: string | null;
}

/** The projects of a workspace, by id and by name. */
export class ProjectStore {
  readonly #projects = new Map<string, ProjectRecord>();

  get(id: string): ProjectRecord | undefined {
    return this.#projects.get(id);
  }

  require(id: string): ProjectRecord {
    const project = this.#projects.get(id);
    if (project === undefined) throw new HttpError(404, `Project ${id} not found`);
    return project;
  }

  byName(name: string): ProjectRecord | undefined {
    return this.all().find((project) => project.name === name);
  }

  all(): ProjectRecord[] {
    return [...this.#projects.values()];
  }

  /** @throws HttpError 409 for a name that is taken, unless `upsert`. */
  create(body: Record<string, unknown>, now: number, upsert = false): ProjectRecord {
    const name = typeof body.name === "string" && body.name !== "" ? body.name : "default";
    const existing = this.byName(name);
    if (existing !== undefined) {
      if (!upsert) throw new HttpError(409, "Session already exists.");
      return this.update(existing.id, body);
    }
    const project: ProjectRecord = {
      id: textOf(body.id) ?? randomUUID(),
      name,
      description: textOf(body.description) ?? null,
      start_time: parseTimestamp(body.start_time)?.text ?? new Date(now).toISOString().slice(0, -1),
      end_time: parseTimestamp(body.end_time)?.text ?? null,
      extra: isRecord(body.extra) ? body.extra : null,
      reference_dataset_id: textOf(body.reference_dataset_id) ?? null,
      default_dataset_id: textOf(body.default_dataset_id) ?? null,
    };
    this.#projects.set(project.id, project);
    return project;
  }

  update(id: string, body: Record<string, unknown>): ProjectRecord {
    const project = this.require(id);
    const end = parseTimestamp(body.end_time);
    if (end !== undefined) project.end_time = end.text;
    if (isRecord(body.extra)) project.extra = { ...project.extra, ...body.extra };
    for (const name of ["name", "description"] as const) {
      const value = textOf(body[name]);
      if (value !== undefined) project[name] = value;
    }
    return project;
  }

  remove(id: string): void {
    this.require(id);
    this.#projects.delete(id);
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
