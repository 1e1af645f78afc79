import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import fc from "fast-check";
import {
  createReport,
  curate,
  renderReportHtml,
  withSource,
  type CurationReport,
  type TrainingExample,
} from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { distributionOf } from "../../src/curate/report/distribution.js";
import { row, sentence } from "./rows.js";

const HOSTILE = [
  '<script>document.title="owned"</script>',
  '"><img src=x onerror="document.title=\'owned\'">',
  "</style><script>document.title='owned'</script>",
  "</title><svg onload=\"document.title='owned'\">",
  "javascript:document.title='owned'",
  "'\"`<!--<b onmouseover=alert(1)>-->&lt;script&gt;",
];

/** Rows with hostile text in every place that the report shows. */
function hostileRows(): TrainingExample[] {
  return HOSTILE.flatMap((text, index) => {
    const source = {
      runId: text,
      threadId: text,
      projectId: text,
      model: text,
      tags: [text],
      file: text,
      line: index + 1,
      feedback: { [text]: { count: 1, average: 1, values: { [text]: 1 } } },
    };
    const tools = [
      { type: "function" as const, function: { name: text, description: text, parameters: { type: "object" } } },
    ];
    const call = { id: text, type: "function" as const, function: { name: text, arguments: text } };
    const calling: TrainingExample = {
      messages: [
        { role: "user", content: text },
        { role: "assistant", tool_calls: [call] },
      ],
      tools,
    };
    return [
      withSource(calling, source),
      withSource({ ...calling }, source),
      withSource({ messages: [{ role: text as "user", content: text }] }, source),
      withSource(
        {
          messages: [...calling.messages, { role: "assistant", content: `jane@example.com ${sentence(index)}` }],
          [text]: text,
        } as TrainingExample,
        source,
      ),
    ];
  });
}

async function hostileReport(): Promise<CurationReport> {
  const rows = [...hostileRows(), ...Array.from({ length: 12 }, (_, index) => row(`q${index}`, `a${index}`))];
  const { report } = await curate(rows, {
    title: HOSTILE[2],
    samples: 50,
    validate: { remove: false },
    tokens: { model: "gpt-4o-mini" },
    split: { validation: 0.2, by: "trace" },
    runUrl: ({ runId }) => runId,
  });
  return report;
}

// Tags of a page, with their attributes. Text that was escaped has none.
const tagsOf = (page: string) =>
  [...page.matchAll(/<([a-z!/][^\s>]*)([^>]*)>/gi)].map(([, name = "", attributes = ""]) => ({
    name: name.toLowerCase(),
    attributes,
  }));

describe("renderReportHtml", () => {
  it("makes text of whatever rows hold", async () => {
    const report = await hostileReport();
    for (const text of HOSTILE) expect(JSON.stringify(report)).toContain(JSON.stringify(text).slice(1, -1));
    const page = renderReportHtml(report);
    const tags = tagsOf(page);
    const known =
      /^\/?(?:!doctype|html|head|meta|title|style|body|main|header|footer|section|div|p|span|strong|b|br|h1|h2|h3|ul|li|code|pre|details|summary|table|thead|tbody|tr|th|td|a|svg|rect|line|text)$/;
    expect(tags.filter(({ name }) => !known.test(name))).toEqual([]);
    expect(tags.filter(({ attributes }) => /\son|\sstyle=|javascript:/i.test(attributes))).toEqual([]);
    for (const { name, attributes } of tags) if (name === "a") expect(attributes).toMatch(/^ href="https?:\/\//);
    expect(page).not.toContain("<script");
    expect(page.split("</style>")).toHaveLength(2);
    expect(page).toContain("&lt;script&gt;document.title=&quot;owned&quot;&lt;/script&gt;");
  });

  it("allows its own style to the browser, and nothing else", async () => {
    const page = renderReportHtml(await hostileReport());
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(page).toContain(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
    expect(page.match(/https?:\/\/[^\s"<]+/g)?.filter((address) => !address.startsWith("https://"))).toEqual([]);
    expect(page).not.toMatch(/<(?:link|img|iframe|object|embed|base)\b|@import|url\(/i);
    expect(page).toContain("prefers-color-scheme:dark");
  });

  it("renders any report that curation can make, for any text", async () => {
    const base = await hostileReport();
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 30 }), fc.nat(1e9), (text, count) => {
        const page = renderReportHtml({
          ...base,
          title: text,
          removed: [
            { step: text, code: text, count, examples: [{ line: count, message: text, url: text, runId: text }] },
          ],
          models: [{ name: text, targets: count }],
          roles: { [text]: count },
        });
        expect(tagsOf(page).some(({ name }) => name === "script" || name === "img")).toBe(false);
        expect(page).not.toMatch(/NaN|undefined%|\[object/);
      }),
      { numRuns: 50 },
    );
  });

  const browser = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
  it.skipIf(browser === undefined)(
    "runs nothing in a real browser, and is no wider than a phone (skipped where there is no chromium)",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "report-"));
      try {
        const path = join(folder, "report.html");
        await writeFile(path, renderReportHtml(await hostileReport()));
        // A frame of a phone's width, which tells what the page inside did and how wide it became.
        const probe = join(folder, "probe.html");
        await writeFile(
          probe,
          `<iframe id="page" src="report.html" width="390" height="800"></iframe><pre id="told"></pre><script>
        page.onload = () => { const inside = page.contentDocument; told.textContent = JSON.stringify({ title: inside.title, scripts: inside.scripts.length, images: inside.images.length, wide: inside.documentElement.scrollWidth, sections: inside.querySelectorAll("section").length, background: getComputedStyle(inside.body).backgroundColor }); };
        </script>`,
        );
        const { stdout } = await promisify(execFile)(
          browser as string,
          [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--allow-file-access-from-files",
            `--user-data-dir=${join(folder, "profile")}`,
            "--virtual-time-budget=3000",
            "--dump-dom",
            pathToFileURL(probe).href,
          ],
          { timeout: 25_000, maxBuffer: 1 << 24 },
        );
        const told = JSON.parse(
          (/<pre id="told">(.*?)<\/pre>/s.exec(stdout)?.[1] ?? "{}")
            .replaceAll("&lt;", "<")
            .replaceAll("&gt;", ">")
            .replaceAll("&amp;", "&"),
        ) as Record<string, unknown>;
        expect(told.title).toBe(HOSTILE[2]);
        expect(told).toMatchObject({ scripts: 0, images: 0 });
        expect(told.sections).toBeGreaterThan(8);
        expect(told.wide).toBeLessThanOrEqual(390);
        // The style was allowed: the page has its own background.
        expect(["rgb(246, 247, 249)", "rgb(15, 18, 24)"]).toContain(told.background);
      } finally {
        await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      }
    },
  );
});

describe("createReport", () => {
  it("describes rows as they are", async () => {
    const rows = [row("a", "b"), row("a", "b"), row("c", "")];
    const report = await createReport(rows, { title: "As they are" });
    expect(report).toMatchObject({
      title: "As they are",
      rows: { in: 3, kept: 3 },
      removed: [],
      messages: { total: 6, median: 2 },
    });
    expect(report.findings.errors).toBeGreaterThan(0);
    await expect(createReport(rows, { split: true } as never)).rejects.toThrow(/Unknown option split/);
  });
});

describe("distributions", () => {
  it("count every value once, in columns that do not overlap", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000), { minLength: 1 }), (values) => {
        const spread = distributionOf(Uint32Array.from(values));
        expect(spread.histogram.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
        expect(spread.total).toBe(values.reduce((sum, value) => sum + value, 0));
        expect(spread.histogram.length).toBeLessThanOrEqual(27);
        spread.histogram.forEach(({ from, to }, index) => {
          const next = spread.histogram[index + 1];
          if (next) expect(to).toBe(next.from);
          const inside = values.filter((value) => value >= from && (to === undefined || value < to)).length;
          expect(spread.histogram[index]?.count).toBe(inside);
        });
        expect(spread.min).toBe(Math.min(...values));
        expect(spread.max).toBe(Math.max(...values));
      }),
    );
  });
});
