import { describe, expect, it } from "vitest";
import * as library from "langsmith-finetune";
import { InvalidOptionError } from "langsmith-finetune";

// Every exported function is called as a program without types may call it by mistake. The answer must be an
// `InvalidOptionError` that names the option, at once, as a rejection or while iterating, and never a TypeError.

const backend = {
  name: "none",
  model: "m",
  capabilities: { methods: [], validation: "none", deployment: "none" },
  rules: library.openAIRules,
  file: { extension: ".jsonl", mediaType: "application/jsonl" },
  upload: () => undefined,
  start: () => undefined,
  poll: () => undefined,
  result: () => undefined,
};
const tuned = { backend: "none", job: "j", model: "m", baseModel: "m", method: "supervised" };
const teacher = { invoke: () => 1, _llmType: () => "none", _generate: () => 1, getName: () => "none" };
const reference = { backend: "none", id: "j", model: "m", method: "supervised", key: "k", createdAt: "2026-01-01" };
const project = { projectName: "p" };

type Call = (options: object) => unknown;
type Entrance = {
  /** Calls it with good arguments and these options. Left out: it takes no options. */
  options?: Call;
  /** First arguments that it takes, or gives back as data: a skip, a finding. */
  takes?: readonly string[];
};

const any = library as unknown as Record<string, (...values: unknown[]) => unknown>;
const on =
  (name: string, ...first: unknown[]): Call =>
  (options) =>
    any[name]?.(...first, options);
const construct =
  (name: string, ...first: unknown[]): Call =>
  (options) =>
    new (any[name] as unknown as new (...values: unknown[]) => unknown)(...first, options);

const ALL = ["undefined", "null", "a number", "a string", "a function"] as const;

const entrances: Record<string, Entrance> = {
  asRunnable: { options: on("asRunnable", () => 1), takes: ["a function"] },
  selectRuns: { options: on("selectRuns", project) },
  exportRuns: { options: on("exportRuns", "a.jsonl", project), takes: ["a string"] },
  fetchRunsByIds: { options: on("fetchRunsByIds", []) },
  readRuns: { options: on("readRuns", "runs.jsonl"), takes: ["a string"] },
  selectAnnotationQueueRuns: { options: on("selectAnnotationQueueRuns", { queueName: "q" }) },
  readFeedback: { options: on("readFeedback", []) },
  // What is not a run or example is data: a skip with a code.
  convertDatasetExample: { options: on("convertDatasetExample", {}), takes: ALL },
  convertRunToChatSession: { options: on("convertRunToChatSession", {}), takes: ALL },
  loadTrajectories: { options: on("loadTrajectories", project) },
  loadChatSessions: { options: on("loadChatSessions", []) },
  LangSmithDatasetChatLoader: {
    options: (options) => construct("LangSmithDatasetChatLoader")({ datasetName: "d", ...options }),
  },
  LangSmithRunChatLoader: { options: (options) => construct("LangSmithRunChatLoader")({ runs: [], ...options }) },
  convertMessagesForFinetuning: { options: on("convertMessagesForFinetuning", []) },
  convertSessionToExample: { options: on("convertSessionToExample", { messages: [] }) },
  convertMessageToOpenAI: {},
  convertExampleToMessages: {},
  readJsonl: { options: on("readJsonl", "a.jsonl"), takes: ["a string"] },
  writeJsonl: { options: on("writeJsonl", "a.jsonl", []), takes: ["a string"] },
  sourceOf: {},
  ratingsOf: {},
  reasoningOf: {},
  withSource: {},
  targetsOf: {},
  joinConversations: { options: on("joinConversations", []) },
  calculate: {},
  readChatTemplate: { takes: ["a string"] },
  loadChatTokenizer: { takes: ["a string"] },
  convertToOpenAIFunction: { options: on("convertToOpenAIFunction", library.Calculator) },
  convertToOpenAITool: { options: on("convertToOpenAITool", library.Calculator) },
  SchemaOutputParser: { options: construct("SchemaOutputParser", library.Calculator) },
  countTokens: { options: (options) => library.countTokens([], { model: "gpt-4o", ...options }) },
  createTokenCounter: { options: (options) => library.createTokenCounter({ model: "gpt-4o", ...options }) },
  limitTokens: {
    options: (options) => library.limitTokens([], { model: "gpt-4o", maxTokens: 10, ...options }),
  },
  defaultEpochs: { takes: ["a number"] },
  estimateFineTune: {
    options: (options) => library.estimateFineTune({ examples: [], backend: backend as never, ...options }),
  },
  estimateCost: { options: (options) => library.estimateCost({ model: "gpt-4o", tokens: 1, rows: 1, ...options }) },
  createValidator: { options: on("createValidator"), takes: ["undefined"] },
  validateExamples: { options: on("validateExamples", []) },
  validateJsonl: { options: on("validateJsonl", "a.jsonl"), takes: ["a string"] },
  curate: { options: on("curate", []), takes: ["a string"] },
  createReport: { options: on("createReport", []), takes: ["a string"] },
  deduplicate: { options: on("deduplicate", []) },
  labelsFromFeedback: { options: (options) => on("labelsFromFeedback", [])({ key: "k", good: 1, ...options }) },
  joinFeedback: { options: on("joinFeedback", []) },
  filterExamples: { options: on("filterExamples", []) },
  redact: { options: on("redact", []) },
  sampleExamples: { options: (options) => library.sampleExamples([], { size: 1, ...options }) },
  splitExamples: { options: on("splitExamples", []) },
  trainOn: { options: on("trainOn", [], "last") },
  writeDataset: {
    options: on("writeDataset", "folder", { train: rows(), validation: rows(), test: rows(), report: {} }),
    takes: ["a string"],
  },
  renderReportHtml: {},
  readDataset: { options: on("readDataset", "folder"), takes: ["a string"] },
  writeLangSmithDataset: {
    options: (options) =>
      any.writeLangSmithDataset?.(
        { train: rows(), validation: rows(), test: rows() },
        { name: "d", client: {}, ...options },
      ),
    takes: [],
  },
  updateDataset: { options: on("updateDataset", "folder", project), takes: ["a string"] },
  eraseFromDatasets: {
    options: (options) => any.eraseFromDatasets?.("folder", { threadId: "t" }, options),
    takes: ["a string"],
  },
  recordFineTune: { takes: ["a string"] },
  diffDatasets: { options: on("diffDatasets", [], []) },
  renderDiffHtml: {},
  correctExamples: { options: (options) => library.correctExamples([], { corrections: [], ...options }) },
  pairsFromCorrections: { options: (options) => library.pairsFromCorrections([], { corrections: [], ...options }) },
  pairsFromAlternatives: { options: (options) => library.pairsFromAlternatives([], { score: () => 1, ...options }) },
  pairsFromFeedback: { options: (options) => library.pairsFromFeedback([], { key: "k", ...options }) },
  judgeExamples: { options: (options) => any.judgeExamples?.([], { judges: [() => true], ...options }) },
  markDisagreement: {
    options: (options) => any.markDisagreement?.([], { models: { teacher, other: teacher }, ...options }),
  },
  sendToAnnotationQueue: { options: (options) => any.sendToAnnotationQueue?.([], { queueName: "q", ...options }) },
  relabelExamples: { options: (options) => any.relabelExamples?.([], { teacher, ...options }) },
  fineTune: { options: (options) => any.fineTune?.({ examples: [], backend, ...options }) },
  startFineTune: { options: (options) => any.startFineTune?.({ examples: [], backend, ...options }) },
  resumeFineTune: { options: (options) => any.resumeFineTune?.(reference, { backend, ...options }) },
  exportPastJobs: { options: on("exportPastJobs", backend, "folder") },
  terminalProgress: { options: on("terminalProgress"), takes: ["undefined"] },
  chatModel: { options: on("chatModel", tuned) },
  // What else there is in its options, the backend knows.
  deploy: { takes: [] },
  teardown: { options: (options) => any.teardown?.(tuned, { backend, ...options }) },
};

async function* rows(): AsyncGenerator<never, void, undefined> {}

/** Runs a call to its first result, and gives what it threw. */
async function failureOf(call: () => unknown): Promise<unknown> {
  try {
    const result = await call();
    if (typeof result === "object" && result !== null && Symbol.asyncIterator in result) {
      await (result as AsyncIterable<unknown>)[Symbol.asyncIterator]().next();
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

const wrongs: Record<(typeof ALL)[number], unknown> = {
  undefined: undefined,
  null: null,
  "a number": 3,
  "a string": "train.jsonl",
  "a function": () => 1,
};

/** Options whose type takes every value. */
const ANYTHING = new Set(["writeDataset.query"]);

const functions = Object.entries(library).filter(
  ([name, value]) => typeof value === "function" && !/Error$/.test(name) && !OTHERS().has(name),
);

/** Entrances that are not checked here yet: their rooms have tests of their own. */
function OTHERS(): ReadonlySet<string> {
  return new Set([
    "compareModels",
    "pairwiseJudge",
    "renderComparisonHtml",
    "writeComparison",
    ...["argumentsEqual", "argumentsValid", "exactText", "jsonFields", "lengthWithin", "normalisedText"],
    ...["refusalAsExpected", "toolCalled", "compareArms", "renderArmsHtml"],
    ...["buildDataset", "renderChat", "routedChatModel"],
  ]);
}

it("knows every exported function", () => {
  expect(functions.map(([name]) => name).filter((name) => !(name in entrances))).toEqual([]);
});

describe.each(functions)("%s", (name, value) => {
  const { options, takes = [] } = entrances[name] ?? {};
  const isClass = /^class\b/.test(Function.prototype.toString.call(value));
  const call = (first: unknown) => (isClass ? construct(name)(first as object) : any[name]?.(first));

  it.each(ALL.filter((kind) => !takes.includes(kind)))("refuses %s as its first argument", async (kind) => {
    const error = await failureOf(() => call(wrongs[kind]));
    expect(error, `${name}(${kind}) gave ${String(error)}`).toSatisfy(InvalidOptionError.isInstance);
  });

  it.runIf(options)("refuses an unknown option, and names the known ones", async () => {
    const error = await failureOf(() => options?.({ unknownOption: 1 }));
    expect(error).toSatisfy(InvalidOptionError.isInstance);
    expect(error).toMatchObject({ option: "unknownOption", hint: expect.stringContaining("The options are: ") });
  });

  it.runIf(options)("refuses a wrong type for each of its options", async () => {
    const { hint } = (await failureOf(() => options?.({ unknownOption: 1 }))) as InvalidOptionError;
    const names = hint?.match(/The options are: (.*)\.$/)?.[1]?.split(", ") ?? [];
    expect(names).not.toEqual([]);
    for (const option of names.filter((one) => !ANYTHING.has(`${name}.${one}`))) {
      for (const wrong of [Symbol("wrong"), null]) {
        const error = await failureOf(() => options?.({ [option]: wrong }));
        expect(error, `${name}({ ${option}: ${String(wrong)} }) gave ${String(error)}`).toMatchObject({ option });
        expect(error).toSatisfy(InvalidOptionError.isInstance);
      }
    }
  });
});
