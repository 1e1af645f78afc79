import { InvalidOptionError } from "../errors.js";
import { isRecord } from "../internal/is-record.js";
import { readToolDefinitions } from "../messages/tool-definition.js";
import { Unreadable } from "../messages/unreadable.js";
import type { OpenAITool } from "../types.js";
import { incompleteMarkOf, type MissingPart } from "./marks/incomplete.js";
import type { Conversation, TracedRun } from "./tracers/tracer.js";

/** What you know of a run's request that the run does not hold. A part that is missing and not supplied leaves the run out. */
export interface SuppliedParts {
  /** The tools that the model was given; an empty list if there were none. */
  tools?: readonly OpenAITool[];
  /** The system prompt; an empty text if there was none. It takes the place of one that is only a part of it. */
  systemPrompt?: string;
  /** Take the messages of the run as the whole conversation, though earlier turns may be missing. */
  acceptMissingHistory?: boolean;
}

/** A run that leaves out a part of what the model saw. */
export interface IncompleteRun {
  name: string;
  metadata: Readonly<Record<string, unknown>>;
  tags: readonly string[];
  /** What the run leaves out. */
  missing: readonly MissingPart[];
}

/** The same parts for all runs, or a function that knows them for each; undefined leaves a run out. */
export type SupplyParts = SuppliedParts | ((run: IncompleteRun) => SuppliedParts | undefined);

interface Gap {
  code: "incomplete-trace" | "missing-tools";
  missing: readonly MissingPart[];
  reason: string;
}

/** A gap of a run, and what the user supplied for it. */
interface Filling {
  missing: readonly MissingPart[];
  parts: SuppliedParts;
}

/**
 * Refuses a run that leaves out a part of what the model saw, by a known sign, unless the part is
 * supplied; undefined for a run without such a sign. To be called before the run is read: many such
 * runs are of no readable form.
 */
export function checkIncomplete(run: TracedRun, supply: SupplyParts | undefined): Filling | undefined {
  const mark = incompleteMarkOf(run);
  return mark && filled(run, { code: "incomplete-trace", ...mark }, supply);
}

/**
 * The conversation with the parts that the run leaves out. A call in the answer or the history of a
 * run whose writer does not record the tools shows that there were some.
 */
export function completed(
  run: TracedRun,
  read: Conversation,
  known: Filling | undefined,
  supply: SupplyParts | undefined,
): Conversation {
  const filling = known ?? lostTools(run, read, supply);
  if (!filling) return read;
  const { missing, parts } = filling;
  const conversation = { ...read, repairs: [...(read.repairs ?? [])] };
  if (missing.includes("tools") && parts.tools) {
    conversation.tools = readToolDefinitions(parts.tools, "incompleteRuns.tools");
    conversation.repairs.push("supplied-tools");
  }
  if (missing.includes("system-prompt") && parts.systemPrompt !== undefined) {
    const rest = read.prompt[0]?.role === "system" ? read.prompt.slice(1) : read.prompt;
    conversation.prompt = parts.systemPrompt === "" ? rest : [{ role: "system", content: parts.systemPrompt }, ...rest];
    conversation.repairs.push("supplied-system-prompt");
  }
  return conversation;
}

function lostTools(run: TracedRun, read: Conversation, supply: SupplyParts | undefined): Filling | undefined {
  if (read.tools === "lost") {
    const reason = "The run names tools and does not hold what they take.";
    return filled(run, { code: "missing-tools", missing: ["tools"], reason }, supply);
  }
  if (read.tools !== "not-recorded" || !hasCalls(read)) return undefined;
  const reason = "The conversation calls a tool, and the run has no tools: its tracer leaves them out.";
  return filled(run, { code: "missing-tools", missing: ["tools"], reason }, supply);
}

function filled(run: TracedRun, { code, missing, reason }: Gap, supply: SupplyParts | undefined): Filling {
  const { name, metadata, tags } = run;
  const parts = typeof supply === "function" ? supply({ name, metadata, tags, missing }) : supply;
  if (parts !== undefined && !isRecord(parts)) {
    throw new InvalidOptionError({
      option: "incompleteRuns",
      value: parts,
      message:
        "incompleteRuns must be an object with tools, systemPrompt and acceptMissingHistory, or a function that returns one or undefined.",
    });
  }
  const lacking = missing.filter((part) => !isSupplied(part, parts ?? {}));
  if (!parts || lacking.length > 0) {
    throw new Unreadable(
      code,
      `${reason} Not in the run${parts ? " and not supplied" : ""}: ${lacking.join(", ")}. incompleteRuns can supply it.`,
    );
  }
  return { missing, parts };
}

function isSupplied(part: MissingPart, { tools, systemPrompt, acceptMissingHistory }: SuppliedParts): boolean {
  switch (part) {
    case "tools":
      return tools !== undefined;
    case "system-prompt":
      return systemPrompt !== undefined;
    case "history":
      return acceptMissingHistory === true;
  }
}

function hasCalls({ prompt, answer }: Conversation): boolean {
  return [...prompt, ...answer].some(
    (message) =>
      message.role === "tool" ||
      message.role === "function" ||
      (message.role === "assistant" && (message.tool_calls !== undefined || message.function_call !== undefined)),
  );
}
