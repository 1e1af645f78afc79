import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quote } from "../../src/select/query/filter-language.js";
import { parseFilter } from "../../src/sandbox/langsmith/filter-parser.js";
import { compileQuery } from "../../src/select/query/compile-query.js";
import { checkQuery, parseTime, type RunQuery } from "../../src/select/query/run-query.js";

const compile = (query: RunQuery) => compileQuery({ projectName: "p", ...query });

describe("compileQuery", () => {
  it("takes LLM runs without an error in traces whose root succeeded", () => {
    expect(compile({})).toEqual({ runType: "llm", hasError: false, traceFilter: 'eq(status, "success")' });
  });

  it("leaves errors in, or takes nothing else", () => {
    expect(compile({ errors: "include", rootErrors: "include", runType: "any" })).toEqual({});
    expect(compile({ errors: "only", rootErrors: "only" })).toEqual({
      runType: "llm",
      hasError: true,
      traceFilter: 'eq(status, "error")',
    });
  });

  it("puts feedback where it is asked for, each condition in an and of its own", () => {
    expect(
      compile({
        rootErrors: "include",
        feedback: [
          { key: "user_score", score: 1 },
          { key: "tone", value: "kind", on: "root" },
          { key: "quality", min: 0.8, max: 1, on: "run" },
          { key: "seen", on: "trace" },
        ],
      }),
    ).toEqual({
      runType: "llm",
      hasError: false,
      filter: 'and(eq(feedback_key, "quality"), gte(feedback_score, 0.8), lte(feedback_score, 1))',
      traceFilter:
        'and(and(eq(feedback_key, "user_score"), eq(feedback_score, 1)), and(eq(feedback_key, "tone"), eq(feedback_value, "kind")))',
      treeFilter: 'eq(feedback_key, "seen")',
    });
  });

  it("has every tag and metadata value, one of the names and models, and the caller's own filters", () => {
    expect(
      compile({
        tags: ["a", "b"],
        metadata: { tier: "gold", beta: true },
        runNames: ["chat", "agent"],
        model: "gpt-4o-mini",
        filter: "gt(total_tokens, 10)",
        traceFilter: 'eq(name, "root")',
        treeFilter: 'eq(run_type, "tool")',
        threadId: "t-1",
        traceId: "0190",
        isRoot: true,
      }),
    ).toEqual({
      runType: "llm",
      hasError: false,
      isRoot: true,
      traceId: "0190",
      filter:
        'and(has(tags, "a"), has(tags, "b"), and(eq(metadata_key, "tier"), eq(metadata_value, "gold")), ' +
        'and(eq(metadata_key, "beta"), eq(metadata_value, "true")), or(eq(name, "chat"), eq(name, "agent")), ' +
        'and(eq(metadata_key, "ls_model_name"), eq(metadata_value, "gpt-4o-mini")), gt(total_tokens, 10))',
      traceFilter:
        'and(eq(status, "success"), and(in(metadata_key, ["thread_id", "session_id", "conversation_id"]), ' +
        'eq(metadata_value, "t-1")), eq(name, "root"))',
      treeFilter: 'eq(run_type, "tool")',
    });
  });
});

describe("texts in filters", () => {
  const anyText = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom('"', "'", "\\", "\n", "(", ")", ",", "a", "\u2028", "\ud83d") }),
  );

  it("come out of the parser as they went in, whatever they hold", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(parseFilter(`eq(name, ${quote(text)})`)).toEqual({
          kind: "comparison",
          comparator: "eq",
          field: "name",
          value: text,
        });
      }),
      { numRuns: 500 },
    );
  });

  it("need no escapes where the other kind of quotes will do", () => {
    expect([quote("plain"), quote('say "hi"'), quote("it's"), quote(`"it's"`), quote("a\\b")]).toEqual([
      '"plain"',
      `'say "hi"'`,
      `"it's"`,
      `"\\"it's\\""`,
      '"a\\\\b"',
    ]);
  });

  it("cannot change what a query asks", () => {
    fc.assert(
      fc.property(
        fc.array(anyText, { minLength: 1, maxLength: 3 }),
        fc.dictionary(anyText, anyText, { minKeys: 1, maxKeys: 3 }),
        anyText,
        (tags, metadata, name) => {
          const { filter = "" } = compile({
            tags,
            metadata,
            runNames: [name],
            feedback: { key: `k${name}`, value: name, on: "run" },
          });
          const pairs = Object.entries(metadata).map(([key, value]) => ({ key, value }));
          const parsed = parseFilter(filter);
          expect(parsed.kind).toBe("and");
          const terms = parsed.kind === "and" ? parsed.terms : [];
          expect(terms).toHaveLength(tags.length + pairs.length + 2);
          expect(terms.slice(0, tags.length)).toEqual(
            tags.map((value) => ({ kind: "comparison", comparator: "has", field: "tags", value })),
          );
          pairs.forEach(({ key, value }, index) => {
            expect(terms[tags.length + index]).toEqual({
              kind: "and",
              terms: [
                { kind: "comparison", comparator: "eq", field: "metadata_key", value: key },
                { kind: "comparison", comparator: "eq", field: "metadata_value", value },
              ],
            });
          });
          expect(terms.at(-2)).toEqual({ kind: "comparison", comparator: "eq", field: "name", value: name });
        },
      ),
    );
  });
});

describe("checkQuery", () => {
  it.each<[string, RunQuery]>([
    ["projectName", {}],
    ["projectName", { projectName: " " }],
    ["limit", { projectName: "p", limit: -1 }],
    ["limit", { projectName: "p", limit: 1.5 }],
    ["since", { projectName: "p", since: "yesterday" }],
    ["until", { projectName: "p", until: new Date(Number.NaN) }],
    ["since", { projectName: "p", since: "2026-02-01", until: "2026-01-01" }],
    ["feedback.key", { projectName: "p", feedback: { key: "" } }],
    ["feedback", { projectName: "p", feedback: { key: "k", score: 1, value: 2 } }],
    ["feedback.min", { projectName: "p", feedback: { key: "k", min: Number.NaN } }],
  ])("names the option %s of %o", (option, query) => {
    expect(() => checkQuery(query)).toThrow(expect.objectContaining({ name: "InvalidOptionError", option }));
  });
});

describe("parseTime", () => {
  it("takes what has no zone for UTC", () => {
    const noon = Date.UTC(2026, 10, 1, 12);
    for (const text of [
      "2026-11-01T12:00:00",
      "2026-11-01T12:00:00.000000",
      "2026-11-01T12:00Z",
      "2026-11-01T13:00:00+01:00",
    ]) {
      expect(parseTime(text)).toBe(noon);
    }
    expect(parseTime("2026-11-01")).toBe(Date.UTC(2026, 10, 1));
    expect(parseTime("11/01/2026")).toBeNaN();
  });
});
