import { redactorOf, warnOfMissing } from "../../curate/redact/redact.js";
import { InvalidExamplesError } from "../../errors.js";
import { sourceOf } from "../../source.js";
import type { Finding } from "../../types.js";
import type { DatasetFile } from "../backend.js";

/**
 * What happens with rows that hold what looks like secrets or personal data. `say`: it is said before anything is
 * uploaded, to `onProgress` and as a warning of the process. `refuse`: nothing is uploaded. `ignore`: nobody looks.
 */
export type PersonalDataPolicy = "say" | "refuse" | "ignore";

/** What a scan found in rows, by detector. Never the values. */
export interface PersonalDataFound {
  /** Rows that were looked at: with `refuse` all, else the first thousand and then every sixteenth. */
  readonly scanned: number;
  /** Those of them in which something was found. */
  readonly rows: number;
  readonly found: readonly { readonly detector: string; readonly count: number }[];
}

/** Looks at rows as they pass. */
export interface PersonalDataScan {
  row(row: object, line: number): void;
  /**
   * What was found; nothing where nothing was.
   *
   * @throws {InvalidExamplesError} with the policy `refuse`, if something was found.
   */
  finish(role: DatasetFile["role"]): PersonalDataFound | undefined;
}

const SCANNED_FIRST = 1_000;
const SCANNED_EVERY = 16;
const NAMED = 20;

export async function createPersonalDataScan(policy: PersonalDataPolicy): Promise<PersonalDataScan | undefined> {
  if (policy === "ignore") return undefined;
  const redactor = await redactorOf(
    { salt: "not used: values are only looked for" },
    "",
    policy === "say" ? warnOfMissing : undefined,
  )();
  const counts = new Map<string, number>();
  const findings: Finding[] = [];
  let scanned = 0;
  let rows = 0;
  return {
    row(row, line) {
      if (policy === "say" && line > SCANNED_FIRST && line % SCANNED_EVERY !== 0) return;
      scanned += 1;
      let any = false;
      redactor.scan(row, ({ detector, path }) => {
        any = true;
        counts.set(detector, (counts.get(detector) ?? 0) + 1);
        if (findings.length >= NAMED) return;
        const message = `What looks like ${detector} stands here.`;
        findings.push({ line, path, code: "personal-data", severity: "error", message, source: sourceOf(row) });
      });
      if (any) rows += 1;
    },
    finish(role) {
      if (rows === 0) return undefined;
      const found = [...counts]
        .map(([detector, count]) => ({ detector, count }))
        .sort((left, right) => right.count - left.count);
      const data = { scanned, rows, found };
      if (policy === "say") return data;
      throw new InvalidExamplesError({
        findings,
        message: `Nothing was uploaded: ${personalDataWords(role, data)}.`,
        hint: 'Take it out with redact, or curate({ redact: true }); or pass personalData: "say" to upload it all the same.',
      });
    },
  };
}

/** `the training rows hold what looks like secrets or personal data: 13 × email, 13 × phone in 13 of 40 rows that were looked at` */
export function personalDataWords(role: DatasetFile["role"], { found, rows, scanned }: PersonalDataFound): string {
  const list = found.map(({ detector, count }) => `${count} × ${detector}`).join(", ");
  return `the ${role} rows hold what looks like secrets or personal data: ${list} in ${rows} of ${scanned} rows that were looked at`;
}
