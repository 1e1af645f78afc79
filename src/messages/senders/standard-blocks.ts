import { arrayOf, isRecord, objectOf } from "../../internal/is-record.js";

/** True for a message in standard blocks, which LangChain.js sends by converters of their own. */
export function isStandard(fields: Record<string, unknown>): boolean {
  return objectOf(fields.response_metadata).output_version === "v1";
}

/** The calls among the blocks of such a message. */
export function standardCalls(fields: Record<string, unknown>, body: unknown): readonly unknown[] {
  return isStandard(fields) ? arrayOf(body).filter((part) => isRecord(part) && part.type === "tool_call") : [];
}
