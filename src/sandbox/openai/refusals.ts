import { ApiError } from "./api-error.js";

/**
 * Why no job may be started: the organisation may not fine-tune (any more), its quota is used up, or
 * an answer of one's own.
 */
export type FineTuningRefusal =
  "organization" | "quota" | { status: number; message: string; type?: string; code?: string; param?: string };

/** The words of the first are the stand-in's own: those of the real refusal are not known to us. */
export function refusalError(refusal: FineTuningRefusal): ApiError {
  if (refusal === "organization") {
    return new ApiError(403, "Your organization is not permitted to create fine-tuning jobs.", {
      code: "fine_tuning_not_permitted",
    });
  }
  if (refusal === "quota") {
    return new ApiError(
      429,
      "You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
      { type: "insufficient_quota", code: "insufficient_quota" },
    );
  }
  const { status, message, ...details } = refusal;
  return new ApiError(status, message, details);
}
