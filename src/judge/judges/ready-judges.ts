import { InvalidOptionError } from "../../errors.js";
import { callback, either, kind, number, object, positiveInteger, required, text } from "../../internal/kinds.js";
import { checkArgument, type Kind } from "../../internal/options.js";
import { chatModelKind, isChatModel } from "../asking/ask-options.js";
import { modelName } from "../asking/ask-model.js";
import { createFunctionJudge } from "./function-judge.js";
import type { Judge, Judges, JudgeSettings, ReadyJudge } from "./judge.js";
import { createModelJudge } from "./model-judge.js";

const settingsKind = object<JudgeSettings<never>>({
  judge: required(either(chatModelKind, callback) as Kind<JudgeSettings<never>["judge"]>),
  rubric: text,
  maxInputTokens: positiveInteger,
  passes: number(),
  version: text,
});

/** One judge: a model, a function, or either with settings. */
export const judgeKind: Kind<Judge<never>> = either(chatModelKind, callback, settingsKind) as Kind<Judge<never>>;

/** Judges in an array, or by name. */
export const judgesKind: Kind<Judges<never>> = {
  ...kind("an array of judges, or an object with judges by name, and at least one", (value) => {
    if (typeof value !== "object" || value === null || isChatModel(value)) return false;
    return Object.keys(value).length > 0;
  }),
  inspect(value, option) {
    for (const [name, judge] of Object.entries(value as object))
      checkArgument(Array.isArray(value) ? `${option}[${name}]` : `${option}.${name}`, judge, judgeKind);
  },
};

/** Makes judges ready, each under a name of its own. @throws {InvalidOptionError} for a model without a rubric. */
export function readyJudges(judges: Judges<never>, rubric: string | undefined, option = "judges"): ReadyJudge[] {
  const taken = new Set<string>();
  return Object.entries(judges).map(([key, given]: [string, Judge<never>], index) => {
    const settings: JudgeSettings<never> = isChatModel(given) || typeof given === "function" ? { judge: given } : given;
    const name = unique(Array.isArray(judges) ? nameOf(settings.judge, index) : key, taken);
    return readyJudge(name, settings, rubric, Array.isArray(judges) ? `${option}[${key}]` : `${option}.${key}`);
  });
}

function readyJudge(
  name: string,
  settings: JudgeSettings<never>,
  shared: string | undefined,
  option: string,
): ReadyJudge {
  const { judge, rubric = shared, maxInputTokens, passes = 0.5, version } = settings;
  if (!isChatModel(judge)) return createFunctionJudge({ name, judge, passes, version });
  if (rubric === undefined)
    throw new InvalidOptionError({
      option: "rubric",
      value: undefined,
      message: `The model ${option} has no rubric to judge by.`,
      hint: 'Pass rubric: "what a good answer is", for all models or in the settings of this one.',
    });
  return createModelJudge({ name, model: judge, rubric, maxInputTokens });
}

function nameOf(judge: JudgeSettings<never>["judge"], index: number): string {
  if (isChatModel(judge)) return modelName(judge);
  return judge.name || `judge ${index + 1}`;
}

function unique(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number += 1) free = `${name} ${number}`;
  taken.add(free);
  return free;
}
