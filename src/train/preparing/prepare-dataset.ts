import { join } from "node:path";
import { expressTargets } from "../../curate/conversations/express-targets.js";
import { EmptyDatasetError, InvalidExamplesError } from "../../errors.js";
import { isRecord } from "../../internal/is-record.js";
import { sourceOf } from "../../source.js";
import type { AnyIterable, Finding, TrainingExample } from "../../types.js";
import type { DatasetFile, FineTuneBackend, TrainingMethod } from "../backend.js";
import { provenRows } from "../../curate/validate/checked-rows.js";
import { checkOptions } from "../check-options.js";
import { checkRows } from "./check-rows.js";
import { methodOf } from "./method-of.js";
import type { RowMeter } from "../planning/row-meter.js";
import { openDatasetWriter } from "./dataset-writer.js";
import type { TrainingRow } from "../options.js";
import { createFingerprint } from "../../curate/duplicates/fingerprint.js";
import { lineOf } from "../../internal/row-names.js";
import type { DigestIndex } from "../../internal/storage/digest-index.js";
import type { PersonalDataFound, PersonalDataScan } from "./personal-data.js";

const MAXIMUM_FINDINGS = 1_000;

/** What {@link prepareDataset} is given. */
export interface PrepareOptions {
  rows: AnyIterable<TrainingRow>;
  backend: FineTuneBackend;
  role: DatasetFile["role"];
  /** Left out: by the first row. */
  method?: TrainingMethod;
  /** The beginning of the file's name. */
  label: string;
  /** An empty directory of the caller's, who removes it. */
  directory: string;
  maxTokens?: number;
  /** Counts each row on its way. */
  meter?: RowMeter;
  /** Looks at each row on its way. */
  personalData?: PersonalDataScan;
  /** What the training rows are, so that the validation rows can be compared with them; not given without any. */
  trained?: DigestIndex;
  signal?: AbortSignal;
}

/** A dataset that may be uploaded. */
export interface PreparedDataset extends DatasetFile {
  warnings: readonly Finding[];
  personalData?: PersonalDataFound;
  /** Of validation rows, how many are training rows too. */
  repeated: number;
}

/**
 * Reads the rows once: each is checked against the backend's rules, rendered and written. Throws an
 * `InvalidExamplesError` that names the rows, or an `EmptyDatasetError`; the file is then worthless.
 */
export async function prepareDataset(options: PrepareOptions): Promise<PreparedDataset> {
  const { backend, role, directory, label, maxTokens, signal } = options;
  const { extension, byteOrderMark, render } = backend.file;
  const path = join(directory, `${role}${extension}`);
  const writer = await openDatasetWriter(path, { ...(byteOrderMark !== undefined && { byteOrderMark }) });
  let { method } = options;
  const errors: Finding[] = [];
  const warnings: Finding[] = [];
  let errorCount = 0;
  let rowCount = 0;
  let repeated = 0;
  let failure: { error: unknown } | undefined;
  const { personalData, trained, meter } = options;
  const fingerprintOf = trained && createFingerprint();
  const known = trained?.size ?? 0;

  // Rows of `curate` that it checked by the same rules, with the lines that it has of them.
  const proven = provenRows<TrainingRow>(options.rows, {
    rules: backend.rules,
    maxTokens: maxTokens ?? backend.rules.maxTokens,
    model: backend.model,
  });
  const lines = new WeakMap<object, string>();
  async function* read(): AsyncGenerator<TrainingRow, void, undefined> {
    if (proven === undefined) return yield* options.rows;
    for await (const chunk of proven()) {
      for (const { row, json, clean } of chunk) {
        if (clean) lines.set(row, json);
        yield row;
      }
    }
  }
  const isClean = (row: unknown) =>
    isRecord(row) &&
    lines.has(row) &&
    (options.method === undefined || methodOf(row as TrainingRow) === options.method);

  async function* written(): AsyncGenerator<TrainingRow, void, undefined> {
    for await (const row of read()) {
      signal?.throwIfAborted();
      if (method === undefined) {
        method = methodOf(row);
        // No rule of a service speaks of such rows: it has no place for them at all.
        if (method === "unpaired") checkOptions({ backend, method });
      }
      rowCount += 1;
      for (const part of expressed(row, rowCount)) {
        // After the first errors the file will not be used; the rows are read on to name them all.
        if (errorCount === 0 && failure === undefined) {
          try {
            const writing = render ? writer.add(render(part, method)) : writer.add(part, lines.get(part));
            if (writing) await writing;
            meter?.add(part, method);
          } catch (error) {
            // A row that cannot be written is a broken one most likely, and the check says what is wrong with it.
            failure = { error };
          }
        }
        if (isRecord(part)) personalData?.row(part, lineOf(part, rowCount));
        if (trained && fingerprintOf && trained.add(fingerprintOf(part).row) < known && role === "validation")
          repeated += 1;
        yield part;
      }
    }
  }

  // Each target once, in as many rows as the backend needs for that.
  function expressed(row: TrainingRow, number: number): TrainingRow[] {
    if (method !== "supervised" || !isRecord(row) || !("messages" in row)) return [row];
    const { rows, impossible } = expressTargets(row as TrainingExample, backend.rules.loss);
    for (const { message, runId } of impossible) {
      errorCount += 1;
      if (errors.length >= MAXIMUM_FINDINGS) continue;
      errors.push({
        line: number,
        path: `$.messages[${message}]`,
        code: "loss-inexpressible",
        severity: "error",
        message: `${backend.rules.name} learns every answer of a row, and before this one there is an answer that must not be learned.`,
        source: { ...sourceOf(row), ...(runId !== undefined && { runId }) },
      });
    }
    return rows;
  }

  let content;
  try {
    const findings = checkRows(written(), {
      // What is learned is written as the backend wants it, so that weights are not an error.
      rules: { ...backend.rules, loss: "weights" },
      role,
      method: options.method,
      maxTokens,
      model: backend.model,
      isClean,
    });
    for await (const found of findings) {
      // A row may be written as several; its number is the one it came in with.
      const finding = found.line > 0 && found.source?.line === undefined ? { ...found, line: rowCount } : found;
      if (finding.severity === "error") errorCount += 1;
      const list = finding.severity === "error" ? errors : warnings;
      if (list.length < MAXIMUM_FINDINGS) list.push(finding);
    }
  } finally {
    content = await writer.close();
  }
  if (rowCount === 0) {
    throw new EmptyDatasetError({
      message: `There are no ${role} examples: nothing came out of the steps before.`,
      hint: "Pass onSkip to the loader and the converter to see what they left out, and check the query.",
    });
  }
  const { maxBytes, name: service } = backend.rules;
  if (maxBytes !== undefined && content.bytes > maxBytes) {
    errorCount += 1;
    const message = `The ${role} file has ${content.bytes} bytes; ${service} takes ${maxBytes} at the most.`;
    errors.push({ line: 0, path: "$", code: "file-too-large", severity: "error", message });
  }
  if (errorCount > 0) throw invalidExamples(role, service, errorCount, errors);
  if (failure !== undefined) throw failure.error;
  const found = personalData?.finish(role);
  const name = `${label}-${content.sha256.slice(0, 8)}${extension}`;
  return {
    path,
    name,
    role,
    method: method ?? "supervised",
    ...content,
    warnings,
    repeated,
    ...(found && { personalData: found }),
  };
}

function invalidExamples(
  role: string,
  service: string,
  count: number,
  findings: readonly Finding[],
): InvalidExamplesError {
  const shown = findings.slice(0, 5).map(describe).join("; ");
  const more = count > 5 ? `; and ${count - 5} more` : "";
  return new InvalidExamplesError({
    findings,
    message: `${service} would not take the ${role} examples: ${shown}${more}.`,
    hint: "Nothing was uploaded. The error's findings name every row.",
  });
}

function describe({ line, path, message, source }: Finding): string {
  if (line === 0) return message;
  const run = source?.runId === undefined ? "" : ` (run ${source.runId})`;
  return `row ${line}${run}, ${path}: ${message.replace(/\.$/, "")}`;
}
