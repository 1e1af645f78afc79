import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { validateExamples, validateJsonl, type Finding } from "langsmith-finetune";

// The shared corpus stands beside the checkout where there is one; it is judged by its own README.
const corpus = fileURLToPath(new URL("../../../shared/rows/", import.meta.url));
const there = existsSync(join(corpus, "index.json"));
const directory = mkdtempSync(join(tmpdir(), "corpus-"));
const score = { passed: 0, failed: 0 };
afterEach(({ task }) => {
  if (task.result?.state === "pass") score.passed += 1;
  else score.failed += 1;
});
afterAll(() => {
  if (there)
    console.info(
      `the shared corpus: ${score.passed} of ${score.passed + score.failed} cases and files as they should be`,
    );
  rmSync(directory, { recursive: true, force: true });
});

interface Expected {
  path: string | null;
  line?: number | null;
  or?: string[];
}
interface Case {
  name: string;
  level: "row" | "file";
  severity: string;
  also_ok?: string[];
  expect: Expected;
  knock_on?: string[];
  also_lines?: number[] | "any";
  options?: { maxTokens?: number; encoding?: "cl100k_base" };
  row?: unknown;
  raw?: string;
  place?: string;
  file_text?: string;
  file_base64?: string;
}

const read = (name: string): unknown => JSON.parse(readFileSync(join(corpus, name), "utf8"));
const list = (folder: string, end: string) =>
  there ? readdirSync(join(corpus, folder)).filter((name) => name.endsWith(end)) : [];

async function collect(findings: AsyncIterable<Finding>): Promise<Finding[]> {
  const all: Finding[] = [];
  for await (const found of findings) all.push(found);
  return all;
}

function beginsWith(path: string, wanted: string): boolean {
  return wanted === "$" ? path === "$" || path === "" : path.startsWith(wanted);
}

function meets(found: Finding, item: { severity: string; also_ok?: string[]; expect: Expected }): boolean {
  const severities = [item.severity, ...(item.also_ok ?? [])];
  const paths = [item.expect.path, ...(item.expect.or ?? [])];
  return severities.includes(found.severity) && paths.some((path) => path === null || beginsWith(found.path, path));
}

function isKnockOn(found: Finding, knockOn: string[] = []): boolean {
  return knockOn.some((path) => (path.endsWith("*") ? found.path.startsWith(path.slice(0, -1)) : found.path === path));
}

/** What the corpus says against the findings; nothing when they are as they should be. */
function judge(item: Case, findings: Finding[], line?: number): string[] {
  const here = (found: Finding) => line === undefined || found.line === line;
  const hits = findings.filter((found) => here(found) && meets(found, item));
  const show = (found: Finding) => `${found.line} ${found.path} ${found.code} (${found.severity})`;
  const also = (found: Finding) => item.also_lines === "any" || (item.also_lines?.includes(found.line) ?? false);
  const false_alarms = findings.filter(
    (found) => !hits.includes(found) && !isKnockOn(found, item.knock_on) && !also(found),
  );
  const missed = hits.length === 0 && !item.also_ok?.includes("none");
  return [
    ...(missed
      ? [`missed: ${JSON.stringify(item.expect)} ${item.severity}; got ${findings.map(show).join(", ") || "nothing"}`]
      : []),
    ...false_alarms.map((found) => `false alarm: ${show(found)}`),
  ];
}

describe.skipIf(!there)("the shared corpus of rows with known verdicts", () => {
  const cases = list("invalid", ".json").map((name) => read(`invalid/${name}`) as Case);
  const good =
    '{"messages":[{"role":"user","content":"Capital of Chile?"},{"role":"assistant","content":"Santiago."}]}';

  it.each(cases.filter((item) => item.level === "row").map((item) => [item.name, item] as const))(
    "finds %s",
    async (_name, item) => {
      if (item.raw === undefined) {
        expect(judge(item, await collect(validateExamples([item.row], { ...item.options })))).toEqual([]);
      }
      const path = join(directory, `${item.name}.jsonl`);
      writeFileSync(path, `${good}\n${item.raw ?? JSON.stringify(item.row)}\n`);
      const findings = await collect(validateJsonl(path, { ...item.options }));
      const mixed = (found: Finding) => found.code === "rows-mixed" || found.code === "rows-too-few";
      expect(
        judge(
          item,
          findings.filter((found) => !mixed(found)),
          2,
        ),
      ).toEqual([]);
    },
  );

  it.each(cases.filter((item) => item.level === "file").map((item) => [item.name, item] as const))(
    "finds %s",
    async (_name, item) => {
      const path = join(directory, `${item.name}.jsonl`);
      writeFileSync(
        path,
        item.file_base64 === undefined ? (item.file_text ?? "") : Buffer.from(item.file_base64, "base64"),
      );
      // At this level "$" names the row of the line, whatever in it is wrong.
      const anywhere = { ...item, expect: { ...item.expect, path: null } };
      expect(judge(anywhere, await collect(validateJsonl(path)), item.expect.line ?? undefined)).toEqual([]);
    },
  );

  interface ValidFile {
    file: string;
    rows: number;
    allowed_warnings?: { line: number }[];
    file_findings?: string[];
  }
  const valid = there ? (read("index.json") as { valid: ValidFile[] }).valid : [];
  it.each(valid.map((item) => [item.file, item] as const))("finds nothing in %s", async (file, item) => {
    const findings = await collect(validateJsonl(join(corpus, file)));
    const allowed = (found: Finding) =>
      (found.line === 0 && (item.file_findings?.length ?? 0) > 0) ||
      (found.severity === "warning" && item.allowed_warnings?.some(({ line }) => line === found.line));
    expect(findings.filter((found) => !allowed(found))).toEqual([]);
  });

  it.each(list("files", ".expected.json"))("finds what %s lists, and nothing else", async (name) => {
    const expected = read(`files/${name}`) as {
      file: string;
      findings: (Expected & { line: number; severity: string; also_ok?: string[] })[];
    };
    const findings = await collect(validateJsonl(join(corpus, "files", expected.file)));
    const meetsOne = (found: Finding) =>
      expected.findings.some((item) => item.line === found.line && meets(found, { ...item, expect: item }));
    expect(findings.filter((found) => !meetsOne(found))).toEqual([]);
    expect(
      expected.findings.filter(
        (item) => !findings.some((found) => item.line === found.line && meets(found, { ...item, expect: item })),
      ),
    ).toEqual([]);
  });
});
