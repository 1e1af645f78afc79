import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFilter, type FilterExpression, type Literal } from "../../src/sandbox/langsmith/filter-parser.js";
import { toRunFields } from "../../src/sandbox/langsmith/ingest.js";
import { queryRuns } from "../../src/sandbox/langsmith/run-query.js";
import { fromMilliseconds, parseTimestamp } from "../../src/sandbox/langsmith/time.js";
import { Workspace } from "../../src/sandbox/langsmith/workspace.js";

const literal: fc.Arbitrary<Literal> = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.boolean(),
  fc.constant(null),
);
const name = fc.stringMatching(/^[a-z][a-z_]{0,8}$/);
const { expression } = fc.letrec<{ expression: FilterExpression }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small" },
    fc.record({
      kind: fc.constant("comparison" as const),
      comparator: fc.constantFrom("eq", "neq", "gt", "lte", "has"),
      field: name,
      value: literal,
    }),
    fc.record({
      kind: fc.constant("comparison" as const),
      comparator: fc.constant("in" as const),
      field: name,
      value: fc.array(literal),
    }),
    fc.record({ kind: fc.constant("search" as const), field: fc.option(name, { nil: undefined }), text: fc.string() }),
    fc.record({
      kind: fc.constantFrom("and", "or"),
      terms: fc.array(tie("expression"), { minLength: 1, maxLength: 3 }),
    }),
  ),
}));

/** Writes an expression as a client would, with the given quotes and spaces. */
function write(filter: FilterExpression, quote: string, space: string): string {
  const text = (value: Literal): string =>
    typeof value !== "string"
      ? JSON.stringify(value)
      : quote === '"'
        ? JSON.stringify(value)
        : `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  const list = (items: string[]) => items.join(`,${space}`);
  switch (filter.kind) {
    case "comparison":
      return `${filter.comparator}(${list([filter.field, Array.isArray(filter.value) ? `[${list(filter.value.map(text))}]` : text(filter.value)])})`;
    case "search":
      return `search(${list([...(filter.field === undefined ? [] : [filter.field]), text(filter.text)])})`;
    default:
      return `${filter.kind}${space}(${list(filter.terms.map((term) => write(term, quote, space)))}${space})`;
  }
}

describe("the filter parser", () => {
  it("reads every expression that can be written, with either quotes and any spaces", () => {
    fc.assert(
      fc.property(expression, fc.constantFrom('"', "'"), fc.constantFrom("", " ", "\n  "), (filter, quote, space) => {
        expect(parseFilter(write(filter, quote, space))).toEqual(filter);
      }),
    );
  });

  it("answers everything else with a 400 and never with another error", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z("',)\[\]0-9. ]{0,30}$/)), (source) => {
        try {
          parseFilter(source);
        } catch (error) {
          expect(error).toMatchObject({ status: 400 });
        }
      }),
    );
  });
});

describe("pages of runs", () => {
  const run = fc.record({
    project: fc.constantFrom("a", "b", "c"),
    minute: fc.integer({ min: 0, max: 20 }),
    error: fc.boolean(),
  });

  it("hold each run once, in order, whatever the projects, the order, the bounds and the page size", () => {
    const order = fc.constantFrom("asc" as const, "desc" as const);
    const range = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }));
    fc.assert(
      fc.property(
        fc.array(run, { maxLength: 40 }),
        order,
        range,
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(undefined, false),
        (list, direction, [least, most], limit, hasError) => {
          const workspace = new Workspace({ now: () => 0 });
          const all = list.map(({ project, minute, error }, index) => {
            const id = `${String((index * 7919) % 1000).padStart(3, "0")}-${index}`;
            return workspace.createRun(
              toRunFields({ id, session_name: project, start_time: minute * 60_000, error: error ? "x" : null }),
            );
          });
          const projectIds = workspace.projects
            .all()
            .filter(({ name: project }) => project !== "c")
            .map(({ id }) => id);
          const sign = direction === "asc" ? 1 : -1;
          const expected = all
            .filter(({ projectId }) => projectIds.includes(projectId))
            .filter(({ start }) => start.milliseconds >= least * 60_000 && start.milliseconds <= most * 60_000)
            .filter(({ status }) => hasError === undefined || status !== "error")
            .sort(
              (left, right) =>
                sign * (left.start.milliseconds - right.start.milliseconds || (left.id < right.id ? -1 : 1)),
            );
          const found = [];
          let cursor: string | undefined;
          do {
            const page = queryRuns(workspace, {
              projectIds,
              least: least * 60_000,
              most: most * 60_000,
              hasError,
              order: direction,
              limit,
              cursor,
            });
            expect(page.runs.length).toBeLessThanOrEqual(limit);
            found.push(...page.runs);
            cursor = page.next;
          } while (cursor !== undefined);
          expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
        },
      ),
    );
  });
});

describe("times", () => {
  it("keep their microseconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000_000 }), (microseconds) => {
        const { text } = fromMilliseconds(microseconds / 1000);
        expect(parseTimestamp(`${text}Z`)?.text).toBe(text);
        expect(text.slice(-3)).toBe(String(microseconds % 1000).padStart(3, "0"));
      }),
    );
    expect(parseTimestamp("2026-11-22T06:58:51.711003+02:00")?.text).toBe("2026-11-22T04:58:51.711003");
    expect(parseTimestamp("2026-13-22T06:58:51Z")).toBeUndefined();
    expect(parseTimestamp("yesterday")).toBeUndefined();
  });
});
