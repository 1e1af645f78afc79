import { isRoot, latencyOf, type PayloadName, type RunRecord } from "./run-record.js";
import type { Workspace } from "./workspace.js";

/** Writes one field of a run as JSON; undefined leaves it out. */
type WriteField = (run: RunRecord, workspace: Workspace) => string | undefined;

const json = (value: unknown): string => JSON.stringify(value ?? null);
const value =
  (read: (run: RunRecord, workspace: Workspace) => unknown): WriteField =>
  (run, workspace) =>
    json(read(run, workspace));
const payload =
  (name: PayloadName): WriteField =>
  (run) =>
    run.payloads[name] ?? "null";
const preview =
  (name: PayloadName): WriteField =>
  (run) =>
    json(run.payloads[name]?.slice(0, 250));
const appPath = (run: RunRecord, { tenantId }: Workspace): string =>
  `/o/${tenantId}/projects/p/${run.projectId}/r/${run.id}?trace_id=${run.traceId}&start_time=${run.start.text}`;

/** The fields of a v1 run. Those that the stand-in does not keep are `null`. */
export const v1Fields: Readonly<Record<string, WriteField>> = {
  id: value((run) => run.id),
  name: value((run) => run.name),
  run_type: value((run) => run.runType),
  start_time: value((run) => run.start.text),
  end_time: value((run) => run.end?.text),
  status: value((run) => run.status),
  error: value((run) => run.error),
  extra: payload("extra"),
  events: (run) => run.payloads.events ?? "[]",
  inputs: (run) => run.payloads.inputs ?? "{}",
  inputs_preview: preview("inputs"),
  outputs: payload("outputs"),
  outputs_preview: preview("outputs"),
  serialized: payload("serialized"),
  parent_run_id: value((run) => run.parentIds.at(-1)),
  parent_run_ids: value((run) => run.parentIds),
  child_run_ids: value((run, { runs }) =>
    runs
      .trace(run.traceId)
      .filter((other) => other.parentIds.includes(run.id))
      .map(({ id }) => id),
  ),
  session_id: value((run) => run.projectId),
  trace_id: value((run) => run.traceId),
  dotted_order: value((run) => run.dottedOrder),
  reference_example_id: value((run) => run.referenceExampleId),
  reference_dataset_id: value((run, workspace) => workspace.datasets.datasetOfExample(run.referenceExampleId)),
  total_tokens: value((run) => run.tokens.total),
  prompt_tokens: value((run) => run.tokens.prompt),
  completion_tokens: value((run) => run.tokens.completion),
  first_token_time: value((run) => run.firstToken?.text),
  feedback_stats: value((run, workspace) => workspace.feedbackStatsOf(run)),
  tags: value((run) => run.tags),
  thread_id: value((run) => run.threadId),
  app_path: value(appPath),
  execution_order: () => "1",
  s3_urls: value((run, { attachments }) => attachments.ofRun(run.id)),
  ...Object.fromEntries(
    `manifest_id manifest_s3_id manifest inputs_s3_urls outputs_s3_urls inputs_or_signed_url outputs_or_signed_url
     error_or_signed_url events_or_signed_url extra_or_signed_url serialized_or_signed_url prompt_token_details
     completion_token_details total_cost prompt_cost prompt_cost_details completion_cost completion_cost_details price_model_id
     last_queued_at in_dataset share_token trace_tier trace_first_received_at ttl_seconds trace_upgrade trace_min_max_start_time
     messages inserted_at`
      .split(/\s+/)
      .map((name) => [name, () => "null"]),
  ),
};

/** What v1 gives without `select`: everything but the fields that cost it a look into its object store. */
export const v1Default = Object.keys(v1Fields).filter(
  (name) => !/_or_signed_url$|^child_run_ids$|^messages$|^inserted_at$/.test(name),
);

/** Left out, and not null, where there is nothing: so v2. */
const some =
  (read: (run: RunRecord, workspace: Workspace) => unknown): WriteField =>
  (run, workspace) => {
    const found = read(run, workspace);
    return found === undefined || found === null ? undefined : JSON.stringify(found);
  };
const object =
  (name: PayloadName): WriteField =>
  (run) =>
    run.payloads[name];

/** The fields of a v2 run, by the name that `selects` has for them. */
export const v2Fields: Readonly<Record<string, WriteField>> = {
  ID: value((run) => run.id),
  NAME: value((run) => run.name),
  RUN_TYPE: value((run) => run.runType.toUpperCase()),
  STATUS: value((run) => run.status.toUpperCase()),
  START_TIME: value((run) => `${run.start.text}Z`),
  END_TIME: value((run) => run.end && `${run.end.text}Z`),
  LATENCY_SECONDS: some(latencyOf),
  FIRST_TOKEN_TIME: some((run) => run.firstToken && `${run.firstToken.text}Z`),
  ERROR: some((run) => run.error),
  ERROR_PREVIEW: some((run) => run.error?.slice(0, 250)),
  EXTRA: object("extra"),
  METADATA: value((run) => run.metadata),
  EVENTS: (run) => run.payloads.events ?? "[]",
  INPUTS: object("inputs"),
  INPUTS_PREVIEW: some((run) => run.payloads.inputs?.slice(0, 250)),
  OUTPUTS: object("outputs"),
  OUTPUTS_PREVIEW: some((run) => run.payloads.outputs?.slice(0, 250)),
  MANIFEST: object("serialized"),
  PARENT_RUN_IDS: value((run) => run.parentIds),
  PROJECT_ID: value((run) => run.projectId),
  TRACE_ID: value((run) => run.traceId),
  THREAD_ID: some((run) => run.threadId),
  DOTTED_ORDER: value((run) => run.dottedOrder),
  IS_ROOT: value(isRoot),
  REFERENCE_EXAMPLE_ID: some((run) => run.referenceExampleId),
  REFERENCE_DATASET_ID: some((run, workspace) => workspace.datasets.datasetOfExample(run.referenceExampleId)),
  TOTAL_TOKENS: value((run) => run.tokens.total),
  PROMPT_TOKENS: value((run) => run.tokens.prompt),
  COMPLETION_TOKENS: value((run) => run.tokens.completion),
  TAGS: value((run) => run.tags),
  APP_PATH: value(appPath),
  FEEDBACK_STATS: value((run, workspace) => workspace.feedbackStatsOf(run) ?? {}),
  ATTACHMENTS: some((run, { attachments }) => {
    const held = attachments.ofRun(run.id);
    return (
      held &&
      Object.fromEntries(
        Object.entries(held).map(([name, { presigned_url: url }]) => [name.slice("attachment.".length), url]),
      )
    );
  }),
  IS_IN_DATASET: value((run) => run.referenceExampleId !== undefined),
  ...Object.fromEntries(
    `TOTAL_COST PROMPT_COST COMPLETION_COST PROMPT_TOKEN_DETAILS COMPLETION_TOKEN_DETAILS PROMPT_COST_DETAILS
     COMPLETION_COST_DETAILS PRICE_MODEL_ID THREAD_EVALUATION_TIME LAST_QUEUED_AT SHARE_URL LS_USER_ID`
      .split(/\s+/)
      .map((name) => [name, () => undefined]),
  ),
};

/** Writes a run with the given fields. Joins the JSON of its payloads instead of parsing and writing it again. */
export function writeRun(
  run: RunRecord,
  workspace: Workspace,
  names: readonly string[],
  fields: Readonly<Record<string, WriteField>>,
): string {
  const parts: string[] = [];
  for (const name of names) {
    const text = fields[name]?.(run, workspace);
    if (text !== undefined) parts.push(`"${name.toLowerCase()}":${text}`);
  }
  return `{${parts.join(",")}}`;
}
