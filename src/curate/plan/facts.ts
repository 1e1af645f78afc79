import { createConversationFacts, type ConversationFacts } from "../conversations/conversation-facts.js";
import { createKeyDigest } from "../duplicates/groups.js";
import { conversationOf } from "../duplicates/deduplicate.js";
import { createFingerprint, type Fingerprint } from "../duplicates/fingerprint.js";
import { keptSplit } from "../split/assign-splits.js";
import { createSignature } from "../duplicates/min-hash.js";
import { textLength } from "../row-facts.js";
import type { RowSettings } from "../row-step.js";
import type { SamplePlace } from "../split/sample-examples.js";
import { sourceOf } from "../../source.js";
import type { ExampleTarget } from "../../types.js";

/**
 * What the decisions over the whole dataset know of a row: some hundred bytes of hashes and counts. Everything
 * that compares rows works on these, so the rows themselves can be anywhere.
 */
export interface RowFacts {
  readonly line: number;
  readonly runId: string | undefined;
  /** Where something compares rows. */
  readonly fingerprint: Fingerprint | undefined;
  /** Where conversations are joined. */
  readonly joining: ConversationFacts | undefined;
  /** How many answers the row teaches. */
  readonly targets: number;
  /** The digest of the thread or trace, or of nothing. */
  readonly conversation: string;
  /** The digest of what must be on one side of a split. */
  readonly group: string | undefined;
  /** The split that the row stays in, where splits are kept: 1 more than its number. */
  readonly kept?: number;
  readonly sample: SamplePlace | undefined;
  /** MinHash of the conversation. Overwritten by the next row's. */
  readonly signature: Uint32Array | undefined;
  readonly bytes: number;
  readonly tokens: number;
  readonly tokensExact: boolean;
  readonly characters: number;
  readonly messages: number;
  readonly turns: number;
}

/** Which facts are wanted. */
export interface FactsNeeded {
  readonly fingerprint: boolean;
  readonly signature: boolean;
  readonly joining: boolean;
  /** The key of the split. */
  readonly groupOf?: (row: object) => string | undefined;
  /** Rows stay in the split that their source names. */
  readonly kept?: boolean;
  readonly sampleOf?: (row: object, rowDigest: string) => SamplePlace;
}

/** Counts of a row that the tally makes anyway. */
export interface RowCounts {
  readonly messages: number;
  readonly turns: number;
}

/** Finds the facts of a row as it is to be written. `bytes` is its size as a line of JSON. */
export type FindFacts = (
  row: object,
  line: number,
  targets: readonly ExampleTarget[],
  counts: RowCounts,
  bytes: number,
) => RowFacts;

/** Makes a function that finds the facts of one row after the other. */
export function createFactsOf(
  { fingerprint: comparing, signature, joining, groupOf, kept, sampleOf }: FactsNeeded,
  { counter }: Pick<RowSettings, "counter">,
): FindFacts {
  const fingerprintOf = comparing ? createFingerprint() : undefined;
  const signatureOf = signature ? createSignature() : undefined;
  const joiningOf = joining ? createConversationFacts() : undefined;
  const digestOfConversation = createKeyDigest();
  const digestOfGroup = createKeyDigest();
  return (row, line, targets, { messages, turns }, bytes) => {
    const fingerprint = fingerprintOf?.(row);
    const tokens = counter?.row(row);
    return {
      line,
      runId: sourceOf(row).runId,
      fingerprint,
      joining: joiningOf?.(row, targets),
      targets: targets.length,
      conversation: digestOfConversation(conversationOf(row)),
      group: fingerprint && groupOf ? digestOfGroup(groupOf(row) ?? `prompt:${fingerprint.prompt}`) : undefined,
      ...(kept && { kept: keptSplit(row) }),
      sample: fingerprint && sampleOf ? sampleOf(row, fingerprint.row) : undefined,
      signature: signatureOf?.(row),
      bytes,
      tokens: tokens?.total ?? 0,
      tokensExact: tokens?.exact ?? true,
      characters: textLength(row),
      messages,
      turns,
    };
  };
}
