import { switchable } from "../../internal/kinds.js";
import type { DatasetStepDefinition } from "../dataset-step.js";
import { duplicateRules, duplicateSkip, sameMeaningRemover, type DuplicateOptions } from "../duplicates/deduplicate.js";
import { createDuplicateFinder } from "../duplicates/find-duplicates.js";

/** Options of the step. */
export interface DeduplicateStepOptions {
  /**
   * Leave out rows that would be trained twice: see `deduplicate`.
   * @default true
   */
  deduplicate?: boolean | DuplicateOptions;
}

/** Leaves out rows that would be trained twice. Equal targets are found by the step that joins conversations. */
export const deduplicateStep: DatasetStepDefinition<DeduplicateStepOptions> = {
  name: "deduplicate",
  options: { deduplicate: switchable },
  plan({ deduplicate }) {
    if (deduplicate === false) return undefined;
    const settings = typeof deduplicate === "object" ? deduplicate : {};
    const rules = duplicateRules(settings, "deduplicate.");
    return {
      needs: { fingerprint: true, signature: rules.near > 0 },
      start({ near, names, groups, groupOf }, division, access) {
        const sameMeaning = sameMeaningRemover(settings.semantic, access, "deduplicate.semantic");
        const finder = createDuplicateFinder(rules, near, sameMeaning);
        return {
          add({ fingerprint }) {
            if (fingerprint) finder.add(fingerprint);
          },
          async finish(rows) {
            // With a split, of equal rows that stays whose thread comes first by its hash, so that the order of
            // the input does not decide on which side the row is.
            const found = await finder.finish(
              rows,
              division && ((left, right) => groups.compare(groupOf.at(left), groupOf.at(right))),
            );
            return {
              goes: (row) => found.code(row) !== undefined,
              reason: (row) =>
                duplicateSkip(
                  found.code(row) ?? "duplicate",
                  names.at(row),
                  names.at(found.of(row)),
                  found.similarity(row),
                ),
            };
          },
        };
      },
    };
  },
};
