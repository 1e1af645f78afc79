import { randomUUID } from "node:crypto";
import { isRecord } from "../../internal/is-record.js";
import type { AttachmentUrls } from "./attachment-store.js";
import { HttpError } from "./http-error.js";
import { fromMilliseconds, parseTimestamp, type Timestamp } from "./time.js";

/** A dataset, in the names of the API. */
export interface DatasetRecord {
  id: string;
  name: string;
  description: string | null;
  data_type: string;
  created_at: string;
  modified_at: string;
  inputs_schema_definition: unknown;
  outputs_schema_definition: unknown;
  metadata: Record<string, unknown> | null;
}

/** An example, in the names of the API. Its splits are `metadata.dataset_split`. */
export interface ExampleRecord {
  id: string;
  name: string;
  dataset_id: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown> | null;
  metadata: Record<string, unknown>;
  source_run_id: string | null;
  created_at: string;
  modified_at: string;
  attachment_urls: AttachmentUrls | null;
}

/** What can be said about an example; what is left out keeps its value. */
export interface ExampleFields {
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown> | null;
  metadata?: Record<string, unknown>;
  split?: string | string[];
  source_run_id?: string;
  created_at?: string;
  attachment_urls?: AttachmentUrls;
}

/** Datasets with every version of their examples. */
export class DatasetStore {
  readonly #datasets = new Map<string, DatasetRecord>();
  readonly #tags = new Map<string, Map<string, Timestamp>>();
  /** The versions of an example, oldest first; `null` is a deletion. */
  readonly #examples = new Map<
    string,
    { datasetId: string; versions: { at: number; example: ExampleRecord | null }[] }
  >();
  readonly #byDataset = new Map<string, string[]>();
  #lastVersion = 0;

  create(body: Record<string, unknown>, now: number): DatasetRecord {
    const { name } = body;
    if (typeof name !== "string" || name === "") throw new HttpError(422, "name: a dataset needs a name");
    if (this.all().some((dataset) => dataset.name === name))
      throw new HttpError(409, "Dataset with this name already exists.");
    const time = `${fromMilliseconds(now).text}Z`;
    const extra = isRecord(body.extra) ? body.extra : {};
    const dataset: DatasetRecord = {
      id: typeof body.id === "string" ? body.id : randomUUID(),
      name,
      description: typeof body.description === "string" ? body.description : null,
      data_type: typeof body.data_type === "string" ? body.data_type : "kv",
      created_at: time,
      modified_at: time,
      inputs_schema_definition: body.inputs_schema_definition ?? null,
      outputs_schema_definition: body.outputs_schema_definition ?? null,
      metadata: isRecord(extra.metadata) ? extra.metadata : null,
    };
    this.#datasets.set(dataset.id, dataset);
    return dataset;
  }

  require(id: string): DatasetRecord {
    const dataset = this.#datasets.get(id);
    if (dataset === undefined) throw new HttpError(404, "Dataset not found");
    return dataset;
  }

  all(): DatasetRecord[] {
    return [...this.#datasets.values()];
  }

  remove(id: string): void {
    this.require(id);
    this.#datasets.delete(id);
    for (const exampleId of this.#byDataset.get(id) ?? []) this.#examples.delete(exampleId);
    this.#byDataset.delete(id);
  }

  /** Adds examples, all with the same version. */
  addExamples(datasetId: string, list: readonly ExampleFields[], now: number): { ids: string[]; asOf: string } {
    this.require(datasetId);
    const at = this.#newVersion(datasetId, now);
    const ids = list.map((fields) => {
      const id = fields.id ?? randomUUID();
      if (this.current(id) !== undefined) throw new HttpError(409, `Example ${id} already exists`);
      if (!isRecord(fields.inputs)) throw new HttpError(422, `Example ${id} needs inputs`);
      const time = timeText(at);
      const example: ExampleRecord = {
        id,
        name: `#${id.slice(0, 4)} @ ${this.require(datasetId).name}`,
        dataset_id: datasetId,
        inputs: fields.inputs,
        outputs: fields.outputs ?? null,
        metadata: withSplit(fields.metadata ?? {}, fields.split ?? "base"),
        source_run_id: fields.source_run_id ?? null,
        created_at: fields.created_at ?? time,
        modified_at: time,
        attachment_urls: fields.attachment_urls ?? null,
      };
      this.#put(datasetId, id, at, example);
      return id;
    });
    return { ids, asOf: timeText(at) };
  }

  updateExamples(list: readonly (ExampleFields & { id: string })[], now: number): { ids: string[]; asOf: string } {
    const at = this.#newVersion(this.requireExample(list[0]?.id ?? "").dataset_id, now);
    for (const { id, inputs, outputs, metadata, split, attachment_urls: files } of list) {
      const example = this.requireExample(id);
      const kept =
        metadata === undefined ? example.metadata : { dataset_split: example.metadata.dataset_split, ...metadata };
      this.#put(example.dataset_id, id, at, {
        ...example,
        inputs: inputs ?? example.inputs,
        outputs: outputs === undefined ? example.outputs : outputs,
        metadata: split === undefined ? kept : withSplit(kept, split),
        modified_at: timeText(at),
        attachment_urls: files ?? example.attachment_urls,
      });
    }
    return { ids: list.map(({ id }) => id), asOf: timeText(at) };
  }

  removeExamples(ids: readonly string[], now: number): void {
    for (const id of ids) {
      const { dataset_id: datasetId } = this.requireExample(id);
      this.#put(datasetId, id, this.#newVersion(datasetId, now), null);
    }
  }

  /** An example as it is now. */
  current(id: string): ExampleRecord | undefined {
    return this.#examples.get(id)?.versions.at(-1)?.example ?? undefined;
  }

  requireExample(id: string): ExampleRecord {
    const example = this.current(id);
    if (example === undefined) throw new HttpError(404, `Example ${id} not found`);
    return example;
  }

  /** The examples of a dataset as they were at a time, a tag, or now; newest first, as the service lists them. */
  examples(datasetId: string, asOf?: string): ExampleRecord[] {
    this.require(datasetId);
    const at = asOf === undefined ? Infinity : this.#timeOf(datasetId, asOf);
    const ids = this.#byDataset.get(datasetId) ?? [];
    const found = ids.flatMap(
      (id) => this.#examples.get(id)?.versions.findLast((version) => version.at <= at)?.example ?? [],
    );
    return found.reverse();
  }

  /** The dataset of an example, deleted ones too. */
  datasetOfExample(exampleId: string | undefined): string | undefined {
    return exampleId === undefined ? undefined : this.#examples.get(exampleId)?.datasetId;
  }

  /** The times at which examples changed, newest first, with their tags. */
  versions(datasetId: string): { as_of: string; tags: string[] }[] {
    const times = new Set(
      (this.#byDataset.get(datasetId) ?? []).flatMap(
        (id) => this.#examples.get(id)?.versions.map(({ at }) => at) ?? [],
      ),
    );
    const sorted = [...times].sort((left, right) => right - left);
    const tags = [...(this.#tags.get(datasetId) ?? [])];
    return sorted.map((at, index) => ({
      as_of: timeText(at),
      tags: [
        ...(index === 0 ? ["latest"] : []),
        ...tags.filter(([, time]) => time.milliseconds === at).map(([tag]) => tag),
      ],
    }));
  }

  tag(datasetId: string, tag: string, asOf: string): void {
    const time = parseTimestamp(asOf);
    if (time === undefined) throw new HttpError(422, `as_of is not a date and time: ${asOf}`);
    const version = this.versions(datasetId)
      .map(({ as_of }) => parseTimestamp(as_of))
      .find((at) => at !== undefined && at.milliseconds <= time.milliseconds);
    if (version === undefined) throw new HttpError(404, "Dataset version not found");
    const tags = this.#tags.get(datasetId) ?? new Map<string, Timestamp>();
    this.#tags.set(datasetId, tags.set(tag, version));
  }

  #timeOf(datasetId: string, asOf: string): number {
    if (asOf === "latest") return Infinity;
    const time = this.#tags.get(datasetId)?.get(asOf) ?? parseTimestamp(asOf);
    if (time === undefined) throw new HttpError(404, `Dataset version ${asOf} not found`);
    return time.milliseconds;
  }

  #put(datasetId: string, id: string, at: number, example: ExampleRecord | null): void {
    const known = this.#examples.get(id);
    if (known !== undefined) {
      known.versions.push({ at, example });
      return;
    }
    this.#examples.set(id, { datasetId, versions: [{ at, example }] });
    const ids = this.#byDataset.get(datasetId);
    if (ids === undefined) this.#byDataset.set(datasetId, [id]);
    else ids.push(id);
  }

  /** Two changes are never of the same version, however coarse the clock is. */
  #newVersion(datasetId: string, now: number): number {
    this.#lastVersion = Math.max(now, Math.round((this.#lastVersion + 0.001) * 1000) / 1000);
    this.require(datasetId).modified_at = timeText(this.#lastVersion);
    return this.#lastVersion;
  }
}

const timeText = (milliseconds: number): string => `${fromMilliseconds(milliseconds).text}Z`;

function withSplit(metadata: Record<string, unknown>, split: string | string[]): Record<string, unknown> {
  return { ...metadata, dataset_split: Array.isArray(split) ? split : [split] };
}

/** The splits that an example is in. */
export function splitsOf({ metadata }: ExampleRecord): string[] {
  const splits = metadata.dataset_split;
  return Array.isArray(splits) ? splits.filter((split) => typeof split === "string") : [];
}
