import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FinetuneError, FineTuneJobError, InvalidOptionError, ServiceError } from "../errors.js";
import type { DatasetFile, FineTuneBackend, JobReference, JobStatus, TrainingMethod } from "../train/backend.js";
import type { FineTuneProgress } from "../train/following/progress.js";
import { pollJob } from "../train/poll-job.js";
import { resumeFineTune } from "../train/resume-fine-tune.js";
import { startFineTune } from "../train/start-fine-tune.js";
import type { TrainingExample } from "../types.js";
import type { Fault } from "./fake-server.js";

/** A backend with the stateful fake of its provider. Each test starts a new one. */
export interface BackendWorld {
  backend: FineTuneBackend;
  /** The credential that the backend was given: it must appear nowhere. */
  secret: string;
  /** From now on the provider says this of the job. `message` and `code` are the reason of a failure. */
  setStatus(job: string, rawStatus: string, reason?: { code?: string; message: string }): void | Promise<void>;
  /** How many jobs the provider has made. */
  jobCount(): number;
  /** How many files (datasets, objects) the provider has taken. */
  uploadCount(): number;
  /** Adds `count` events to a job. Left out where the provider has none. */
  addEvents?(job: string, count: number): void;
  fault(fault: Fault): void;
  close(): Promise<void>;
}

/** Which requests are meant. */
export type RequestMatch = Pick<Fault, "method" | "path" | "header">;

/** What a backend hands in to be tested by {@link testBackend}. */
export interface BackendContract {
  name: string;
  start(): Promise<BackendWorld>;
  /** Every state of the provider's list, and ours. */
  statuses: Readonly<Record<string, JobStatus>>;
  /** The provider's word for each end. `cancelled` is left out where a job cannot be. */
  ends: { succeeded: string; failed: string; cancelled?: string };
  /** The request that creates a job, and the one that asks how it stands. Left out by a backend that asks no service. */
  requests?: { create: RequestMatch; poll: RequestMatch };
  /** A file with the same content is not sent twice. */
  reusesFiles: boolean;
  /** @default twelve rows of a question and an answer */
  rows?: TrainingExample[];
}

/** The functions that declare a test. Vitest, Jest and `node:test` have them. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
  beforeEach(hook: () => Promise<void>): unknown;
  afterEach(hook: () => Promise<void>): unknown;
}

/** Twelve short conversations: more than the minimum of any provider. */
export const contractRows: TrainingExample[] = Array.from({ length: 12 }, (_, index) => ({
  messages: [
    { role: "system", content: "Answer in one word." },
    { role: "user", content: `What is the capital of country ${index}?` },
    { role: "assistant", content: `City${index}` },
  ],
}));

// What comes with 200 and is not a job: of a proxy, a maintenance page, a server that is starting.
const UNREADABLE: readonly (Pick<Fault, "status" | "text"> & { headers?: Record<string, string> })[] = [
  { text: "" },
  { status: 204, text: "" },
  { text: "null" },
  { text: "{}" },
  { text: "[]" },
  { text: '"maintenance"' },
  { text: '{"error":{"message":"QUOTED"}}' },
  { text: "<html>QUOTED</html>", headers: { "content-type": "text/html", "retry-after": "0" } },
  { text: '{"id":"x","status":"run' },
];

const AT_ONCE = { "retry-after": "0" };

/** What each request of a job may meet, one after the other. */
const EVERYWHERE: Readonly<Record<string, Omit<Fault, "method" | "path" | "header" | "times" | "skip">>> = {
  "a connection that breaks": { drop: "before" },
  "a lost answer": { drop: "after" },
  "a maintenance page": { text: "<html>QUOTED</html>", headers: { ...AT_ONCE, "content-type": "text/html" } },
  "half an answer": { text: '{"id":"x","status":"run', after: true, headers: AT_ONCE },
  null: { text: "null", after: true, headers: AT_ONCE },
  "a 500": { status: 500, headers: AT_ONCE },
  "a 429": { status: 429, headers: AT_ONCE },
};
/** More requests than any backend makes for a job that succeeds at once. */
const MOST_REQUESTS = 60;

const REFUSALS = [
  [401, "unauthorized"],
  [403, "forbidden"],
  [404, "not-found"],
  [429, "rate-limited"],
  [503, "server-error"],
] as const;

const METHODS: readonly TrainingMethod[] = ["supervised", "preference", "reinforcement"];

/**
 * Declares the tests that every backend must pass, whatever it talks to: uploads, states, events, errors without
 * credentials, one job for two calls, lost answers, resuming and cancelling. What a backend leaves out is not tested.
 *
 * @param runner the functions of your test runner
 *
 * @example
 * ```ts
 * import { after, afterEach, beforeEach, describe, it } from "node:test";
 * import { testBackend, type BackendContract } from "langsmith-finetune/testing";
 *
 * declare const acmeContract: BackendContract;
 *
 * testBackend(acmeContract, { describe, it, beforeEach, afterEach });
 * ```
 */
export function testBackend(contract: BackendContract, { describe, it, beforeEach, afterEach }: TestRunner): void {
  describe(`${contract.name}: backend contract`, () => {
    let world: BackendWorld;
    let directory: string;
    const rows = contract.rows ?? contractRows;
    const { requests } = contract;

    beforeEach(async () => {
      world = await contract.start();
      directory = await mkdtemp(join(tmpdir(), "backend-contract-"));
    });
    afterEach(async () => {
      await world.close();
      await rm(directory, { recursive: true, force: true });
    });

    async function datasetFile(): Promise<DatasetFile> {
      const { file } = world.backend;
      const lines = rows.map((row) => JSON.stringify(file.render?.(row, "supervised") ?? row));
      const content = `${file.byteOrderMark ? "\uFEFF" : ""}${lines.join("\n")}\n`;
      const path = join(directory, `rows${file.extension}`);
      await writeFile(path, content);
      const sha256 = createHash("sha256").update(content).digest("hex");
      const name = `rows-${sha256.slice(0, 8)}${file.extension}`;
      return {
        path,
        name,
        role: "training",
        method: "supervised",
        rows: rows.length,
        bytes: Buffer.byteLength(content),
        sha256,
      };
    }

    async function startJob(key = "key-1"): Promise<JobReference> {
      const { backend } = world;
      const training = await backend.upload(await datasetFile(), {});
      return backend.start(
        { key, method: "supervised", training, ...(backend.capabilities.suffix ? { suffix: "contract" } : {}) },
        {},
      );
    }

    const poll = (job: JobReference) => world.backend.poll(job, {});
    /** Starts the job and follows it to its end; gives what it threw. */
    async function runJob(): Promise<unknown> {
      try {
        const job = await startFineTune(fineTuneOptions());
        await world.setStatus(job.reference.id, contract.ends.succeeded);
        await job.wait();
        return undefined;
      } catch (error) {
        return error;
      }
    }
    const fineTuneOptions = () => ({ examples: rows, backend: world.backend, directory, pollInterval: 5 });

    it("describes itself", async () => {
      const { backend } = world;
      assert.match(backend.name, /^[a-z][a-z0-9-]*$/);
      assert.notEqual(backend.model, "");
      assert.notEqual(backend.rules.name, "");
      assert.match(backend.file.extension, /^\.\w+$/);
      assert.ok(backend.capabilities.methods.includes("supervised"), "supervised is among the methods");
      assertPlain(backend.options ?? {});
      assertWithout(world.secret, backend);
    });

    it("takes a file and gives plain JSON for it", async () => {
      const file = await datasetFile();
      const uploaded = await world.backend.upload(file, {});
      assertHas(uploaded, { rows: file.rows, bytes: file.bytes, sha256: file.sha256 });
      assert.notEqual(uploaded.id, "");
      assertPlain(uploaded);
      assert.equal(world.uploadCount(), 1);
    });

    if (contract.reusesFiles) {
      it("uses a file with the same content again", async () => {
        const file = await datasetFile();
        const first = await world.backend.upload(file, {});
        const second = await world.backend.upload(file, {});
        assert.equal(second.id, first.id);
        assert.equal(world.uploadCount(), 1);
      });
    }

    it("starts a job whose reference is plain JSON without credentials", async () => {
      const reference = await startJob();
      assertPlain(reference);
      const { name, model } = world.backend;
      assertHas(reference, { backend: name, model, method: "supervised", key: "key-1" });
      assert.ok(!Number.isNaN(Date.parse(reference.createdAt)), "createdAt is a date");
      assertWithout(world.secret, reference);
      assert.equal(world.jobCount(), 1);
    });

    for (const [rawStatus, status] of Object.entries(contract.statuses)) {
      it(`reads ${rawStatus} as ${status}`, async () => {
        const reference = await startJob();
        await world.setStatus(reference.id, rawStatus);
        assertHas(await poll(reference), { status, rawStatus });
      });
    }

    it("takes a state that it does not know for pending and keeps the word", async () => {
      const reference = await startJob();
      await world.setStatus(reference.id, "defragmenting");
      assertHas(await poll(reference), { status: "pending", rawStatus: "defragmenting" });
    });

    it("finds a job by its key, and none by another", async () => {
      if (!world.backend.find) return;
      const reference = await startJob("key-2");
      assertHas(await world.backend.find("key-2", {}), { id: reference.id, key: "key-2" });
      assert.equal(await world.backend.find("key-3", {}), undefined);
    });

    it("does not find a job that has failed", async () => {
      if (!world.backend.find) return;
      const reference = await startJob();
      await world.setStatus(reference.id, contract.ends.failed, { message: "Line 3 is bad." });
      assert.equal(await world.backend.find("key-1", {}), undefined);
    });

    it("says why a job failed, in the provider's words", async () => {
      const reference = await startJob();
      await world.setStatus(reference.id, contract.ends.failed, { code: "bad_row", message: "Line 3 is bad." });
      const snapshot = await poll(reference);
      assert.equal(snapshot.status, "failed");
      assert.match(snapshot.error?.message ?? "", /Line 3 is bad\./);
    });

    it("names the model of a job that succeeded, and how to call it or what must be done first", async () => {
      const reference = await startJob();
      await world.setStatus(reference.id, contract.ends.succeeded);
      const parts = await world.backend.result(reference, await poll(reference), {});
      assert.notEqual(parts.model, "");
      assertPlain(parts);
      assertWithout(world.secret, parts);
      if (world.backend.capabilities.deployment === "none") {
        assert.match(parts.inference?.package ?? "", /^@langchain\//);
      } else {
        assert.equal(parts.deployment?.status, "required");
        assert.notEqual(parts.deployment?.billed, "");
      }
    });

    it("gives events once, oldest first, and after the cursor only what is new", async () => {
      if (!world.backend.events || !world.addEvents) return;
      const reference = await startJob();
      world.addEvents(reference.id, 3);
      const first = await world.backend.events(reference, undefined, {});
      const ids = first.events.map(({ id }) => id);
      assert.ok(ids.length >= 3, `three events at least, and there are ${ids.length}`);
      assert.equal(new Set(ids).size, ids.length);
      const times = first.events.flatMap(({ at }) => (at === undefined ? [] : [at]));
      assert.deepEqual(times, [...times].sort());
      world.addEvents(reference.id, 2);
      const second = await world.backend.events(reference, first.after, {});
      assert.equal(second.events.filter(({ id }) => !ids.includes(id)).length, 2);
    });

    if (requests) {
      for (const [status, code] of REFUSALS) {
        it(`makes a ServiceError of a ${status}, without the key`, async () => {
          const reference = await startJob();
          world.fault({ ...requests.poll, status, headers: { "retry-after": "0" }, times: 100 });
          const error = await rejection(poll(reference));
          assert.ok(ServiceError.isInstance(error), String(error));
          assertHas(error, { status, code });
          assertWithout(world.secret, error, String(error), String(error.cause));
        });
      }

      it("goes on after answers that cannot be read", async () => {
        const job = await startFineTune(fineTuneOptions());
        for (const answer of UNREADABLE) world.fault({ ...requests.poll, headers: { "retry-after": "0" }, ...answer });
        await world.setStatus(job.reference.id, contract.ends.succeeded);
        const retried: string[] = [];
        const tuned = await job.wait({
          onProgress: (progress) => void (progress.type === "retry" && retried.push(progress.error.code)),
        });
        assert.equal(tuned.job, job.reference.id);
        assert.deepEqual(
          retried.filter((code) => code !== "invalid-answer"),
          [],
        );
      });

      it("makes a ServiceError of answers that stay unreadable, and quotes none", async () => {
        const reference = await startJob();
        for (const answer of UNREADABLE) {
          world.fault({ ...requests.poll, headers: { "retry-after": "0" }, ...answer, times: 4 });
          // As many as a client with retries of its own asks for.
          for (let attempt = 0; attempt < 4; attempt += 1) {
            const error = await pollJob(world.backend, reference, {}).catch((thrown: unknown) => thrown);
            if (!(error instanceof Error)) break;
            assert.ok(ServiceError.isInstance(error), `${answer.text}: ${String(error)}`);
            assertHas(error, { code: "invalid-answer" });
            assertWithout("QUOTED", error.message);
          }
        }
      });

      it("is not started twice when the answer to the creation cannot be read", async () => {
        if (!world.backend.find) return;
        const headers = { "retry-after": "0" };
        world.fault({ ...requests.create, headers, text: "<html>busy</html>", after: true });
        await startFineTune(fineTuneOptions());
        assert.equal(world.jobCount(), 1);
      });

      it("is not started twice when the answer to the creation is lost", async () => {
        if (!world.backend.find) return;
        world.fault({ ...requests.create, drop: "after" });
        const job = await startFineTune(fineTuneOptions());
        assert.equal(world.jobCount(), 1);
        assert.notEqual((await job.status()).rawStatus, "");
      });
    }

    if (requests) {
      for (const [name, fault] of Object.entries(EVERYWHERE)) {
        it(`makes one job, whichever of its requests meets ${name}`, async () => {
          let met = true;
          for (let skip = 0; met; skip += 1) {
            assert.ok(skip < MOST_REQUESTS, "a job takes fewer requests");
            met = false;
            world.fault({ ...fault, skip, onMet: () => void (met = true) });
            const error = await runJob();
            assert.ok(error === undefined || FinetuneError.isInstance(error), `request ${skip + 1}: ${String(error)}`);
            assertWithout(world.secret, error, String(error));
            assertWithout("QUOTED", String(error));
            // What cannot be looked up is not tried again by itself.
            const twice = error !== undefined && world.backend.find !== undefined;
            assert.equal(twice ? await runJob() : undefined, undefined, `request ${skip + 1}: the second call`);
            assert.ok(world.jobCount() <= 1, `request ${skip + 1}: ${world.jobCount()} jobs`);
            if (error === undefined || twice) assert.equal(world.jobCount(), 1);
            await world.close();
            world = await contract.start();
          }
        });
      }
    }

    it("is started once by two calls at the same moment", async () => {
      const [first, second] = await Promise.all([startFineTune(fineTuneOptions()), startFineTune(fineTuneOptions())]);
      assert.equal(second.reference.id, first.reference.id);
      assert.equal(world.jobCount(), 1);
    });

    it("is started again where reuse is false, also when the answer is lost", async () => {
      if (!world.backend.find) return;
      const first = await startFineTune(fineTuneOptions());
      const second = await startFineTune({ ...fineTuneOptions(), reuse: false });
      assert.notEqual(second.reference.id, first.reference.id);
      assert.equal(world.jobCount(), 2);
      if (!requests) return;
      world.fault({ ...requests.create, drop: "after" });
      const third = await startFineTune({ ...fineTuneOptions(), reuse: false });
      assert.ok(![first.reference.id, second.reference.id].includes(third.reference.id), "a third job");
      assert.equal(world.jobCount(), 3);
    });

    it("does nothing under a signal that has aborted", async () => {
      const reference = await startJob();
      const signal = AbortSignal.abort(new Error("enough"));
      await assert.rejects(world.backend.poll(reference, { signal }));
      await assert.rejects(world.backend.upload(await datasetFile(), { signal }));
    });

    it("is followed to its end and reports on the way", async () => {
      const progress: FineTuneProgress[] = [];
      const job = await startFineTune({ ...fineTuneOptions(), onProgress: (one) => void progress.push(one) });
      await world.setStatus(job.reference.id, contract.ends.succeeded);
      const tuned = await job.wait();
      const { name, model } = world.backend;
      assertHas(tuned, { backend: name, job: job.reference.id, baseModel: model, method: "supervised" });
      assert.equal(tuned.dataset?.rows, rows.length);
      assertPlain(tuned);
      const types = new Set<string>(progress.map(({ type }) => type));
      for (const type of ["prepared", "uploading", "uploaded", "created", "finished"])
        assert.ok(types.has(type), `${type} was reported`);
    });

    it("is not started twice: the same call finds the job", async () => {
      if (!world.backend.find) return;
      const first = await startFineTune(fineTuneOptions());
      const second = await startFineTune(fineTuneOptions());
      assert.equal(second.reference.id, first.reference.id);
      assert.equal(world.jobCount(), 1);
    });

    it("is resumed from a stored reference, on another machine", async () => {
      const { reference } = await startFineTune(fineTuneOptions());
      await world.setStatus(reference.id, contract.ends.succeeded);
      const stored = JSON.parse(JSON.stringify(reference)) as JobReference;
      const tuned = await resumeFineTune(stored, { backend: world.backend, pollInterval: 5 }).wait();
      assert.equal(tuned.job, reference.id);
    });

    it("throws when the job failed", async () => {
      const job = await startFineTune(fineTuneOptions());
      await world.setStatus(job.reference.id, contract.ends.failed, { message: "Line 3 is bad." });
      const error = await rejection(job.wait());
      assert.ok(FineTuneJobError.isInstance(error), String(error));
      assertHas(error, { status: "failed", rawStatus: contract.ends.failed, job: job.reference.id });
      assert.match(error.message, /Line 3 is bad\./);
    });

    it("is cancelled, and the cancelling waits until the provider says so", async () => {
      const { cancelled } = contract.ends;
      if (!world.backend.cancel || cancelled === undefined) return;
      const job = await startFineTune(fineTuneOptions());
      const cancelling = job.cancel();
      await world.setStatus(job.reference.id, cancelled);
      assertHas(await cancelling, { status: "cancelled", rawStatus: cancelled });
      assertHas(await rejection(job.wait()), { status: "cancelled" });
    });

    it("refuses a method that it does not have before anything is sent", async () => {
      const missing = METHODS.find((method) => !world.backend.capabilities.methods.includes(method));
      if (missing === undefined) return;
      const error = await rejection(startFineTune({ ...fineTuneOptions(), method: missing }));
      assert.ok(InvalidOptionError.isInstance(error), String(error));
      assert.equal(world.uploadCount(), 0);
      assert.equal(world.jobCount(), 0);
    });
  });
}

/** The value is the same after a way through JSON. */
function assertPlain(value: object): void {
  assert.deepEqual(JSON.parse(JSON.stringify(value)), value);
}

/** The value has these members, and maybe others. */
function assertHas(value: object | undefined, members: Readonly<Record<string, unknown>>): void {
  assert.ok(value, "there is a value");
  for (const [name, member] of Object.entries(members))
    assert.deepEqual((value as Readonly<Record<string, unknown>>)[name], member, name);
}

/** None of the values, written as JSON, holds the text. */
function assertWithout(text: string, ...values: readonly unknown[]): void {
  for (const value of values) assert.ok(!(JSON.stringify(value) ?? "").includes(text), "a secret or a quote shows");
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  const error: unknown = await promise.then(
    () => assert.fail("It was expected to throw."),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Error);
  return error;
}
