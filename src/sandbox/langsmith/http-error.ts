/** An answer of a route that is not a success. `detail` is sent to the client. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly detail: string | object,
  ) {
    super(typeof detail === "string" ? detail : JSON.stringify(detail));
  }
}
