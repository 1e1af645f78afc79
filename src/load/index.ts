// Written by scripts/write-subpaths.ts from src/index.ts.

export { convertDatasetExample } from "./convert-dataset-example.js";
export { loadTrajectories } from "./trajectories/load-trajectories.js";
export type { LoadTrajectoriesOptions, TrajectoryQuery } from "./trajectories/load-trajectories.js";
export {
  LangSmithDatasetChatLoader,
  type DatasetChoice,
  type LangSmithDatasetChatLoaderOptions,
} from "./langsmith-dataset-chat-loader.js";
export { convertRunToChatSession, type ChatSessionResult } from "./convert-run-to-chat-session.js";
export type { AnswerOptions } from "./checks/finish-reason.js";
export { LangSmithRunChatLoader, type LangSmithRunChatLoaderOptions } from "./langsmith-run-chat-loader.js";
export { loadChatSessions, type LoadOptions, type RunInput } from "./load-chat-sessions.js";
export type { IncompleteRun, SuppliedParts, SupplyParts } from "./incomplete-runs.js";
export type { MissingPart } from "./marks/incomplete.js";
export type { FetchRuns } from "./resolve-run-ids.js";
export type { LoadSkipCode } from "../messages/unreadable.js";
