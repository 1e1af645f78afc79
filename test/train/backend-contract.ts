import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  FineTuneJobError,
  InvalidOptionError,
  ServiceError,
  resumeFineTune,
  startFineTune,
  type DatasetFile,
  type FineTuneBackend,
  type FineTuneProgress,
  type JobReference,
  type JobStatus,
  type TrainingExample,
  type TrainingMethod,
} from "langsmith-finetune";
import { pollJob } from "../../src/train/poll-job.js";
import type { Fault } from "./fakes/fake-server.js";

/** A backend with the stateful fake that it talks to. Made anew for each test. */
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

/** What a backend hands in to be tested by {@link testBackend}. */
export interface BackendContract {
  name: string;
  start(): Promise<BackendWorld>;
  /** Every state of the provider's list, and ours. */
  statuses: Readonly<Record<string, JobStatus>>;
  /** The provider's word for each end. `cancelled` is left out where a job cannot be. */
  ends: { succeeded: string; failed: string; cancelled?: string };
  /** The request that creates a job, and the one that asks how it stands. Left out by a backend that asks no service. */
  requests?: { create: Pick<Fault, "method" | "path">; poll: Pick<Fault, "method" | "path"> };
  /** A file with the same content is not sent twice. */
  reusesFiles: boolean;
  /** @default twelve rows of a question and an answer */
  rows?: TrainingExample[];
}

/** Twelve short conversations: more than any provider's least. */
export const contractRows: TrainingExample[] = Array.from({ length: 12 }, (_, index) => ({
  messages: [
    { role: "system", content: "Answer in one word." },
    { role: "user", content: `What is the capital of country ${index}?` },
    { role: "assistant", content: `City${index}` },
  ],
}));

// What comes with 200 and is no job: of a proxy, a maintenance page, a server that is starting.
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

const METHODS: readonly TrainingMethod[] = ["supervised", "preference", "reinforcement"];

/** What every backend must do, whatever it talks to. */
export function testBackend(contract: BackendContract): void {
  describe(`${contract.name}: backend contract`, () => {
    let world: BackendWorld;
    let directory: string;
    const rows = contract.rows ?? contractRows;

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

    const fineTuneOptions = () => ({ examples: rows, backend: world.backend, directory, pollInterval: 5 });

    it("describes itself", () => {
      const { backend } = world;
      expect(backend.name).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(backend.model).not.toBe("");
      expect(backend.rules.name).not.toBe("");
      expect(backend.file.extension).toMatch(/^\.\w+$/);
      expect(backend.capabilities.methods).toContain("supervised");
      expect(JSON.parse(JSON.stringify(backend.options ?? {}))).toEqual(backend.options ?? {});
      expect(JSON.stringify(backend)).not.toContain(world.secret);
    });

    it("takes a file and gives plain JSON for it", async () => {
      const file = await datasetFile();
      const uploaded = await world.backend.upload(file, {});
      expect(uploaded).toMatchObject({ rows: file.rows, bytes: file.bytes, sha256: file.sha256 });
      expect(uploaded.id).not.toBe("");
      expect(JSON.parse(JSON.stringify(uploaded))).toEqual(uploaded);
      expect(world.uploadCount()).toBe(1);
    });

    it.runIf(contract.reusesFiles)("uses a file with the same content again", async () => {
      const file = await datasetFile();
      const first = await world.backend.upload(file, {});
      const second = await world.backend.upload(file, {});
      expect(second.id).toBe(first.id);
      expect(world.uploadCount()).toBe(1);
    });

    it("starts a job whose reference is plain JSON without credentials", async () => {
      const reference = await startJob();
      expect(JSON.parse(JSON.stringify(reference))).toEqual(reference);
      expect(reference).toMatchObject({
        backend: world.backend.name,
        model: world.backend.model,
        method: "supervised",
        key: "key-1",
      });
      expect(Number.isNaN(Date.parse(reference.createdAt))).toBe(false);
      expect(JSON.stringify(reference)).not.toContain(world.secret);
      expect(world.jobCount()).toBe(1);
    });

    it.each(Object.entries(contract.statuses))("reads %s as %s", async (rawStatus, status) => {
      const reference = await startJob();
      await world.setStatus(reference.id, rawStatus);
      expect(await world.backend.poll(reference, {})).toMatchObject({ status, rawStatus });
    });

    it("takes a state that it does not know for pending and keeps the word", async () => {
      const reference = await startJob();
      await world.setStatus(reference.id, "defragmenting");
      expect(await world.backend.poll(reference, {})).toMatchObject({ status: "pending", rawStatus: "defragmenting" });
    });

    it("finds a job by its key, and none by another", async () => {
      if (!world.backend.find) return;
      const reference = await startJob("key-2");
      expect(await world.backend.find("key-2", {})).toMatchObject({ id: reference.id, key: "key-2" });
      expect(await world.backend.find("key-3", {})).toBeUndefined();
    });

    it("does not find a job that has failed", async () => {
      if (!world.backend.find) return;
      const reference = await startJob();
      await world.setStatus(reference.id, contract.ends.failed, { message: "Line 3 is bad." });
      expect(await world.backend.find("key-1", {})).toBeUndefined();
    });

    it("tells why a job failed, in the provider's words", async () => {
      const reference = await startJob();
      await world.setStatus(reference.id, contract.ends.failed, { code: "bad_row", message: "Line 3 is bad." });
      const snapshot = await world.backend.poll(reference, {});
      expect(snapshot.status).toBe("failed");
      expect(snapshot.error?.message).toContain("Line 3 is bad.");
    });

    it("names the model of a job that succeeded, and how to call it or what must be done first", async () => {
      const reference = await startJob();
      await world.setStatus(reference.id, contract.ends.succeeded);
      const parts = await world.backend.result(reference, await world.backend.poll(reference, {}), {});
      expect(parts.model).not.toBe("");
      expect(JSON.parse(JSON.stringify(parts))).toEqual(parts);
      expect(JSON.stringify(parts)).not.toContain(world.secret);
      if (world.backend.capabilities.deployment === "none") {
        expect(parts.inference?.package).toMatch(/^@langchain\//);
      } else {
        expect(parts.deployment?.status).toBe("required");
        expect(parts.deployment?.billed).not.toBe("");
      }
    });

    it("gives events once, oldest first, and after the cursor only what is new", async () => {
      if (!world.backend.events || !world.addEvents) return;
      const reference = await startJob();
      world.addEvents(reference.id, 3);
      const first = await world.backend.events(reference, undefined, {});
      const ids = first.events.map(({ id }) => id);
      expect(ids.length).toBeGreaterThanOrEqual(3);
      expect(new Set(ids).size).toBe(ids.length);
      const times = first.events.flatMap(({ at }) => (at === undefined ? [] : [at]));
      expect(times).toEqual([...times].sort());
      world.addEvents(reference.id, 2);
      const second = await world.backend.events(reference, first.after, {});
      expect(second.events.filter(({ id }) => !ids.includes(id))).toHaveLength(2);
    });

    it.runIf(contract.requests).each([
      [401, "unauthorized"],
      [403, "forbidden"],
      [404, "not-found"],
      [429, "rate-limited"],
      [503, "server-error"],
    ])("makes a ServiceError of a %i, without the key", async (status, code) => {
      const reference = await startJob();
      world.fault({ ...contract.requests?.poll, status, headers: { "retry-after": "0" }, times: 100 });
      const error = await world.backend.poll(reference, {}).catch((thrown: unknown) => thrown);
      expect(ServiceError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ status, code });
      expect(`${String(error)}${JSON.stringify(error)}${String((error as Error).cause)}`).not.toContain(world.secret);
    });

    it.runIf(contract.requests)("goes on after answers that cannot be read", async () => {
      const job = await startFineTune(fineTuneOptions());
      for (const answer of UNREADABLE)
        world.fault({ ...contract.requests?.poll, headers: { "retry-after": "0" }, ...answer });
      await world.setStatus(job.reference.id, contract.ends.succeeded);
      const retried: string[] = [];
      const tuned = await job.wait({
        onProgress: (progress) => void (progress.type === "retry" && retried.push(progress.error.code)),
      });
      expect(tuned.job).toBe(job.reference.id);
      expect(retried.filter((code) => code !== "invalid-answer")).toEqual([]);
    });

    it.runIf(contract.requests)("makes a ServiceError of answers that stay unreadable, and quotes none", async () => {
      const reference = await startJob();
      for (const answer of UNREADABLE) {
        world.fault({ ...contract.requests?.poll, headers: { "retry-after": "0" }, ...answer, times: 4 });
        // As many as a client with retries of its own asks for.
        for (let attempt = 0; attempt < 4; attempt += 1) {
          const error = await pollJob(world.backend, reference, {}).catch((thrown: unknown) => thrown);
          if (!(error instanceof Error)) break;
          expect(ServiceError.isInstance(error), `${answer.text}: ${String(error)}`).toBe(true);
          expect(error, answer.text).toMatchObject({ code: "invalid-answer" });
          expect(error.message).not.toContain("QUOTED");
        }
      }
    });

    it.runIf(contract.requests)("is not started twice when the answer to the creation cannot be read", async () => {
      if (!world.backend.find) return;
      world.fault({
        ...contract.requests?.create,
        headers: { "retry-after": "0" },
        text: "<html>busy</html>",
        after: true,
      });
      await startFineTune(fineTuneOptions());
      expect(world.jobCount()).toBe(1);
    });

    it("is started once by two calls at the same moment", async () => {
      const [first, second] = await Promise.all([startFineTune(fineTuneOptions()), startFineTune(fineTuneOptions())]);
      expect(second.reference.id).toBe(first.reference.id);
      expect(world.jobCount()).toBe(1);
    });

    it("is started again where reuse is false, also when the answer is lost", async () => {
      if (!world.backend.find) return;
      const first = await startFineTune(fineTuneOptions());
      const second = await startFineTune({ ...fineTuneOptions(), reuse: false });
      expect(second.reference.id).not.toBe(first.reference.id);
      expect(world.jobCount()).toBe(2);
      if (!contract.requests) return;
      world.fault({ ...contract.requests.create, drop: "after" });
      const third = await startFineTune({ ...fineTuneOptions(), reuse: false });
      expect([first.reference.id, second.reference.id]).not.toContain(third.reference.id);
      expect(world.jobCount()).toBe(3);
    });

    it("does nothing under a signal that has aborted", async () => {
      const reference = await startJob();
      const signal = AbortSignal.abort(new Error("enough"));
      await expect(world.backend.poll(reference, { signal })).rejects.toThrow();
      await expect(world.backend.upload(await datasetFile(), { signal })).rejects.toThrow();
    });

    it("is followed to its end and reports on the way", async () => {
      const progress: FineTuneProgress[] = [];
      const job = await startFineTune({ ...fineTuneOptions(), onProgress: (one) => progress.push(one) });
      await world.setStatus(job.reference.id, contract.ends.succeeded);
      const tuned = await job.wait();
      expect(tuned).toMatchObject({
        backend: world.backend.name,
        job: job.reference.id,
        baseModel: world.backend.model,
        method: "supervised",
      });
      expect(tuned.dataset?.rows).toBe(rows.length);
      expect(JSON.parse(JSON.stringify(tuned))).toEqual(tuned);
      expect(progress.map(({ type }) => type)).toEqual(
        expect.arrayContaining(["prepared", "uploading", "uploaded", "created", "finished"]),
      );
    });

    it("is not started twice: the same call finds the job", async () => {
      if (!world.backend.find) return;
      const first = await startFineTune(fineTuneOptions());
      const second = await startFineTune(fineTuneOptions());
      expect(second.reference.id).toBe(first.reference.id);
      expect(world.jobCount()).toBe(1);
    });

    it.runIf(contract.requests)("is not started twice when the answer to the creation is lost", async () => {
      if (!world.backend.find) return;
      world.fault({ ...contract.requests?.create, drop: "after" });
      const job = await startFineTune(fineTuneOptions());
      expect(world.jobCount()).toBe(1);
      expect((await job.status()).rawStatus).not.toBe("");
    });

    it("is resumed from a stored reference, on another machine", async () => {
      const { reference } = await startFineTune(fineTuneOptions());
      await world.setStatus(reference.id, contract.ends.succeeded);
      const stored = JSON.parse(JSON.stringify(reference)) as JobReference;
      const tuned = await resumeFineTune(stored, { backend: world.backend, pollInterval: 5 }).wait();
      expect(tuned.job).toBe(reference.id);
    });

    it("throws when the job failed", async () => {
      const job = await startFineTune(fineTuneOptions());
      await world.setStatus(job.reference.id, contract.ends.failed, { message: "Line 3 is bad." });
      const error = await job.wait().catch((thrown: unknown) => thrown);
      expect(FineTuneJobError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ status: "failed", rawStatus: contract.ends.failed, job: job.reference.id });
      expect((error as Error).message).toContain("Line 3 is bad.");
    });

    it("is cancelled, and the cancelling waits until the provider says so", async () => {
      const { cancelled } = contract.ends;
      if (!world.backend.cancel || cancelled === undefined) return;
      const job = await startFineTune(fineTuneOptions());
      const cancelling = job.cancel();
      await world.setStatus(job.reference.id, cancelled);
      expect(await cancelling).toMatchObject({ status: "cancelled", rawStatus: cancelled });
      await expect(job.wait()).rejects.toMatchObject({ status: "cancelled" });
    });

    it("refuses a method that it does not have before anything is sent", async () => {
      const missing = METHODS.find((method) => !world.backend.capabilities.methods.includes(method));
      if (missing === undefined) return;
      const error = await startFineTune({ ...fineTuneOptions(), method: missing }).catch((thrown: unknown) => thrown);
      expect(InvalidOptionError.isInstance(error)).toBe(true);
      expect(world.uploadCount()).toBe(0);
      expect(world.jobCount()).toBe(0);
    });
  });
}
