// What `npm run test:trl` prints, and how it fails.

/** Something that the machine lacks: told in a sentence, with exit code 2. */
export class CannotRun extends Error {}

const started = Date.now();
const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
const times: [name: string, milliseconds: number][] = [];

/** Runs a step and prints how long it took. */
export async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  console.log(`\n── ${name}`);
  const from = Date.now();
  const result = await work();
  times.push([name, Date.now() - from]);
  console.log(`   took ${seconds(Date.now() - from)}`);
  return result;
}

/** Fails the run unless the fact holds. */
export function check(fact: boolean, message: string, silent = false): asserts fact {
  if (!fact) throw new Error(`Not so: ${message}`);
  if (!silent) console.log(`   ✓ ${message}`);
}

/** The error that the work throws. */
export async function failureOf(work: Promise<unknown>): Promise<Error & { code?: string }> {
  try {
    await work;
  } catch (error) {
    return error as Error & { code?: string };
  }
  throw new Error("It did not fail.");
}

export function printTimes(): void {
  console.log("\nTimes");
  for (const [name, milliseconds] of times) console.log(`${seconds(milliseconds).padStart(10)}  ${name}`);
  console.log(`${seconds(Date.now() - started).padStart(10)}  in all`);
}
