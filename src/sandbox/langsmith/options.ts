/** What `GET /info` says about a LangSmith instance. */
export interface InstanceInfo {
  version: string;
  instance_flags: Record<string, unknown>;
  batch_ingest_config: Record<string, unknown>;
}

/** Options of the LangSmith stand-in. */
export interface LangSmithSandboxOptions {
  /**
   * The key that requests must carry in `x-api-key`; `null` for none.
   * @default "sandbox-langsmith-key"
   */
  apiKey?: string | null;
  /**
   * Which generations of the run API there are: `v1` is a self-hosted instance before 0.16,
   * `v2` one that has SmithDB only.
   * @default "both"
   */
  api?: "both" | "v1" | "v2";
  /** Parts of the answer of `GET /info`, over those that go with `api`. */
  info?: Partial<InstanceInfo>;
}

// v2 is in LangSmith from 0.16 on; the flags tell which store answers queries of runs.
const generations = {
  both: { version: "0.16.20", flags: { ch_query_enabled: true, sdb_query_enabled: true } },
  v1: { version: "0.15.8", flags: {} },
  v2: { version: "0.16.20", flags: { ch_query_enabled: false, sdb_query_enabled: true } },
} as const;

/** The info of an instance. zstd is not advertised, because the stand-in cannot read it. */
export function instanceInfo({ api = "both", info = {} }: LangSmithSandboxOptions): InstanceInfo {
  const { version, flags } = generations[api];
  return {
    version: info.version ?? version,
    instance_flags: {
      ...flags,
      dataset_examples_multipart_enabled: true,
      gzip_body_enabled: true,
      zstd_compression_enabled: false,
      ...info.instance_flags,
    },
    batch_ingest_config: {
      use_multipart_endpoint: true,
      scale_up_qsize_trigger: 1000,
      scale_up_nthreads_limit: 16,
      scale_down_nempty_trigger: 4,
      size_limit: 100,
      size_limit_bytes: 20_971_520,
      ...info.batch_ingest_config,
    },
  };
}
