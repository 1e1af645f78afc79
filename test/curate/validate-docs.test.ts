import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findingKinds } from "../../src/curate/validate/codes.js";

describe("docs/validate.md", () => {
  it("lists every code with its severity, and no other", () => {
    const page = readFileSync(new URL("../../docs/validate.md", import.meta.url), "utf8");
    const listed = Object.fromEntries(
      [...page.matchAll(/^\| `([a-z-]+)` \| (error|warning) \| .+ \|$/gm)].map(([, code, severity]) => [
        code,
        severity,
      ]),
    );
    expect(listed).toEqual(
      Object.fromEntries(Object.entries(findingKinds).map(([code, { severity }]) => [code, severity])),
    );
  });
});
