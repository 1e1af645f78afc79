import type { FineTunedModel } from "./backend.js";

/** A tuned model whose deployment is no more: there is no way to call it, and that is what it says. */
export function endDeployment(tuned: FineTunedModel, billed: string): FineTunedModel {
  const ended: { -readonly [Field in keyof FineTunedModel]: FineTunedModel[Field] } = {
    ...tuned,
    deployment: { ...tuned.deployment, status: "ended", billed },
  };
  delete ended.inference;
  return ended;
}
