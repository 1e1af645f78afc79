// Written by scripts/write-subpaths.ts from src/index.ts.

export type { AskOptions, AskProgress, EstimateOption } from "./asking/ask-options.js";
export type { AskEstimate, CallEstimate } from "./asking/estimate.js";
export type { AskUsage } from "./asking/usage.js";
export type { DecideBy, JudgeDecision } from "./decide.js";
export { judgeExamples } from "./judge-examples.js";
export type { JudgeOptions, JudgeSharedOptions } from "./judge-options.js";
export type {
  Judge,
  JudgedAnswer,
  JudgedConversation,
  JudgeFunction,
  JudgeReturn,
  Judges,
  JudgeSettings,
} from "./judges/judge.js";
export type { ChooseBy, ChooseContext } from "./relabel/choose.js";
export { markDisagreement, type DisagreementOptions } from "./mark-disagreement.js";
export { sendToAnnotationQueue, type AnnotationQueueTarget, type SentToQueue } from "./send-to-annotation-queue.js";
export { relabelExamples } from "./relabel/relabel-examples.js";
export type { RelabelOptions, RelabelReport } from "./relabel/relabel-options.js";
export type { Agreement } from "./trust/agreement.js";
export type { Calibration, CalibrationExample } from "./trust/calibrate.js";
export type { PeopleFeedback } from "./trust/feedback.js";
export type { Disagreement, JudgeReport, JudgeSummary } from "./trust/judge-report.js";
export type { ModelPrice } from "./asking/usage.js";
