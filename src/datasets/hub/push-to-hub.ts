import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { writeJsonl } from "../../convert/write-jsonl.js";
import { SPLITS, type SplitName } from "../../curate/split/assign-splits.js";
import { writeParquet } from "../../curate/parquet/write-parquet.js";
import { EmptyDatasetError } from "../../errors.js";
import { givenApiKey } from "../../http/load-api-key.js";
import { serviceError, toClientError } from "../../http/service-error.js";
import { openNewFile } from "../../internal/files/new-file.js";
import { isRecord } from "../../internal/is-record.js";
import {
  abortSignal,
  boolean,
  callback,
  either,
  iterable,
  kind,
  required,
  string,
  text,
  word,
} from "../../internal/kinds.js";
import { loadPackage } from "../../internal/load-package.js";
import { checkArgument, checkOptions } from "../../internal/options.js";
import type { SplitRows } from "../diff/diff-datasets.js";
import { readDataset } from "../read-dataset.js";
import { datasetCard } from "./dataset-card.js";

/** Options of {@link pushToHub}. */
export interface PushToHubOptions {
  /** The dataset's name on the Hub: `team/support-bot`. It is made where there is none. */
  repo: string;
  /**
   * A token that may write there.
   * @default the environment's HF_TOKEN
   */
  token?: string;
  /**
   * `jsonl`: the rows as they are. `parquet`: a column for each key, with the JSON text of its values; needs the package
   * `hyparquet-writer`.
   * @default "jsonl"
   */
  format?: "jsonl" | "parquet";
  /**
   * Whether a dataset that is made is private. One that is there already stays as it is.
   * @default true
   */
  private?: boolean;
  /**
   * The licence for the card: `mit`, `cc-by-4.0`, …
   * @default none: the card says that it is not set
   */
  licence?: string;
  /**
   * @default the title of the manifest, or the name of the dataset
   */
  title?: string;
  /**
   * The message of the commit.
   * @default "Version", with the first digits of the manifest's `sha256`
   */
  message?: string;
  /** @default "https://huggingface.co" */
  hubUrl?: string;
  fetch?: typeof fetch;
  signal?: AbortSignal;
}

/** What was pushed. */
export interface PushedDataset {
  readonly repo: string;
  readonly url: string;
  /** The commit, where the Hub named it. */
  readonly commit?: string;
  readonly files: readonly { readonly split: SplitName; readonly path: string; readonly rows: number }[];
}

const HUB = "https://huggingface.co";
const datasetKind = either(
  text,
  kind<SplitRows>(
    "a dataset: a folder, or what curate() or readDataset() returns",
    (value) => isRecord(value) && SPLITS.every((split) => iterable.fits(value[split])),
  ),
);

/**
 * Pushes a dataset to the Hugging Face Hub: each split as JSON lines or Parquet, and a card with the counts, the query
 * and the options. All files come in one commit. Where rows came from (runs, threads, ratings) stays with you.
 *
 * @throws {InvalidOptionError} for an option that cannot be used.
 * @throws {EmptyDatasetError} if there are no rows.
 * @throws {DatasetConflictError} for files that are not what their manifest says.
 * @throws {MissingApiKeyError} without a token.
 * @throws {MissingPackageError} without `@huggingface/hub`.
 * @throws {ServiceError} when the Hub refuses or cannot be reached.
 *
 * @example
 * ```ts
 * import { pushToHub } from "langsmith-finetune";
 *
 * const { url } = await pushToHub("datasets/support", { repo: "team/support-bot", format: "parquet" });
 * console.log(url);
 * ```
 */
export async function pushToHub(dataset: string | SplitRows, options: PushToHubOptions): Promise<PushedDataset> {
  checkArgument("dataset", dataset, datasetKind);
  checkOptions<PushToHubOptions>("pushToHub", options, {
    repo: required(
      kind<string>("owner/name", (value) => typeof value === "string" && /^[\w.-]+\/[\w.-]+$/.test(value)),
    ),
    token: text,
    format: word("jsonl", "parquet"),
    private: boolean,
    licence: text,
    title: string,
    message: text,
    hubUrl: text,
    fetch: callback,
    signal: abortSignal,
  });
  const { repo: name, format = "jsonl", private: isPrivate = true, licence, hubUrl = HUB, signal } = options;
  const { createRepo, uploadFiles } = await loadPackage(
    "@huggingface/hub",
    "Pushing to the Hub",
    () => import("@huggingface/hub"),
  );
  const accessToken = givenApiKey("Hugging Face", options.token, "HF_TOKEN");
  const stored = typeof dataset === "string" ? await readDataset(dataset, { ...(signal && { signal }) }) : undefined;
  const rows = stored ?? (dataset as SplitRows);
  const folder = await mkdtemp(join(tmpdir(), "langsmith-finetune-hub-"));
  try {
    const files: PushedDataset["files"][number][] = [];
    const content: { path: string; content: URL | Blob }[] = [];
    for (const split of SPLITS) {
      const file = join(folder, `${split}.jsonl`);
      const written = await writeJsonl(file, rows[split], { ...(signal && { signal }) });
      if (written.rows === 0) continue;
      const path = `data/${split}.${format}`;
      const local = format === "jsonl" ? file : await parquetOf(join(folder, `${split}.parquet`), rows[split], signal);
      files.push({ split, path, rows: written.rows });
      content.push({ path, content: pathToFileURL(local) });
    }
    if (files.length === 0)
      throw new EmptyDatasetError({ message: "There is nothing to push: the dataset has no rows.", removed: {} });
    const { manifest } = stored ?? {};
    const title = options.title ?? manifest?.title ?? name;
    const card = datasetCard({ title, files, format, licence, manifest });
    content.push({ path: "README.md", content: new Blob([card]) });

    const repo = { type: "dataset" as const, name };
    const common = {
      accessToken,
      hubUrl,
      fetch: abortable(options.fetch ?? fetch, signal),
    };
    const secrets = [accessToken];
    await call("Making the dataset", secrets, signal, () => createRepo({ repo, private: isPrivate, ...common })).catch(
      (error: unknown) => {
        if ((error as { status?: number }).status !== 409) throw error;
      },
    );
    const commitTitle = options.message ?? (manifest ? `Version ${manifest.sha256.slice(0, 12)}` : "Training rows");
    const output = await call("Pushing the files", secrets, signal, () =>
      uploadFiles({ repo, files: content, commitTitle, ...(signal && { abortSignal: signal }), ...common }),
    );
    const commit = output?.commit.oid;
    return {
      repo: name,
      url: `${hubUrl.replace(/\/+$/, "")}/datasets/${name}`,
      ...(commit !== undefined && { commit }),
      files,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function parquetOf(path: string, rows: SplitRows[SplitName], signal: AbortSignal | undefined): Promise<string> {
  const file = await openNewFile(path);
  try {
    await writeParquet(file, rows, signal);
    await file.publish();
    return path;
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

const abortable =
  (send: typeof fetch, signal: AbortSignal | undefined): typeof fetch =>
  (input, init) =>
    send(input, { ...init, ...(signal && { signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal }) });

async function call<T>(
  purpose: string,
  secrets: readonly string[],
  signal: AbortSignal | undefined,
  request: () => Promise<T>,
): Promise<T> {
  try {
    return await request();
  } catch (cause) {
    signal?.throwIfAborted();
    const { statusCode, message, url } = cause as { statusCode?: number; message: string; url?: string };
    const context = {
      service: "Hugging Face",
      purpose,
      secrets,
      cause,
      ...(url !== undefined && { request: url }),
      hint: ({ status }: { status?: number }) =>
        status === 401 || status === 403 ? "Check that HF_TOKEN may write to the dataset." : undefined,
    };
    throw statusCode === undefined
      ? toClientError(cause, context)
      : serviceError({ status: statusCode, message }, context);
  }
}
