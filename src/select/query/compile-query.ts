import { armTag, versionTag } from "../../internal/arm-names.js";
import { allOf, anyOf, compare, metadataIs, quote } from "./filter-language.js";
import { type ErrorChoice, type FeedbackCondition, listOf, type RunQuery } from "./run-query.js";

/** What both generations of the API are asked, in neither's words. */
export interface CompiledQuery {
  /** Lower case; undefined for all. */
  runType?: string;
  hasError?: boolean;
  isRoot?: boolean;
  traceId?: string;
  /** On the run itself, on the root of its trace, on any run of its trace. */
  filter?: string;
  traceFilter?: string;
  treeFilter?: string;
}

// The keys under which LangSmith looks for a run's thread:
// https://docs.langchain.com/langsmith/threads
export const THREAD_KEYS = ["thread_id", "session_id", "conversation_id"];

/** A query in the words of the filter language. Pure; the query was checked before. */
export function compileQuery(query: RunQuery): CompiledQuery {
  const { runType = "llm", errors = "exclude", rootErrors = "exclude", isRoot, traceId, threadId } = query;
  const feedback = listOf(query.feedback);
  const feedbackOn = (place: FeedbackCondition["on"]) =>
    feedback.filter(({ on = "root" }) => on === place).map(feedbackIs);

  const filter = allOf(
    ...listOf(query.tags).map((tag) => compare("has", "tags", tag)),
    query.arm === undefined ? undefined : compare("has", "tags", armTag(query.arm)),
    query.armVersion === undefined ? undefined : compare("has", "tags", versionTag(query.armVersion)),
    ...Object.entries(query.metadata ?? {}).map(([key, value]) => metadataIs(key, value)),
    anyOf(...listOf(query.runNames).map((name) => compare("eq", "name", name))),
    anyOf(...listOf(query.model).map((model) => metadataIs("ls_model_name", model))),
    ...feedbackOn("run"),
    query.filter,
  );
  const traceFilter = allOf(
    rootStatus(rootErrors),
    threadId === undefined
      ? undefined
      : `and(in(metadata_key, [${THREAD_KEYS.map(quote).join(", ")}]), ${compare("eq", "metadata_value", threadId)})`,
    ...feedbackOn("root"),
    query.traceFilter,
  );
  const treeFilter = allOf(...feedbackOn("trace"), query.treeFilter);

  return {
    ...(runType === "any" ? {} : { runType: runType.toLowerCase() }),
    ...(errors === "include" ? {} : { hasError: errors === "only" }),
    ...(isRoot === undefined ? {} : { isRoot }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(filter === undefined ? {} : { filter }),
    ...(traceFilter === undefined ? {} : { traceFilter }),
    ...(treeFilter === undefined ? {} : { treeFilter }),
  };
}

function rootStatus(choice: ErrorChoice): string | undefined {
  if (choice === "include") return undefined;
  return compare("eq", "status", choice === "only" ? "error" : "success");
}

/** In an `and` of its own, so that key and score of two conditions do not mix. */
function feedbackIs({ key, score, value, min, max }: FeedbackCondition): string {
  const exact = score ?? (typeof value === "number" ? value : undefined);
  return allOf(
    compare("eq", "feedback_key", key),
    exact === undefined ? undefined : compare("eq", "feedback_score", exact),
    typeof value === "string" ? compare("eq", "feedback_value", value) : undefined,
    min === undefined ? undefined : compare("gte", "feedback_score", min),
    max === undefined ? undefined : compare("lte", "feedback_score", max),
  ) as string;
}
