import { TemplateError } from "../../errors.js";
import { TemplateFailure } from "./failure.js";
import { findFilter } from "./filters/index.js";
import { globals } from "./globals.js";
import { Interpreter, type Span } from "./interpreter.js";
import { Budget, DEFAULT_LIMITS, type JinjaLimits } from "./limits.js";
import { parse } from "./parser.js";
import { findTest } from "./tests.js";
import { fromJson, type Value } from "./values.js";

/** What one rendering gives. */
export interface Rendering {
  readonly text: string;
  /** The `{% generation %}` blocks; nothing where one stood in a macro or a captured block, so that its place is not known. */
  readonly generations?: readonly Span[];
}

/** What one rendering takes. */
export interface RenderOptions {
  /** The time that `strftime_now` prints, in local time. @default now */
  now?: Date;
  limits?: JinjaLimits;
}

/** A template that was read. */
export interface CompiledTemplate {
  /** Renders with these variables, which are JSON. What is `undefined` is not defined for the template either. */
  render(variables: Readonly<Record<string, unknown>>, options?: RenderOptions): Rendering;
}

/**
 * Reads a chat template: Jinja 3.1 with the settings, filters and functions of transformers 5.
 *
 * @throws {TemplateError} for what Jinja does not read, or this engine does not know. Rendering throws the same.
 */
export function compileTemplate(template: string, name = "The chat template"): CompiledTemplate {
  const statements = explained(name, undefined, () =>
    parse(template, {
      isFilter: (filter) => findFilter(filter) !== undefined,
      isTest: (test) => findTest(test) !== undefined,
    }),
  );
  return {
    render(variables, { now, limits } = {}) {
      const interpreter = new Interpreter(new Budget({ ...DEFAULT_LIMITS, ...limits }));
      return explained(name, interpreter, () => {
        const context = new Map<string, Value>(globals(() => now ?? new Date()));
        for (const [variable, value] of Object.entries(variables))
          if (value !== undefined) context.set(variable, fromJson(value));
        const text = interpreter.render(statements, context);
        return interpreter.hiddenGeneration ? { text } : { text, generations: interpreter.generations };
      });
    },
  };
}

function explained<T>(name: string, at: { line: number } | undefined, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof TemplateFailure) {
      const { code, message, line = at?.line } = error;
      throw new TemplateError({ code, template: name, line, reason: message });
    }
    // The stack, or the longest text that JavaScript makes.
    if (error instanceof RangeError)
      throw new TemplateError({
        code: "limit",
        template: name,
        line: at?.line,
        reason: "It nests or grows too far.",
        cause: error,
      });
    throw error;
  }
}
