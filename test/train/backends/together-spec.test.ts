import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deploy, startFineTune, teardown } from "langsmith-finetune";
import { together } from "langsmith-finetune/backends/together";
import { contractRows } from "../backend-contract.js";
import { startTogetherFake, TOGETHER_SECRET, type TogetherFake } from "../fakes/together.js";
import { type Schemas, specPath, type SpecProxy, startSpecProxy } from "../spec-proxy.js";
import { pairRow } from "./rows.js";

const spec = specPath("together.yaml");

/**
 * Known faults of the document. A job's id is said to be a UUID where one job is read, and `ft-…`
 * everywhere else; the arguments of the cosine schedule also fit the schema of the linear one, of
 * which only one may fit.
 */
function mend(schemas: Schemas): void {
  const id = schemas.FinetuneResponse!.properties.id!;
  const schedulerArguments = schemas.LRScheduler!.properties.lr_scheduler_args!;
  if (id.format !== "uuid" || !schedulerArguments.oneOf) throw new Error("The document has no such fault any more.");
  delete id.format;
  schedulerArguments.anyOf = schedulerArguments.oneOf;
  delete schedulerArguments.oneOf;
}

// Together's OpenAPI document of 2026-04-28, which is older than what its own client sends.
describe.skipIf(spec === undefined)(
  `together against its OpenAPI document${spec === undefined ? " (skipped: it is not here)" : ""}`,
  () => {
    let fake: TogetherFake;
    let proxy: SpecProxy;
    beforeAll(async () => {
      fake = await startTogetherFake();
      proxy = await startSpecProxy(spec!, `${fake.server.url}/v1`, {
        paths: /^\/(?:files|fine-tunes|endpoints|hardware)/,
        mend,
      });
    }, 60_000);
    afterAll(async () => {
      await proxy.close();
      await fake.server.close();
    });

    const backendOf = (options = {}) =>
      together({
        model: "meta-llama/Meta-Llama-3.1-8B-Instruct-Reference",
        apiKey: TOGETHER_SECRET,
        baseURL: proxy.url,
        pollInterval: 5,
        ...options,
      });

    it("uploads, creates with every option, polls, lists, reads events and measurements, cancels", async () => {
      const backend = backendOf({
        lora: { rank: 8, alpha: 16, dropout: 0.1, targetModules: "all-linear" },
        batchSize: 8,
        learningRate: 1e-4,
        scheduler: { type: "cosine", minRatio: 0.1, cycles: 0.5 },
        warmupRatio: 0.1,
        maxGradNorm: 1,
        weightDecay: 0.1,
        packing: true,
        maxLength: 4096,
        checkpoints: 2,
        evaluations: 1,
        trainOnInputs: true,
        trainVision: false,
        wandb: { apiKey: "k", project: "p", name: "n", entity: "e", baseURL: "https://wandb.example" },
      });
      const job = await startFineTune({
        examples: contractRows,
        validation: contractRows.slice(0, 4),
        from: "ft-1:20",
        backend,
        suffix: "support",
        seed: 7,
        epochs: 2,
      });
      fake.addEvents(job.reference.id, 2);
      fake.addMetrics(job.reference.id, 2);
      expect((await job.status()).status).toBe("pending");
      expect((await backend.events!(job.reference, undefined, {})).events).toHaveLength(4);
      expect(await backend.checkpoints!(job.reference, {})).toHaveLength(1);
      expect((await backend.find!(job.reference.key, {}))?.id).toBe(job.reference.id);
      await backend.cancel!(job.reference, {});
      expect((await backend.poll(job.reference, {})).rawStatus).toBe("cancel_requested");
      expect(proxy.violations()).toEqual([]);
    });

    it("trains on preference pairs and all weights, deploys and tears down", async () => {
      const backend = backendOf({
        lora: false,
        beta: 0.1,
        dpo: { normalizeLogRatiosByLength: true, referenceFree: false, rpoAlpha: 0, simpoGamma: 0 },
        scheduler: { type: "linear" },
      });
      const job = await startFineTune({ examples: [pairRow, pairRow], backend });
      fake.setStatus(job.reference.id, "completed");
      const tuned = await job.wait();
      await expect(deploy(tuned, { backend })).rejects.toThrow(/1x_nvidia_h100_80gb_sxm/);
      const deployed = await deploy(tuned, {
        backend,
        hardware: "1x_nvidia_h100_80gb_sxm",
        inactiveTimeout: 30,
        availabilityZone: "us-central-4b",
      });
      expect(deployed.deployment?.status).toBe("ready");
      expect((await teardown(deployed, { backend })).deployment?.status).toBe("ended");
      expect(proxy.violations()).toEqual([]);
    });

    it("would notice: a wrong request and a wrong answer do not pass", async () => {
      const training = { id: "file-0001", name: "x", rows: 1, bytes: 1, sha256: "0" };
      await expect(
        backendOf({ extra: { batch_size: "huge" } }).start({ key: "k", method: "supervised", training }, {}),
      ).rejects.toMatchObject({ status: 422 });
      const job = await startFineTune({ examples: contractRows, backend: backendOf({ weightDecay: 0.5 }) });
      fake.jobs.get(job.reference.id)!.body["status"] = "defragmenting";
      const answer = await fetch(`${proxy.url}/fine-tunes/${job.reference.id}`, {
        headers: { authorization: `Bearer ${TOGETHER_SECRET}` },
      });
      expect(answer.status).toBe(500);
      fake.jobs.delete(job.reference.id);
      await proxy.forget(job.reference.id);
    });
  },
);
