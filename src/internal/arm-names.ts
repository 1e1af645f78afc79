/** The two models between which traffic is divided. */
export type Arm = "base" | "tuned";

/** What stands in the metadata of every run that was routed. */
export const ARM_METADATA = {
  /** The arm that the call belongs to, also where the base model answered for a tuned one that failed. */
  arm: "arm",
  /** The model that answered. */
  version: "arm_version",
  /** A hash of the key, which is the same for the same key and tells nothing else of it. */
  key: "arm_key",
  experiment: "arm_experiment",
  /** `true` where the base model answered for a tuned one that had failed. */
  fallback: "arm_fallback",
} as const;

/** The tag of a run: of the arm that answered it, or of a fallback. */
export const armTag = (answered: Arm | "fallback") => `arm:${answered}`;
/** The tag of the model's version. */
export const versionTag = (version: string) => `arm-version:${version}`;
