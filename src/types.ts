import type { BaseMessage } from "@langchain/core/messages";

/** Any value that `JSON.parse` can return. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A JSON object. */
export type JsonObject = { [key: string]: JsonValue };

/** What every step takes: anything that can be iterated, at once or over time. */
export type AnyIterable<T> = Iterable<T> | AsyncIterable<T>;

/**
 * A LangSmith run, in the names of the v1 API and of `langsmith`'s own `Run` type.
 * Records of the v2 API (`run_type: "LLM"`, `project_id`, …) are renamed to this where they are read.
 * Every field but `id` may be missing: a run has what was asked for.
 */
export interface Run {
  id: string;
  name?: string | null;
  /** `llm`, `chain`, `tool`, …: lower case. */
  run_type?: string | null;
  /** `success`, `error` or `pending`: lower case. */
  status?: string | null;
  /** ISO 8601, UTC even where the zone is missing. */
  start_time?: string | number | null;
  end_time?: string | number | null;
  error?: string | null;
  inputs?: unknown;
  outputs?: unknown;
  extra?: unknown;
  tags?: string[] | null;
  trace_id?: string | null;
  parent_run_id?: string | null;
  /** The id of the project (LangSmith calls it session in v1). */
  session_id?: string | null;
  thread_id?: string | null;
  reference_example_id?: string | null;
  dotted_order?: string | null;
  feedback_stats?: unknown;
  /** Feedback of other runs, joined by `selectRuns`. */
  joinedFeedback?: JoinedFeedback[];
  total_tokens?: number | null;
  prompt_tokens?: number | null;
  completion_tokens?: number | null;
  /** Files were traced beside the inputs; which of them the model saw, and where, is not in the run. */
  hasAttachments?: boolean;
  /**
   * The record was written without `extra`, in which most tracers keep the parameters of the call and
   * with them the tools: LangSmith's command line tool exports runs so.
   */
  extraOmitted?: boolean;
}

/** Feedback on a run, summed up by key, as LangSmith does. */
export interface FeedbackSummary {
  /** How many feedbacks with this key the run has. */
  count: number;
  /** The mean of the numeric scores, where there are any. */
  average?: number;
  /** How often each categorical value was given. */
  values?: Record<string, number>;
  /** What was written beside it, as far as it was read. Never written beside a dataset. */
  comments?: string[];
  /** What the run should have given instead, as far as it was read. Never written beside a dataset. */
  corrections?: unknown[];
}

/** Feedback on another run that concerns an answer too: the root of its trace, a run of its trace, a root of its thread. */
export interface JoinedFeedback {
  on: "root" | "trace" | "thread";
  /** The run that has it. */
  runId: string;
  feedback: Record<string, FeedbackSummary>;
}

/** What one judge says of an answer, or of a conversation. */
export interface JudgeVote {
  judge: string;
  /** `undecided`: the judge could not say, and `code` says why. */
  vote: "keep" | "drop" | "undecided";
  /** From 0 to 1, where the judge gives one. */
  score?: number;
  /** The judge's own words. Never written beside a dataset: they may quote the row. */
  reason?: string;
  /**
   * Why there is no vote. `too-long`: more than the judge takes. `judge-failed`: it threw, or its service refused.
   * `broken-form`: its answer had not the form that was asked for, twice. `no-verdict`: an evaluator without a score.
   */
  code?: "too-long" | "judge-failed" | "broken-form" | "no-verdict";
}

/** An answer that a row teaches, and the run that gave it. */
export interface ExampleTarget {
  /** Its place in `messages` of the row, from 0. */
  message: number;
  runId?: string;
  runName?: string;
  traceId?: string;
  threadId?: string;
  /** The user, where `userKey` of `updateDataset` names the key of the metadata. */
  userId?: string;
  /** The dataset example, for answers that come from a dataset. */
  exampleId?: string;
  model?: string;
  provider?: string;
  /** ISO 8601, UTC. */
  startTime?: string;
  finishReason?: string;
  feedback?: Record<string, FeedbackSummary>;
  joinedFeedback?: JoinedFeedback[];
  tags?: string[];
  /** What judges say of this answer: see `judgeExamples`. */
  votes?: JudgeVote[];
  /** What was decided by these votes. */
  verdict?: "keep" | "drop" | "undecided";
  /** The model that was asked again and gave this answer; `runId` is the run whose prompt it answers. See `relabelExamples`. */
  teacher?: string;
}

/**
 * Where a training example came from. Read it with `sourceOf(example)`; it is never written into the row.
 * Of a row with several targets the fields that name one run are those of the last.
 */
export interface ExampleSource {
  /** One entry for each answer that the row teaches, in their order. See `targetsOf`. */
  targets?: ExampleTarget[];
  runId?: string;
  runName?: string;
  traceId?: string;
  /** The conversation: `thread_id`, `session_id` or `conversation_id` of the run's metadata. */
  threadId?: string;
  /** The user, where `userKey` of `updateDataset` names the key of the metadata. */
  userId?: string;
  projectId?: string;
  projectName?: string;
  /** The dataset example, for sessions that come from a dataset. */
  exampleId?: string;
  datasetId?: string;
  /** The dataset split or splits, where known. */
  splits?: string[];
  /** The model that answered, as the trace names it. */
  model?: string;
  provider?: string;
  /** ISO 8601, UTC. */
  startTime?: string;
  /** `stop`, `tool_calls`, `length`, …: as the provider said. */
  finishReason?: string;
  /** On the run itself. */
  feedback?: Record<string, FeedbackSummary>;
  /** On other runs of its trace and thread, where it was joined: see `joinFeedback`. */
  joinedFeedback?: JoinedFeedback[];
  tags?: string[];
  metadata?: Record<string, unknown>;
  /** Token counts of the original call. */
  tokens?: { prompt?: number; completion?: number; total?: number };
  /** The schema that structured output was asked for with, as JSON Schema where the trace has it. */
  responseFormat?: unknown;
  /** Which of the tools the model was made to call: `tool_choice` or `function_call` of the request. */
  toolChoice?: unknown;
  /** Every further answer of the same call (`n` > 1), or the answer that a teacher's replaced: for preference pairs. */
  alternatives?: TrainingMessage[];
  /** What judges say of the answer, or of the whole conversation: see `judgeExamples`. */
  votes?: JudgeVote[];
  /** What was decided by these votes. */
  verdict?: "keep" | "drop" | "undecided";
  /** The model that was asked again and gave the answer; `runId` is the run whose prompt it answers. See `relabelExamples`. */
  teacher?: string;
  /** How much judges, samples or models differ on this row, from 0 to 1: see `judgeExamples`, `relabelExamples`, `markDisagreement`. */
  disagreement?: number;
  /** The cluster of rows of like meaning that it is in, from 0: see `markClusters`. */
  cluster?: number;
  /** What the loader repaired in the run: `glued-tool-calls`, `repeated-fields`. */
  repairs?: string[];
  /** The file and the line (from 1) that an example was read from. */
  file?: string;
  line?: number;
}

/** One conversation as LangChain messages, the last of which is the model's answer. */
export interface ChatSession {
  messages: BaseMessage[];
  /** Tool definitions that the model was given, in OpenAI's form. */
  tools?: OpenAITool[];
  /** Function definitions of the legacy form. */
  functions?: OpenAIFunction[];
  /** `parallel_tool_calls` of the request, where it was set. */
  parallelToolCalls?: boolean;
  source?: ExampleSource;
}

/** An OpenAI function definition. */
export interface OpenAIFunction {
  name: string;
  description?: string;
  /** JSON Schema of an object. */
  parameters?: JsonObject;
  strict?: boolean | null;
}

/** An OpenAI tool definition. */
export interface OpenAITool {
  type: "function";
  function: OpenAIFunction;
}

/** A part of a message's content. */
export type ContentPart =
  { type: "text"; text: string } | { type: "image_url"; image_url: { url: string; detail?: "auto" | "low" | "high" } };

/** A call of a tool, made by the model. `arguments` is the model's own JSON text. */
export interface TrainingToolCall {
  id: string;
  type: "function";
  function: { name: string; arguments: string };
}

export interface SystemTrainingMessage {
  role: "system" | "developer";
  content: string | ContentPart[];
  name?: string;
}
export interface UserTrainingMessage {
  role: "user";
  content: string | ContentPart[];
  name?: string;
}
export interface AssistantTrainingMessage {
  role: "assistant";
  content?: string | ContentPart[] | null;
  name?: string;
  refusal?: string;
  tool_calls?: TrainingToolCall[];
  function_call?: { name: string; arguments: string };
  /** 0: the loss leaves this message out. 1, or no weight: it is a target. */
  weight?: 0 | 1;
}
export interface ToolTrainingMessage {
  role: "tool";
  content: string | ContentPart[];
  tool_call_id: string;
}
export interface FunctionTrainingMessage {
  role: "function";
  content: string | null;
  name: string;
}

/** A message of a training row, in OpenAI's chat format. */
export type TrainingMessage =
  | SystemTrainingMessage
  | UserTrainingMessage
  | AssistantTrainingMessage
  | ToolTrainingMessage
  | FunctionTrainingMessage;

/**
 * A supervised training example: exactly the row that is written, in OpenAI's chat format.
 * Where it came from travels with it under a symbol (see `sourceOf`), which JSON leaves out.
 */
export interface TrainingExample {
  messages: TrainingMessage[];
  tools?: OpenAITool[];
  functions?: OpenAIFunction[];
  parallel_tool_calls?: boolean;
}

/** A preference pair, in the form that OpenAI, Azure, Together and Fireworks take for DPO. */
export interface PreferenceExample {
  input: { messages: TrainingMessage[]; tools?: OpenAITool[]; parallel_tool_calls?: boolean };
  preferred_output: [AssistantTrainingMessage];
  non_preferred_output: [AssistantTrainingMessage];
}

/**
 * A row for reinforcement with a grader: the messages up to the answer, the last of them the
 * user's, and beside them whatever the grader reads (`reference_answer`, for instance).
 */
export interface ReinforcementExample {
  messages: TrainingMessage[];
  tools?: OpenAITool[];
  [reference: string]: unknown;
}

/**
 * An answer and whether it was a good one, as TRL's KTO trainer takes them ("Unpaired preference" of its dataset
 * formats). A prompt or completion that is a text stands for one message of the user, or of the assistant.
 */
export interface UnpairedExample {
  prompt: string | TrainingMessage[];
  completion: string | [AssistantTrainingMessage];
  label: boolean;
  tools?: OpenAITool[];
}

/** A row of any kind that is read, curated, split and written. */
export type DatasetRow = TrainingExample | PreferenceExample | UnpairedExample | ReinforcementExample;

/** Something that a step left out, and why. */
export interface Skip {
  /** Stable, for programs: `not-llm`, `run-error`, `no-answer`, … */
  code: string;
  /** For people. Never holds content of the trace beyond a short excerpt. */
  message: string;
  runId?: string;
  /** Where in the run or row the reason lies: `outputs.generations[0][0].message`. */
  path?: string;
  /** The row, counted from 1 in the order of the input, where a step works on rows. */
  line?: number;
  /** For duplicates: the row that stays. */
  duplicateOf?: { line: number; runId?: string };
  /** For rows that hold a question of an evaluation set. */
  evaluation?: EvaluationMatch;
}

/** The question of an evaluation set that a row holds. */
export interface EvaluationMatch {
  /** What the set is called. */
  set: string;
  /** The number of the question in its set, from 1. */
  line: number;
  match: "exact" | "near";
  /** The share of the question's three-word shingles that the row has. */
  similarity: number;
}

/** What happens to that which a step leaves out. */
export interface SkipOptions {
  /** Called for each. Without it, a counted summary is written to the process' warnings when the step ends. */
  onSkip?: (skip: Skip) => void;
  /**
   * Throw a `SkippedError` on the first instead.
   * @default false
   */
  strict?: boolean;
}

/** A fault in a row or a file, as data. */
export interface Finding {
  /** Counted from 1, blank lines too; for rows that are not from a file, the row's number. 0 for the file as a whole. */
  line: number;
  /** `$.messages[2].tool_calls[0].function.arguments`; `$` is the row itself. */
  path: string;
  /** Stable, for programs. */
  code: string;
  severity: "error" | "warning";
  /** For people: what is wrong and what would be right. */
  message: string;
  /** Where the row came from, if it carries that. */
  source?: ExampleSource;
  /** Where the rule comes from: a docs page, a spec, an issue. */
  rule?: string;
  /** For rows that hold a question of an evaluation set. */
  evaluation?: EvaluationMatch;
}
