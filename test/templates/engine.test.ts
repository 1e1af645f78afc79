import { TemplateError } from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { compileTemplate } from "../../src/templates/jinja/compile.js";
import { compareRenderings } from "../trl/templates.js";
import { features, variables } from "./features.js";
import { fixtures, goldens } from "./goldens.js";

describe("the template engine", () => {
  it("renders every feature as transformers does, or raises where it does", () => {
    const recorded = goldens("features");
    const { messages, ...rest } = variables;
    const result = compareRenderings(
      recorded.goldens,
      features.map((text) => ({ name: text, text })),
      recorded.transformers,
      [{ name: "features", messages, variables: rest }],
    );
    expect(result.wrong).toEqual([]);
    expect(recorded.goldens.length).toBe(features.length);
    expect(result.equal + result.bothRaise + result.wrong.length).toBe(features.length);
    expect(result.equal).toBeGreaterThan(300);
  });

  it("renders the conversations of the matrix by the templates of the tests as transformers does, with their marks", () => {
    const recorded = goldens("conversations");
    const result = compareRenderings(recorded.goldens, fixtures(), recorded.transformers);
    expect(result.wrong).toEqual([]);
    expect(result.equal).toBeGreaterThan(200);
    expect(result.spans).toBeGreaterThan(40);
  });

  it("gives the line of the template with every error", () => {
    const failure = (template: string, given = {}): TemplateError => {
      try {
        compileTemplate(template, "x.jinja").render(given);
      } catch (error) {
        if (TemplateError.isInstance(error)) return error;
        throw error;
      }
      throw new Error("It did not fail.");
    };
    expect(failure("a\n\n{{ raise_exception('No.') }}")).toMatchObject({ code: "raised", line: 3, reason: "No." });
    expect(failure("a\n{{ missing.x }}")).toMatchObject({ code: "error", line: 2 });
    expect(failure("a\n{{ [1, 2] | random }}")).toMatchObject({ code: "unsupported", line: 2 });
    // Python prints an address, another one each time.
    expect(failure("{{ [1] | map('string') }}")).toMatchObject({ code: "unsupported", line: 1 });
    expect(failure("{{ 'x'.upper }}")).toMatchObject({ code: "unsupported", line: 1 });
    expect(failure("a\n{% if %}")).toMatchObject({ code: "syntax", line: 2 });
    expect(failure("{% include 'x' %}")).toMatchObject({ code: "unsupported", line: 1 });
    expect(failure("a\n\n{{ missing.x }}").message).toBe("x.jinja, line 3: 'missing' is undefined");
  });

  it("ends what runs, grows or nests too far", () => {
    const code = (template: string, limits = {}) => {
      try {
        compileTemplate(template).render({ text: "x".repeat(1000) }, { limits });
      } catch (error) {
        return TemplateError.isInstance(error) ? error.code : String(error);
      }
      return "rendered";
    };
    const loops = "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}";
    expect(code(loops, { steps: 100_000 })).toBe("limit");
    expect(code("{% for a in range(50000) %}{{ text }}{% endfor %}", { output: 1_000_000 })).toBe("limit");
    expect(code("{{ 'x' * 999999999999 }}")).toBe("limit");
    expect(code("{{ [1] * 999999999999 }}")).toBe("limit");
    expect(code("{{ 'x'.center(999999999999) }}")).toBe("limit");
    expect(code("{{ 10 ** 100000 }}")).toBe("limit");
    expect(
      code("{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = ns.l + ns.l %}{% endfor %}", {
        text: 100_000,
      }),
    ).toBe("limit");
    expect(
      code(
        "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l | tojson }}",
      ),
    ).toBe("limit");
    expect(code("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")).toBe("limit");
    expect(code(`{{ ${"(".repeat(5000)}1${")".repeat(5000)} }}`)).toBe("limit");
    expect(code("{% set x = 'x' * 1000 %}{{ x.replace('x', x) }}", { text: 100_000 })).toBe("limit");
  });

  it("reaches nothing of JavaScript's own objects", () => {
    const render = (template: string) =>
      compileTemplate(template).render({ dict: { a: 1 }, list: [1], text: "x" }).text;
    for (const name of ["constructor", "__proto__", "toString", "valueOf", "hasOwnProperty", "length", "at"])
      expect(render(`{{ dict.${name} }}{{ list.${name} }}{{ text.${name} }}{{ ${name} }}{{ dict['${name}'] }}`)).toBe(
        "",
      );
  });
});
