import { readdir } from "node:fs/promises";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { describe, expect, it } from "vitest";
import * as library from "langsmith-finetune";
import { InvalidOptionError } from "langsmith-finetune";
import { alibaba } from "langsmith-finetune/backends/alibaba";
import { azure } from "langsmith-finetune/backends/azure";
import { bedrock } from "langsmith-finetune/backends/bedrock";
import { crusoe } from "langsmith-finetune/backends/crusoe";
import { fireworks } from "langsmith-finetune/backends/fireworks";
import { nebius } from "langsmith-finetune/backends/nebius";
import { openAI } from "langsmith-finetune/backends/openai";
import { sageMaker } from "langsmith-finetune/backends/sagemaker";
import { portable } from "langsmith-finetune/backends/portable";
import { together } from "langsmith-finetune/backends/together";
import { hfJobs, local, mergeAdapter, ray, serve, trl } from "langsmith-finetune/backends/trl";
import { vertex } from "langsmith-finetune/backends/vertex";
import { threads } from "langsmith-finetune/engines/threads";
import { startSandbox } from "langsmith-finetune/sandbox";

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
const chat = new FakeListChatModel({ responses: ["yes"] });
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
  sweep: {
    options: (options) => library.sweep({ examples: [], validation: [], jobs: {}, ...options }),
  },
  estimateSweep: {
    options: (options) => library.estimateSweep({ examples: [], validation: [], jobs: {}, ...options }),
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
  markClusters: {
    options: (options) => on("markClusters", [])({ embeddings: { embedDocuments: () => [] }, clusters: 2, ...options }),
  },
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
  pushToHub: {
    options: (options) =>
      any.pushToHub?.({ train: rows(), validation: rows(), test: rows() }, { repo: "a/b", token: "t", ...options }),
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
  compareModels: {
    options: (options) => any.compareModels?.({ examples: [], models: { base: chat, tuned: chat }, ...options }),
  },
  pairwiseJudge: { options: (options) => any.pairwiseJudge?.({ judge: chat, ...options }) },
  renderComparisonHtml: { options: on("renderComparisonHtml", { models: {}, cases: [], verdict: [], pairs: [] }) },
  writeComparison: { options: on("writeComparison", "folder", { models: {}, cases: [] }), takes: ["a string"] },
  argumentsEqual: { options: on("argumentsEqual"), takes: ["undefined"] },
  argumentsValid: { takes: ALL },
  exactText: { takes: ALL },
  jsonFields: { options: on("jsonFields"), takes: ["undefined"] },
  lengthWithin: { options: on("lengthWithin"), takes: ["undefined"] },
  normalisedText: { takes: ALL },
  refusalAsExpected: { takes: ALL },
  toolCalled: { takes: ALL },
  compareArms: { options: on("compareArms", project) },
  renderArmsHtml: { options: on("renderArmsHtml", { arms: {}, headline: "", looks: [] }) },
  buildDataset: { options: (options) => any.buildDataset?.({ from: "runs.jsonl", to: "folder", ...options }) },
  renderChat: {
    options: (options) => any.renderChat?.({ messages: [] }, { template: "{{ messages }}\n", ...options }),
  },
  routedChatModel: {
    options: (options) => any.routedChatModel?.({ base: chat, tuned: chat, share: 0, ...options }),
  },
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

async function refusesWrongOptions(name: string, call: Call): Promise<void> {
  const unknown = await failureOf(() => call({ unknownOption: 1 }));
  expect(unknown).toSatisfy(InvalidOptionError.isInstance);
  expect(unknown).toMatchObject({ option: "unknownOption", hint: expect.stringContaining("The options are: ") });
  const names = (unknown as InvalidOptionError).hint?.match(/The options are: (.*)\.$/)?.[1]?.split(", ") ?? [];
  expect(names).not.toEqual([]);
  for (const option of names.filter((one) => !ANYTHING.has(`${name}.${one}`))) {
    for (const wrong of [Symbol("wrong"), null]) {
      const error = await failureOf(() => call({ [option]: wrong }));
      expect(error, `${name}({ ${option}: ${String(wrong)} }) gave ${String(error)}`).toMatchObject({ option });
      expect(error).toSatisfy(InvalidOptionError.isInstance);
    }
  }
}

/** Options whose type takes every value. */
const ANYTHING = new Set(["writeDataset.query"]);

const functions = Object.entries(library).filter(
  ([name, value]) => typeof value === "function" && !/Error$/.test(name),
);

/** The entrances of the subpaths, called with good options and these. */
const trlModel = { ...tuned, backend: "trl", details: { adapter: true } };
const subpaths: Record<string, (options: object) => unknown> = {
  azure: (options) => azure({ model: "m", resource: "r", ...options }),
  bedrock: (options) => bedrock({ model: "m", roleArn: "r", bucket: "b", region: "us-east-1", ...options }),
  crusoe: (options) => crusoe({ model: "m", ...options }),
  fireworks: (options) => fireworks({ model: "m", accountId: "a", ...options }),
  nebius: (options) => nebius({ model: "m", ...options }),
  openai: (options) => openAI({ model: "m", ...options }),
  portable: (options) => portable({ model: "m", directory: "d", trainer: "trl", ...options }),
  alibaba: (options) => alibaba({ model: "m", ...options }),
  sagemaker: (options) =>
    sageMaker({ model: "m", region: "r", bucket: "b", roleArn: "a", modelPackageGroupArn: "g", ...options }),
  together: (options) => together({ model: "m", ...options }),
  trl: (options) => trl({ model: "m", ...options }),
  vertex: (options) => vertex({ model: "m", project: "p", location: "l", bucket: "b", ...options }),
  "trl: serve": (options) => serve(trlModel as never, { command: ["false"], ...options }),
  "trl: mergeAdapter": (options) => mergeAdapter(trlModel as never, { python: "false", ...options }),
  "trl: local": (options) => local(options),
  "trl: ray": (options) => ray({ address: "http://localhost:1", storage: "/s", ...options }),
  "trl: hfJobs": (options) => hfJobs({ namespace: "n", flavor: "f", ...options }),
  sandbox: (options) => startSandbox(options),
  threads: (options) => threads(options),
};

it("knows every backend", async () => {
  const files = await readdir(new URL("../src/train/backends/", import.meta.url));
  const names = files.filter((file) => file.endsWith(".ts")).map((file) => file.replace(/\.ts$/, ""));
  expect(names.filter((name) => !(name in subpaths))).toEqual([]);
});

describe.each(Object.entries(subpaths))("%s of a subpath", (name, call) => {
  it("refuses unknown options and wrong types", async () => {
    await refusesWrongOptions(name, call);
  });
});

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

  it.runIf(options)("refuses unknown options and wrong types, and names the known ones", async () => {
    if (options) await refusesWrongOptions(name, options);
  });
});
