// Data flows left to right; a step may import only from steps to its left.
const steps = ["select", "load", "convert", "curate", "train", "use"];
const leftward = steps.slice(0, -1).map((step, index) => ({
  name: `${step}-imports-rightward`,
  severity: "error",
  from: { path: `^src/${step}/` },
  to: { path: `^src/(${steps.slice(index + 1).join("|")})/` },
}));

module.exports = {
  forbidden: [
    ...leftward,
    { name: "no-circular", severity: "error", from: {}, to: { circular: true, dependencyTypesNot: ["type-only"] } },
    {
      name: "shared-nouns-stand-alone",
      comment: "types.ts, errors.ts, source.ts, runnable.ts and internal/ know no step.",
      severity: "error",
      from: { path: "^src/(types|errors|source|runnable)\\.ts$|^src/internal/" },
      to: { path: `^src/(${steps.join("|")}|functions|sandbox)/` },
    },
    {
      name: "functions-stand-alone",
      severity: "error",
      from: { path: "^src/functions/" },
      to: { path: `^src/(${steps.join("|")}|sandbox)/` },
    },
    {
      name: "only-backends-know-a-provider",
      severity: "error",
      from: { pathNot: "^src/train/backends/" },
      to: { path: "^src/train/backends/" },
    },
    {
      name: "sandbox-is-not-part-of-the-product-path",
      severity: "error",
      from: { pathNot: "^src/sandbox/" },
      to: { path: "^src/sandbox/" },
    },
    {
      name: "heavy-packages-are-loaded-on-use",
      comment: "Only `import()` or `import type` of these outside the sandbox.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/sandbox/" },
      to: {
        path: "node_modules/(openai|@langchain/openai|gpt-tokenizer|ajv|hyparquet|hyparquet-compressors|@google|@google-cloud|@aws-sdk|@huggingface|hono|@hono|log-update)/",
        dependencyTypesNot: ["type-only", "dynamic-import"],
        dynamic: false,
      },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
