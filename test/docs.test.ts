import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const pages = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md"))
  .map((name) => join("docs", name).replaceAll("\\", "/"));
const documents = ["README.md", "llms.txt", "examples/README.md", ...pages];
const shipped = (JSON.parse(read("package.json")) as { files: string[] }).files;

/** A page without its code blocks, in which nothing is a link or a heading. */
const proseOf = (path: string) => read(path).replace(/^```[\s\S]*?^```/gm, "");

/** As GitHub makes anchors of headings. */
const anchorsOf = (path: string) =>
  [...proseOf(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

function linksOf(path: string): { link: string; file: string; anchor: string | undefined }[] {
  return [...proseOf(path).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = ""]) => {
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? path : relative(root, resolve(root, dirname(path), file)).replaceAll("\\", "/");
    return { link, file: target, anchor };
  });
}

describe("the documentation", () => {
  it.each(documents)("links to what exists and is part of the package: %s", (path) => {
    const broken = linksOf(path).filter(({ file, anchor }) => {
      const isShipped = file === "README.md" || shipped.some((name) => file === name || file.startsWith(`${name}/`));
      if (!isShipped || !existsSync(join(root, file))) return true;
      return anchor !== undefined && !anchorsOf(file).includes(anchor);
    });
    expect(broken.map(({ link }) => link)).toEqual([]);
  });

  it.each(["docs/README.md", "llms.txt"])("is listed whole: %s", (index) => {
    const linked = new Set(linksOf(index).map(({ file }) => file));
    expect(pages.filter((page) => page !== "docs/README.md" && !linked.has(page))).toEqual([]);
  });

  it("has a page for each backend, and README a row", () => {
    const backends = readdirSync(join(root, "src/train/backends"))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `docs/backends/${name.replace(/\.ts$/, ".md")}`);
    expect(backends.length).toBeGreaterThan(5);
    expect(backends.filter((page) => !pages.includes(page))).toEqual([]);
    const linked = new Set(linksOf("README.md").map(({ file }) => file));
    expect(backends.filter((page) => !linked.has(page))).toEqual([]);
  });

  it.each(documents)("is short enough to scan: %s", (path) => {
    const paragraphs = proseOf(path).split(/\n\s*\n|\n(?=\s*(?:[-|]|\d+\.) )/);
    // Six lines of 120 characters. A row of a table is a cell's text, not a paragraph.
    const long = paragraphs.filter((text) => !text.trimStart().startsWith("|") && text.length > 720);
    expect(long).toEqual([]);
  });
});
