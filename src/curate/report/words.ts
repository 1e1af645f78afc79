const WORDS: Record<string, string> = {
  "read: invalid-json": "Lines that are not JSON",
  "read: invalid-utf8": "Lines that are not UTF-8",
  "read: not-a-row": "Lines that are not rows",
  "filter: feedback": "Feedback not as asked for",
  "filter: models": "Other models",
  "filter: tags": "Tags not as asked for",
  "filter: tools": "Tools not as asked for",
  "filter: messages": "Too many or too few messages",
  "filter: characters": "Too long or too short",
  "filter: finishReasons": "Answers that ended otherwise",
  "filter: where": "Your own condition",
  "against: exact": "A question of an evaluation set",
  "against: near": "Nearly a question of an evaluation set",
  "length: too-long": "More tokens than allowed",
  "join: contradiction": "One run with two contents",
  "join: answer-in-inputs": "Answers that stand in their own inputs, which were read late",
  "join: superseded": "Answers that were made again",
  "join: edited": "Answers that somebody edited",
  "validate: loss-inexpressible": "Answers after others that must not be learned",
  "deduplicate: duplicate": "Exact duplicates",
  "deduplicate: near-duplicate": "Near duplicates",
  "deduplicate: semantic-duplicate": "Rows that mean the same",
  "deduplicate: prompt-cap": "Beyond the cap of a prompt",
  "sample: not-chosen": "Not in the sample",
};

/** What a reason is called for people. */
export function wordsOf(step: string, code: string): string {
  return WORDS[`${step}: ${code}`] ?? (step === "validate" ? "Refused by the service's rules" : step);
}
