import { InvalidOptionError } from "../../errors.js";
import { fileURLToPath } from "node:url";
import { parseExact } from "../../internal/exact-json.js";
import { readFileLines } from "../../internal/files/read-file-lines.js";
import { isRecord } from "../../internal/is-record.js";
import { iterable } from "../../internal/kinds.js";
import { unpairedMessages } from "../../internal/row-kind.js";
import { datasetExamples } from "../../load/langsmith-dataset-chat-loader.js";
import { isNamed, type EvaluationSet, type LangSmithEvaluationSet } from "./evaluation-set.js";

/** Reads what there is in an evaluation set, whatever form it has. */
export async function* readEvaluationSet(set: EvaluationSet): AsyncGenerator<unknown, void, undefined> {
  if (isNamed(set)) yield* readEvaluationSet(set.rows);
  else if (typeof set === "string" || set instanceof URL)
    yield* readLines(set instanceof URL ? fileURLToPath(set) : set);
  else if (iterable.fits(set)) yield* set as AsyncIterable<object>;
  else for await (const page of datasetExamples(set as LangSmithEvaluationSet)) yield* page;
}

async function* readLines(path: string): AsyncGenerator<unknown, void, undefined> {
  for await (const { lines, first } of readFileLines(path, {})) {
    for (const [index, line] of lines.entries()) {
      if (typeof line === "string" && line.trim() === "") continue;
      try {
        yield typeof line === "string" ? parseExact(line) : undefined;
      } catch (cause) {
        throw new InvalidOptionError({
          option: "against",
          value: path,
          message: `${path}, line ${first + index}, is not JSON.`,
          hint: "An evaluation set is a file of JSON lines. What cannot be read of it cannot be kept out of the training.",
          cause,
        });
      }
    }
  }
}

// Under which names people put a question.
const QUESTION_KEYS = ["inputs", "input", "question", "query", "prompt", "problem", "instruction", "text"];

/** The messages that a record of an evaluation set asks a model, or nothing where no question is found. */
export function questionOf(record: unknown): unknown[] | undefined {
  if (!isRecord(record)) return undefined;
  if (Array.isArray(record.messages)) return beforeAnswer(record.messages);
  if ("completion" in record) return unpairedMessages(record.prompt, "user").slice();
  if (isRecord(record.input) && Array.isArray(record.input.messages)) return record.input.messages;
  const [key] = QUESTION_KEYS.filter((name) => record[name] !== undefined && record[name] !== null);
  const asked = key === undefined ? undefined : record[key];
  if (typeof asked === "string") return asked.trim() === "" ? undefined : [{ role: "user", content: asked }];
  if (Array.isArray(asked)) return asked.every(isRecord) && asked.length > 0 ? beforeAnswer(asked) : undefined;
  if (!isRecord(asked)) return undefined;
  return questionOf(asked) ?? textsIn(asked);
}

/** The messages that stand before the last answer; all of them where the last is no answer. */
function beforeAnswer(messages: readonly unknown[]): unknown[] | undefined {
  const last = messages.at(-1);
  const answered = isRecord(last) && (last.role === "assistant" || last.type === "ai");
  const asked = answered ? messages.slice(0, -1) : [...messages];
  return asked.length > 0 ? asked : undefined;
}

/** The texts of an example with names of its own, as one question. */
function textsIn(fields: Record<string, unknown>): unknown[] | undefined {
  const texts = Object.values(fields).filter((value) => typeof value === "string" && value.trim() !== "");
  return texts.length > 0 ? [{ role: "user", content: texts.join("\n") }] : undefined;
}
