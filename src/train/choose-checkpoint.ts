import { InvalidOptionError } from "../errors.js";
import type { Checkpoint, FineTuneBackend, JobReference } from "./backend.js";
import type { CheckpointChoice } from "./options.js";

/** Throws for a choice that the backend does not offer, before anything is sent. */
export function checkCheckpointChoice(
  { name, capabilities }: FineTuneBackend,
  choice: CheckpointChoice = "last",
): void {
  const { checkpoints } = capabilities;
  if (choice === "last" || checkpoints === "measured") return;
  if (checkpoints === "listed" && choice !== "best") return;
  throw new InvalidOptionError({
    option: "checkpoint",
    value: choice,
    message:
      checkpoints === undefined
        ? `The backend ${name} has no checkpoints that could be taken in the place of the last model.`
        : `The backend ${name} measures no validation loss at its checkpoints, so none is the best.`,
    hint: checkpoints === undefined ? "Leave out checkpoint." : "Pass a function that chooses one, or leave it out.",
  });
}

/** The checkpoint that is taken. An equal loss goes to the earlier one. */
export async function chooseCheckpoint(
  checkpoints: readonly Checkpoint[],
  choice: Exclude<CheckpointChoice, "last">,
  { id }: JobReference,
): Promise<Checkpoint> {
  const refuse = (reason: string) =>
    new InvalidOptionError({
      option: "checkpoint",
      value: choice,
      message: `The job ${id} has succeeded, but ${reason}.`,
      hint: 'Take its last model: resumeFineTune(reference, { backend }).wait({ checkpoint: "last" }).',
    });
  if (checkpoints.length === 0) throw refuse("it lists no checkpoints");
  if (choice === "best") {
    let best: Checkpoint | undefined;
    for (const checkpoint of checkpoints) {
      if (lossOf(checkpoint) < (best ? lossOf(best) : Infinity)) best = checkpoint;
    }
    if (best === undefined) throw refuse("none of its checkpoints has a validation loss");
    return best;
  }
  const chosen: Checkpoint | undefined = await choice(checkpoints);
  const known = checkpoints.find((one) => one.id === chosen?.id);
  if (known === undefined) throw refuse("the function checkpoint returned none of the checkpoints that it was given");
  return known;
}

function lossOf({ metrics }: Checkpoint): number {
  const loss = metrics?.["validationLoss"];
  return loss === undefined || Number.isNaN(loss) ? Infinity : loss;
}
