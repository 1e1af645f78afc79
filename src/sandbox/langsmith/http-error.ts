/** An answer of a route that is not a success. `detail` is what the client is told. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly detail: string | object,
  ) {
    super(typeof detail === "string" ? detail : JSON.stringify(detail));
  }
}
