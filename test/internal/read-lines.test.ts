import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LineBlock, readLines } from "../../src/internal/files/read-lines.js";

async function* stream(blocks: Iterable<Buffer | string>) {
  for (const block of blocks) yield Buffer.from(block);
}

async function read(
  blocks: Iterable<Buffer | string>,
  options?: { longest: number },
): Promise<{ lines: LineBlock["lines"]; mark?: LineBlock["mark"] }> {
  const lines: LineBlock["lines"] = [];
  let mark: LineBlock["mark"];
  for await (const block of readLines(stream(blocks), options)) {
    expect(block.first).toBe(lines.length + 1);
    lines.push(...block.lines);
    mark ??= block.mark;
  }
  return { lines, ...(mark && { mark }) };
}

describe("readLines", () => {
  it("gives the lines of any text, however it is cut into blocks", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\n", ""))),
        fc.array(fc.nat(40)),
        async (lines, cuts) => {
          const bytes = Buffer.from(lines.join("\n"));
          const blocks: Buffer[] = [];
          for (let start = 0, index = 0; start < bytes.length; index += 1) {
            const end = start + 1 + (cuts[index % Math.max(1, cuts.length)] ?? 7);
            blocks.push(bytes.subarray(start, end));
            start = end;
          }
          // An end after the last line does not begin another.
          const expected = lines
            .join("\n")
            .replace(/\n$/, "")
            .replace(/^\ufeff/, "");
          expect((await read(blocks)).lines.join("\n")).toBe(bytes.length === 0 ? "" : expected);
        },
      ),
    );
  });

  it("tells the byte order mark, also one that comes in pieces", async () => {
    const mark = Buffer.from("\ufeff");
    expect(await read([mark.subarray(0, 1), mark.subarray(1), "a\n\ufeffb"])).toEqual({
      lines: ["a", "\ufeffb"],
      mark: "utf-8",
    });
    expect(await read(["a\nb"])).toEqual({ lines: ["a", "b"] });
    expect((await read([Buffer.from("\ufeffa\n", "utf16le")])).mark).toBe("utf-16");
  });

  it("names a line that is not UTF-8, and gives its neighbours", async () => {
    const { lines } = await read([
      "ä\n",
      Buffer.concat([Buffer.from("b\n"), Buffer.from("ü", "latin1"), Buffer.from("\nc\n\nd")]),
    ]);
    expect(lines).toMatchObject(["ä", "b", { code: "invalid-utf8" }, "c", "", "d"]);
  });

  it("passes over a line that no string could hold", async () => {
    const pieces = Array.from({ length: 10 }, () => "x".repeat(10));
    expect((await read(["a\n", ...pieces, "\nb\nc"], { longest: 50 })).lines).toMatchObject([
      "a",
      { code: "line-too-long" },
      "b",
      "c",
    ]);
    expect((await read([...pieces], { longest: 50 })).lines).toMatchObject([{ code: "line-too-long" }]);
    expect((await read(["a\n", ...pieces.slice(5), "\nb"], { longest: 50 })).lines).toEqual(["a", "x".repeat(50), "b"]);
  });
});
