import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "langsmith-finetune/sandbox";

const directory = fileURLToPath(new URL("../../../shared/runs/cases/", import.meta.url));
type CapturedRun = Record<string, unknown> & { id: string };
const read = (file: string) => (JSON.parse(readFileSync(`${directory}${file}`, "utf8")) as { run: CapturedRun }).run;

describe.skipIf(!existsSync(directory))("runs captured from real tracers", () => {
  const files = existsSync(directory) ? readdirSync(directory).filter((file) => file.endsWith(".json")) : [];
  const v2Files = files.filter((file) => file.startsWith("v2-"));
  const captured = files.filter((file) => !file.startsWith("v2-")).map(read);
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
    sandbox.langsmith.addRuns(captured);
  });
  afterAll(() => sandbox.close());
  const get = async (path: string) =>
    (await (
      await fetch(`${sandbox.langsmith.url}${path}`, { headers: { "x-api-key": sandbox.langsmith.apiKey } })
    ).json()) as CapturedRun;

  it("come back from v1 as they were put in", async () => {
    expect(captured.length).toBeGreaterThan(50);
    const names =
      `id name run_type start_time end_time status inputs outputs error extra events tags serialized trace_id dotted_order
      parent_run_id parent_run_ids session_id reference_example_id`.split(/\s+/);
    for (const run of captured) {
      const found = await get(`/runs/${run.id}`);
      // A field that the capture lacks has no say.
      const known = names.filter((name) => run[name] !== undefined);
      expect(Object.fromEntries(known.map((name) => [name, found[name]]))).toEqual(
        Object.fromEntries(known.map((name) => [name, run[name]])),
      );
    }
  });

  it("come back from v2 in the form that its documentation gives them", async () => {
    let compared = 0;
    for (const file of v2Files) {
      const expected = read(file);
      // Only where the run that the copy was made of is in the corpus too.
      if (!captured.some(({ id }) => id === expected.id)) continue;
      const names =
        "id name run_type status start_time end_time inputs outputs metadata tags trace_id dotted_order parent_run_ids is_root project_id".split(
          " ",
        );
      const selects = names.map((name) => `selects=${name.toUpperCase()}`).join("&");
      const found = await get(`/api/v2/runs/${expected.id}?project_id=${expected.project_id as string}&${selects}`);
      expect(found).toEqual(
        Object.fromEntries(names.filter((name) => name in expected).map((name) => [name, expected[name]])),
      );
      compared += 1;
    }
    expect(compared).toBeGreaterThan(5);
  });
});
