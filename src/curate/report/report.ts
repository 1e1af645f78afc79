import type { ExampleSource, Finding, JsonObject } from "../../types.js";

/** What became of a dataset, as plain JSON. */
export interface CurationReport {
  readonly format: "langsmith-finetune/report@1";
  readonly package: { readonly name: string; readonly version: string };
  /** How the dataset is called on the page. */
  readonly title?: string;
  readonly rows: {
    /** Rows that came in, with lines that were no rows. */
    readonly in: number;
    /** Rows whose targets are in other rows now. */
    readonly joined: number;
    readonly kept: number;
    readonly train: number;
    readonly validation: number;
    readonly test: number;
  };
  /** Answers that are learned: an answer that a run gave, once, under exactly its prompt. A preference pair has none. */
  readonly targets: {
    readonly in: number;
    readonly kept: number;
    readonly train: number;
    readonly validation: number;
    readonly test: number;
  };
  /** What was left out, by step and reason: rows, and single targets of rows that stay. */
  readonly removed: readonly Removal[];
  readonly findings: {
    readonly errors: number;
    readonly warnings: number;
    readonly byCode: readonly FindingGroup[];
  };
  /** Messages of a row. */
  readonly messages: Distribution;
  /** Answers of the assistant in a row. */
  readonly turns: Distribution;
  /** Characters of a row's conversation. */
  readonly characters: Distribution;
  /** Where a model was given. */
  readonly tokens?: TokenReport;
  readonly cost?: CostReport;
  /** How many messages have a role. */
  readonly roles: Readonly<Record<string, number>>;
  readonly tools: readonly { readonly name: string; readonly rowsDefining: number; readonly calls: number }[];
  readonly models: readonly { readonly name: string; readonly targets: number }[];
  readonly tags: readonly { readonly name: string; readonly targets: number }[];
  readonly feedback: readonly FeedbackReport[];
  /** ISO 8601: when the first and the last of the runs began. */
  readonly period?: { readonly first: string; readonly last: string };
  readonly threads: number;
  readonly split?: SplitReport;
  readonly redaction: RedactionReport;
  /** By evaluation set, where there are some: rows that hold a question of it. */
  readonly contamination?: readonly ContaminationReport[];
  /** Rows from all over the dataset, where `samples` asked for some. */
  readonly samples?: readonly SampleRow[];
  /** The first rows as the model sees them, where a chat template was given: their text, with what is learned of it. */
  readonly rendered?: readonly RenderedRow[];
  /** What the reader should see first. */
  readonly notices: readonly { readonly level: "error" | "warning" | "info"; readonly message: string }[];
  /** What was asked for, as far as JSON can say it. */
  readonly options: JsonObject;
}

/** A row as it is, cut to 40 messages and 2,000 characters of each text. */
export interface SampleRow {
  readonly part: "train" | "validation" | "test";
  readonly runId?: string;
  readonly line?: number;
  readonly url?: string;
  /** Names of the tools that it defines: the first 20. */
  readonly tools: readonly string[];
  readonly moreTools?: number;
  /** The first messages and the last. */
  readonly messages: readonly SampleMessage[];
  readonly moreMessages?: number;
}

/** A message of a {@link SampleRow}. */
export interface SampleMessage {
  readonly role: string;
  readonly name?: string;
  readonly text: string;
  readonly reasoning?: string;
  readonly calls?: readonly { readonly name: string; readonly arguments: string }[];
  /** The model learns it. */
  readonly target: boolean;
  /** Of a pair or a label: whether people wanted this answer. */
  readonly verdict?: "preferred" | "rejected";
}

/** A row as its chat template renders it, cut to 4,000 characters. */
export interface RenderedRow {
  readonly runId?: string;
  readonly line?: number;
  readonly pieces: readonly { readonly text: string; readonly target: boolean }[];
  readonly cut: boolean;
  /** Targets whose place in the text is not known. */
  readonly unknown: number;
  /** Why the template does not render it. */
  readonly error?: string;
}

export interface Removal {
  /** `read`, `filter`, `length`, `validate`, `join`, `deduplicate`, `sample` */
  readonly step: string;
  readonly code: string;
  readonly count: number;
  /** The first of them. */
  readonly examples: readonly RowReference[];
}

/** A row that is spoken of. */
export interface RowReference {
  readonly line: number;
  readonly runId?: string;
  /** The run's page in LangSmith, where that is known. */
  readonly url?: string;
  readonly file?: string;
  readonly path?: string;
  readonly message?: string;
  readonly duplicateOf?: { readonly line: number; readonly runId?: string; readonly url?: string };
}

export interface FindingGroup {
  readonly code: string;
  readonly severity: Finding["severity"];
  readonly count: number;
  /** The page or specification that the rule comes from. */
  readonly rule?: string;
  readonly examples: readonly RowReference[];
}

/** How a number is spread over the rows. */
export interface Distribution {
  readonly total: number;
  readonly min: number;
  readonly mean: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
  /** From `from` up to `to` (exclusive); the last without `to` holds all above. */
  readonly histogram: readonly { readonly from: number; readonly to?: number; readonly count: number }[];
}

export interface TokenReport extends Distribution {
  readonly model: string;
  readonly encoding: string;
  /** Counted as the provider bills them; false for an estimate. */
  readonly exact: boolean;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** What the same targets would cost where one row can hold those of a whole conversation. Where the service has a row for each. */
  readonly joined?: number;
  /** The limit that rows were held to. */
  readonly limit?: number;
}

export interface CostReport {
  readonly model: string;
  readonly epochs: number;
  readonly trainedTokens: number;
  /** US dollars. */
  readonly cost?: number;
  readonly pricePerMillionTokens?: number;
  /** The day that the price is of. */
  readonly priceDate?: string;
}

export interface FeedbackReport {
  readonly key: string;
  /** Targets whose run has such feedback. */
  readonly targets: number;
  /** The mean of the targets' scores. */
  readonly average?: number;
  readonly values?: Readonly<Record<string, number>>;
}

export interface SplitReport {
  readonly by: string;
  readonly seed: string;
  /** Sets of rows that had to stay together. */
  readonly clusters: number;
  readonly largestCluster: number;
  /** The similarity from which on rows were kept together; 0 if none were for that. */
  readonly nearDuplicates: number;
  /** The shares or numbers of rows that were asked for, and the shares of the rows that the parts got. */
  readonly asked: { readonly validation: number; readonly test: number };
  readonly got: { readonly validation: number; readonly test: number };
}

/** Rows that hold a question of one evaluation set. */
export interface ContaminationReport {
  readonly set: string;
  readonly exact: number;
  readonly near: number;
  /** The first of them. */
  readonly examples: readonly RowReference[];
}

export interface RedactionReport {
  /** False: the rows are as they were, and this only says what stands in them. */
  readonly applied: boolean;
  /** Rows that were looked at. */
  readonly scanned: number;
  readonly rowsWithFindings: number;
  readonly found: readonly {
    readonly detector: string;
    readonly count: number;
    readonly rows: number;
    readonly examples: readonly RowReference[];
  }[];
}

/** Makes the address of a run's page. Nothing is known of organisations here, so the caller must know. */
export type RunUrl = (source: ExampleSource) => string | undefined;

/** How many rows are named for each reason. */
export const NAMED_ROWS = 20;
