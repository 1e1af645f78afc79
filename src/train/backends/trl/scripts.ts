// The small programs that are written into a job's folder or run beside it. They lie in `python/`, as Python.
import checkRows from "./python/check_rows.py";
import inspectPackages from "./python/inspect_packages.py";
import mergeAdapter from "./python/merge_adapter.py";
import resume from "./python/resume.py";

/** Refuses rows that the chat template raises on, or that TRL would cut in silence. Uses the model's own tokenizer. */
export const CHECK_ROWS = checkRows;

/**
 * `trl sft` and `trl dpo` do not resume from the last whole checkpoint: trl 1.13.0 calls `trainer.train()` bare, and
 * 1.16.0 wants its path in the config. So this does. trainer_state.json is written last and not atomically: a
 * checkpoint without a readable one was cut short.
 */
export const RESUME = resume;

/** Merges an adapter into its base model, whole or not at all. */
export const MERGE = mergeAdapter;

/** Prints what of Python is there, as one line of JSON. */
export const INSPECT = inspectPackages;

/** What the script prints first. The log of a job that is continued has it once for each try. */
export const TRAINING_BEGINS = "Training begins by config.yaml.";

/**
 * The shell script that a job is: checks the rows, trains, and leaves its exit code. Whether there is
 * a checkpoint to go on from is seen where it runs, which may be a machine that this one cannot look into.
 */
export function trainScript({ python, begin, goOn }: { python: string; begin: string; goOn: string }): string {
  return `#!/bin/sh
# Trains by config.yaml in this folder. Run again by hand: sh train.sh
cd "$(dirname "$0")" || exit 1
PYTHON=\${PYTHON:-${shellQuote(python)}}
rm -f exit-code
echo $$ > pid
echo "${TRAINING_BEGINS}"
train() {
  if ls output/checkpoint-*/trainer_state.json > /dev/null 2>&1; then
    ${goOn}
  else
    ${begin}
  fi
}
"$PYTHON" check_rows.py && train
code=$?
echo "$code" > exit-code.part && mv exit-code.part exit-code
exit "$code"
`;
}

/** The text as one word of a POSIX shell. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
