/** An error as OpenAI's API answers it. Routes throw it. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: { error: { message: string; type: string; param: string | null; code: string | null } };

  constructor(status: number, message: string, details: { type?: string; param?: string; code?: string } = {}) {
    super(message);
    const { type = status >= 500 ? "server_error" : "invalid_request_error", param = null, code = null } = details;
    this.status = status;
    this.body = { error: { message, type, param, code } };
  }
}

export const missingParameter = (param: string) =>
  new ApiError(400, `Missing required parameter: '${param}'.`, { param, code: "missing_required_parameter" });

export const invalidType = (param: string, expected: string) =>
  new ApiError(400, `Invalid type for '${param}': expected ${expected}.`, { param, code: "invalid_type" });

export const unknownModel = (model: string) =>
  new ApiError(404, `The model \`${model}\` does not exist or you do not have access to it.`, {
    code: "model_not_found",
  });
