// Written by scripts/write-subpaths.ts from src/index.ts.

export { diffDatasets, type DiffInput, type DiffOptions, type SplitRows } from "./diff/diff-datasets.js";
export type { DatasetDiff, DiffPlace, DiffReason, DiffSide, RowChange, SettingChange } from "./diff/dataset-diff.js";
export { renderDiffHtml } from "./diff/render-diff.js";
export {
  writeLangSmithDataset,
  type WriteLangSmithDatasetOptions,
  type WrittenLangSmithDataset,
} from "./langsmith/write-langsmith-dataset.js";
export { type DatasetJob, recordFineTune } from "./jobs.js";
export { type ErasedFrom, type Erasure, eraseFromDatasets } from "./erase-from-datasets.js";
export type { ErasureRequest } from "./erased.js";
export { updateDataset } from "./update/update-dataset.js";
export type { DatasetUpdate } from "./update/dataset-update.js";
export type { TakeOutOptions, UpdateDatasetOptions } from "./update/update-options.js";
export { pushToHub, type PushedDataset, type PushToHubOptions } from "./hub/push-to-hub.js";
export { readDataset, type ReadDatasetOptions, type StoredDataset } from "./read-dataset.js";
