import { randomUUID } from "node:crypto";
import { InvalidOptionError } from "../../errors.js";
import type { JsonObject, Run } from "../../types.js";
import type { SandboxRequest } from "../request-log.js";
import type { DatasetRecord, ExampleFields, ExampleRecord } from "./dataset-store.js";
import type { FeedbackRecord } from "./feedback-store.js";
import { HttpError } from "./http-error.js";
import { toRunFields } from "./ingest.js";
import type { ProjectRecord } from "./project-store.js";
import { v1Default, v1Fields, writeRun } from "./run-json.js";
import type { Workspace } from "./workspace.js";
import { text } from "../../internal/kinds.js";
import { checkOptions } from "../../internal/options.js";

/** A project of the LangSmith stand-in. */
export interface SandboxProject {
  id: string;
  name: string;
  /** ISO 8601, UTC. */
  startTime: string;
  /** How many runs it holds. */
  runCount: number;
}

/** A feedback to add. */
export interface SandboxFeedback {
  runId: string;
  key: string;
  score?: number | boolean;
  value?: string | number | boolean;
  comment?: string;
  correction?: JsonObject;
  /** @default "api" */
  sourceType?: "api" | "app" | "model" | "auto_eval";
}

/** A dataset to create. */
export interface SandboxDataset {
  name: string;
  description?: string;
  /** @default "kv" */
  dataType?: "kv" | "chat" | "llm";
  examples?: readonly {
    id?: string;
    inputs: Record<string, unknown>;
    outputs?: Record<string, unknown>;
    metadata?: Record<string, unknown>;
    /** @default "base" */
    split?: string | string[];
    sourceRunId?: string;
  }[];
}

/** The running LangSmith stand-in, and a look behind its API. */
export interface LangSmithSandbox {
  /** The address for `LANGSMITH_ENDPOINT` or `new Client({ apiUrl })`. */
  readonly url: string;
  readonly apiKey: string;
  projects(): SandboxProject[];
  /** Runs in the form of the v1 API, oldest first: all of them, or those of one project (by name or id). */
  runs(project?: string): Run[];
  feedback(): FeedbackRecord[];
  /** The requests so far, the last ten thousand. */
  requests(): SandboxRequest[];
  /** Adds a project and returns its id; the id of the one that is there already. */
  createProject(name: string): string;
  /**
   * Adds runs in the form of the v1 API, as they would have come from tracers, and returns their ids.
   * A run needs neither an id nor a start. It goes to `projectName`, else to the project that it names
   * (`session_id` or `session_name`), else to `default`.
   */
  addRuns(runs: Iterable<Partial<Run> & Record<string, unknown>>, options?: { projectName?: string }): string[];
  /** Adds feedback and returns its id. */
  addFeedback(feedback: SandboxFeedback): string;
  /** Adds a dataset with its examples and returns their ids. */
  createDataset(dataset: SandboxDataset): { id: string; exampleIds: string[] };
  datasets(): DatasetRecord[];
  /** The examples of a dataset, newest first. */
  examples(datasetId: string): ExampleRecord[];
  /** Adds an annotation queue with runs and returns its id. */
  createAnnotationQueue(name: string, runIds?: readonly string[]): string;
}

/** The inspection of a workspace, at its address. */
export function inspect(
  workspace: Workspace,
  url: string,
  apiKey: string,
  requests: () => SandboxRequest[],
): LangSmithSandbox {
  const { projects, runs, feedback, datasets, queues, clock } = workspace;
  const toProject = ({ id, name, start_time: startTime }: ProjectRecord): SandboxProject => ({
    id,
    name,
    startTime,
    runCount: runs.count(id),
  });
  return {
    url,
    apiKey,
    requests,
    projects: () => projects.all().map(toProject),
    runs(project) {
      const chosen = projects
        .all()
        .filter(({ id, name }) => project === undefined || id === project || name === project);
      const ids = chosen.map(({ id }) => id);
      const found = runs.inOrder(ids, "asc", { least: -Infinity, most: Infinity });
      return Array.from(found, (run) => JSON.parse(writeRun(run, workspace, v1Default, v1Fields)) as Run);
    },
    feedback: () => feedback.all(),
    createProject: (name) => (projects.byName(name) ?? projects.create({ name }, clock.now())).id,
    addRuns(list, options = {}) {
      checkOptions<{ projectName?: string }>("addRuns", options, { projectName: text });
      const { projectName } = options;
      const place = projectName === undefined ? {} : { session_id: undefined, session_name: projectName };
      return Array.from(list, (run) =>
        checked(
          "runs",
          run,
          () => workspace.createRun(toRunFields({ ...run, ...place, id: run.id ?? randomUUID() })).id,
        ),
      );
    },
    addFeedback: ({ runId, sourceType = "api", ...rest }) =>
      checked(
        "feedback",
        rest,
        () => workspace.putFeedback({ ...rest, run_id: runId, feedback_source: { type: sourceType } }).id,
      ),
    createDataset({ name, description, dataType, examples = [] }) {
      return checked("dataset", name, () => {
        const { id } = datasets.create({ name, description, data_type: dataType }, clock.now());
        const list = examples.map(({ sourceRunId, ...example }): ExampleFields => ({
          ...example,
          source_run_id: sourceRunId,
        }));
        return { id, exampleIds: list.length === 0 ? [] : datasets.addExamples(id, list, clock.now()).ids };
      });
    },
    datasets: () => datasets.all(),
    examples: (datasetId) => checked("datasetId", datasetId, () => datasets.examples(datasetId)),
    createAnnotationQueue(name, runIds = []) {
      return checked("name", name, () => {
        const { id } = queues.create({ name }, clock.now());
        queues.add(id, runIds, clock.now());
        return id;
      });
    },
  };
}

/** What the API would refuse is here a wrong argument. */
function checked<T>(option: string, value: unknown, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    throw new InvalidOptionError({
      option,
      value,
      message: `The sandbox does not take this ${option}: ${error.message}`,
      cause: error,
    });
  }
}
