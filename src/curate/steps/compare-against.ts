import { reportSkips } from "../../internal/skips.js";
import { EmptyDatasetError } from "../../errors.js";
import {
  againstKind,
  againstSettings,
  namesOfSets,
  type AgainstSettings,
  type EvaluationSet,
} from "../contamination/evaluation-set.js";
import { createQuestionIndex, type FoundQuestion, type QuestionIndex } from "../contamination/question-index.js";
import { questionOf, readEvaluationSet } from "../contamination/read-evaluation-set.js";
import type { RowStepDefinition } from "../row-step.js";

/** Options of the step. */
export interface AgainstStepOptions {
  /**
   * What models are evaluated with. A row that holds a question of it would make an evaluation say more than is true:
   * it is left out, or reported. Exact questions and near ones; see `AgainstSettings`.
   */
  against?: readonly EvaluationSet[] | AgainstSettings;
}

/** Leaves out rows that hold questions of evaluation sets. */
export const againstStep: RowStepDefinition<AgainstStepOptions> = {
  name: "against",
  options: { against: againstKind },
  async create({ against }) {
    if (against === undefined) return undefined;
    const { sets, threshold, action } = againstSettings(against);
    if (sets.length === 0) return undefined;
    const names = namesOfSets(sets);
    const index = createQuestionIndex(threshold);
    for (const [number, set] of sets.entries()) await addSet(index, number, set, names[number] ?? "");
    return {
      take(row, context) {
        const found = index.find(row);
        if (found === undefined) return row;
        const { match, line, similarity } = found;
        const evaluation = { set: names[found.set] ?? "", line, match, similarity };
        const message = messageOf(found, evaluation.set);
        if (action === "drop") return context.leaveOut(match, message, "$", { evaluation });
        context.report({
          line: context.line,
          path: "$",
          code: `evaluation-${match}`,
          severity: "warning",
          message,
          source: context.source,
          evaluation,
        });
        return row;
      },
    };
  },
};

function messageOf({ match, line, similarity }: FoundQuestion, set: string): string {
  const share = match === "exact" ? "" : ` to ${Math.floor(similarity * 100)} %`;
  return `It holds question ${line} of the evaluation set ${set}${share}.`;
}

async function addSet(index: QuestionIndex, number: number, set: EvaluationSet, name: string): Promise<void> {
  const skips = reportSkips(`The evaluation set ${name}`, {});
  let line = 0;
  let known = 0;
  for await (const record of readEvaluationSet(set)) {
    line += 1;
    const question = questionOf(record);
    if (question === undefined) {
      skips.skip({ code: "no-question", message: `Number ${line} holds no question.`, line });
      continue;
    }
    known += 1;
    index.add(number, line, question);
  }
  skips.close();
  if (known > 0) return;
  throw new EmptyDatasetError({
    message: `No question was found in the evaluation set ${name}, of ${line} records.`,
    removed: line > 0 ? { "against: no-question": line } : {},
    hint: "Nothing would be compared with it. Pass rows with messages, or objects with a question.",
  });
}
