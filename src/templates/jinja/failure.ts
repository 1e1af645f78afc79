/** Why a template did not render. */
export type TemplateFailureCode = "syntax" | "raised" | "error" | "unsupported" | "limit";

/** Thrown inside the interpreter, which knows the line and makes a `TemplateError` of it. */
export class TemplateFailure extends Error {
  override readonly name = "TemplateFailure";

  constructor(
    readonly code: TemplateFailureCode,
    message: string,
    /** The line of the template, where the thrower knows it. */
    readonly line?: number,
  ) {
    super(message);
  }
}

/** Fails as Python does: a `TypeError`, an undefined value that is used, … */
export function fail(message: string): never {
  throw new TemplateFailure("error", message);
}

/** Fails because Jinja has this and the interpreter does not. */
export function unsupported(what: string): never {
  throw new TemplateFailure("unsupported", `${what} is not supported by this package's template engine.`);
}

/** Fails because a bound is reached. */
export function overLimit(message: string): never {
  throw new TemplateFailure("limit", message);
}
