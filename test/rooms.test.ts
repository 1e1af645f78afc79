// A room is held to its list, and the documents and the lists of the tests to the room.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { datasetSteps } from "../src/curate/steps/dataset-steps.js";
import { rowSteps } from "../src/curate/steps/row-steps.js";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const entries = (path: string) => readdirSync(new URL(`../${path}`, import.meta.url), { withFileTypes: true });
const modules = (path: string) =>
  entries(path)
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map(({ name }) => name.replace(/\.ts$/, ""));

describe("the steps of curate", () => {
  const steps = [...rowSteps, ...datasetSteps];

  it("are the files of the room", () => {
    const lists = ["row-steps", "dataset-steps"];
    const listed = lists.map((list) => read(`src/curate/steps/${list}.ts`)).join("");
    const files = modules("src/curate/steps").filter((name) => !lists.includes(name));
    expect(files.filter((name) => !listed.includes(`from "./${name}.js"`))).toEqual([]);
    expect(files).toHaveLength(steps.length);
  });

  it("have each a name and options of their own", () => {
    const names = steps.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const options = steps.flatMap((step) => Object.keys(step.options));
    expect(new Set(options).size).toBe(options.length);
  });

  it("have their options in the docs", () => {
    const page = read("docs/curate.md");
    const missing = steps.flatMap((step) => Object.keys(step.options)).filter((name) => !mentions(page, name));
    expect(missing).toEqual([]);
  });
});

describe("the backends", () => {
  const backends = modules("src/train/backends");

  it("are linked where a reader chooses one", () => {
    expect(backends.length).toBeGreaterThan(5);
    for (const page of ["README.md", "llms.txt", "docs/README.md", "docs/train.md"])
      expect(
        backends.filter((name) => !read(page).includes(`backends/${name}.md)`)).map((name) => `${page}: ${name}`),
      ).toEqual([]);
  });

  it("pass the contract, and show no credentials in their errors", () => {
    const contracts = modules("test/train/backends").map((name) => read(`test/train/backends/${name}.ts`));
    const underContract = contracts.filter((text) => text.includes("testBackend("));
    const secrets = read("test/train/secrets-in-errors.test.ts");
    for (const name of backends) {
      const contract = (text: string) =>
        text.includes(`name: "${name}`) || text.includes(`"langsmith-finetune/backends/${name}"`);
      expect(underContract.some(contract), name).toBe(true);
      // It asks no service.
      if (name !== "portable") expect(secrets, name).toContain(`"langsmith-finetune/backends/${name}"`);
    }
  });
});

describe("the engines", () => {
  it("have their place in the docs", () => {
    const engines = entries("src/engine")
      .filter((entry) => entry.isDirectory() && modules(`src/engine/${entry.name}`).includes("index"))
      .map(({ name }) => name);
    expect(engines.length).toBeGreaterThan(1);
    expect(engines.filter((name) => !mentions(read("docs/scale.md"), name))).toEqual([]);
  });
});

describe("the commands", () => {
  it("are the files of the room, each with a line in the docs", () => {
    const files = modules("src/cli/commands").filter((name) => name !== "index");
    const index = read("src/cli/commands/index.ts");
    expect(files.filter((name) => !index.includes(`from "./${name}.js"`))).toEqual([]);
    expect(files.filter((name) => !mentions(read("docs/cli.md"), name))).toEqual([]);
  });
});

function mentions(page: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(page);
}
