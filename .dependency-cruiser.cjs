// Data flows left to right; a step may import only from steps to its left and from the ground floor.
const steps = ["select", "load", "convert", "curate", "judge", "engine", "datasets", "train", "use", "compare"];
const entrances = ["sandbox", "testing", "cli"];
const anyOf = (names) => `^src/(${names.join("|")})/`;
const leftward = steps.slice(0, -1).map((step, index) => ({
  name: `${step}-imports-rightward`,
  severity: "error",
  from: { path: `^src/${step}/` },
  to: { path: anyOf(steps.slice(index + 1)) },
}));

module.exports = {
  forbidden: [
    ...leftward,
    { name: "no-circular", severity: "error", from: {}, to: { circular: true, dependencyTypesNot: ["type-only"] } },
    {
      name: "shared-nouns-stand-alone",
      comment: "types.ts, errors.ts, source.ts, runnable.ts and internal/ know no step and no other room.",
      severity: "error",
      from: { path: "^src/(types|errors|source|runnable)\\.ts$|^src/internal/" },
      to: { path: anyOf([...steps, ...entrances, "messages", "http", "templates", "functions"]) },
    },
    {
      name: "the-ground-floor-knows-no-step",
      comment: "messages/, http/ and templates/ may use internal/ and each other's types, never a step.",
      severity: "error",
      from: { path: anyOf(["messages", "http", "templates", "functions"]) },
      to: { path: anyOf([...steps, ...entrances]) },
    },
    {
      name: "only-backends-know-a-provider",
      severity: "error",
      from: { pathNot: "^src/train/backends/" },
      to: { path: "^src/train/backends/" },
    },
    {
      name: "only-the-list-knows-a-tracer",
      comment:
        "A tracer is one folder; nothing outside load/tracers/ imports what is in it but the list and the interface.",
      severity: "error",
      from: { pathNot: "^src/load/tracers/" },
      to: {
        path: "^src/load/tracers/",
        pathNot: "^src/load/tracers/(index|tracer|traced-run)\\.ts$",
      },
    },
    {
      name: "entrances-are-not-part-of-the-product-path",
      comment: "Nothing imports the sandbox, the test helpers or the command line.",
      severity: "error",
      from: { pathNot: anyOf(entrances) },
      to: { path: anyOf(entrances) },
    },
    {
      name: "heavy-packages-are-loaded-on-use",
      comment: "Only `import()` or `import type` of these outside the sandbox.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/sandbox/" },
      to: {
        path: "node_modules/(openai|@langchain/openai|gpt-tokenizer|ajv|hyparquet|hyparquet-compressors|hyparquet-writer|usearch|@google|@google-cloud|@aws-sdk|@huggingface|hono|@hono|log-update)/",
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
