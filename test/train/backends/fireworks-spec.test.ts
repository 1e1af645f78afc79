import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deploy, startFineTune, teardown } from "langsmith-finetune";
import { fireworks } from "langsmith-finetune/backends/fireworks";
import { contractRows } from "../backend-contract.js";
import { FIREWORKS_SECRET, startFireworksFake, type FireworksFake } from "../fakes/fireworks.js";
import { specPath, startSpecProxy, type SpecProxy } from "../spec-proxy.js";
import { pairRow } from "./rows.js";

const spec = specPath("fireworks-gateway.yml");

// A third party's copy of the Gateway API's document, 4.259.0.
describe.skipIf(spec === undefined)(
  `fireworks against its OpenAPI document${spec === undefined ? " (skipped: it is not here)" : ""}`,
  () => {
    let fake: FireworksFake;
    let proxy: SpecProxy;
    beforeAll(async () => {
      fake = await startFireworksFake();
      proxy = await startSpecProxy(spec!, fake.server.url, {
        paths: /\/(?:datasets|supervisedFineTuningJobs|dpoJobs|deployments)/,
      });
    }, 60_000);
    afterAll(async () => {
      await proxy.close();
      await fake.server.close();
    });

    // The copy lacks `:upload`, which therefore goes past it.
    const pastTheProxy: typeof globalThis.fetch = (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      return fetch(url.endsWith(":upload") ? url.replace(proxy.url, fake.server.url) : url, init);
    };
    const backendOf = (options = {}) =>
      fireworks({
        model: "llama-v3p1-8b-instruct",
        accountId: "acme",
        apiKey: FIREWORKS_SECRET,
        baseURL: proxy.url,
        fetch: pastTheProxy,
        pollInterval: 5,
        ...options,
      });

    it("makes a dataset and a job with every option, polls, finds, cancels", async () => {
      const backend = backendOf({
        lora: { rank: 16 },
        learningRate: 1e-4,
        warmupSteps: 10,
        maxLength: 8192,
        batchSize: 8,
        batchTokens: 4096,
        gradientAccumulation: 2,
        weightDecay: 0.1,
        evalAutoCarveout: false,
        jinjaTemplate: "{{ messages | tojson }}{{ tools | tojson }}",
        wandb: { apiKey: "k", project: "p", entity: "e" },
      });
      const job = await startFineTune({
        examples: contractRows,
        validation: contractRows.slice(0, 4),
        earlyStopping: true,
        backend,
        suffix: "support",
        epochs: 2,
      });
      expect((await job.status()).rawStatus).toBe("JOB_STATE_CREATING");
      expect((await backend.find!(job.reference.key, {}))?.id).toBe(job.reference.id);
      fake.jobs.get(`supervisedFineTuningJobs/${job.reference.id}`)!.body["jobProgress"] = { percent: 50, epoch: 1 };
      fake.setStatus(job.reference.id, "JOB_STATE_RUNNING");
      expect((await backend.poll(job.reference, {})).progress).toEqual({ fraction: 0.5, epoch: 1 });
      await backend.cancel!(job.reference, {});
      expect((await backend.poll(job.reference, {})).rawStatus).toBe("JOB_STATE_CANCELLING");
      expect(proxy.violations()).toEqual([]);
    });

    it("trains on preference pairs, reads measurements, deploys and tears down", async () => {
      const backend = backendOf({
        lora: { alpha: 16, dropout: 0.1, targetModules: ["q_proj"] },
        preferenceLoss: "DPO",
        beta: 0.1,
      });
      const job = await startFineTune({ examples: [pairRow, pairRow, pairRow], backend });
      fake.addEvents(job.reference.id, 2);
      expect((await backend.events!(job.reference, undefined, {})).events).toHaveLength(2);
      fake.setStatus(job.reference.id, "JOB_STATE_COMPLETED");
      const tuned = await job.wait();
      const deployed = await deploy(tuned, {
        backend,
        acceleratorType: "NVIDIA_H100_80GB",
        acceleratorCount: 1,
        minReplicas: 0,
        maxReplicas: 2,
      });
      expect(deployed.deployment?.status).toBe("ready");
      expect((await teardown(deployed, { backend })).deployment?.status).toBe("ended");
      expect(proxy.violations()).toEqual([]);
    });

    it("would notice: a wrong request and a wrong answer do not pass", async () => {
      await expect(
        startFineTune({ examples: contractRows, backend: backendOf({ extra: { loraRank: "many" } }) }),
      ).rejects.toMatchObject({ status: 422 });
      const backend = backendOf({ learningRate: 0.5 });
      const job = await startFineTune({ examples: contractRows, backend });
      fake.setStatus(job.reference.id, "JOB_STATE_DEFRAGMENTING");
      const answer = await fetch(`${proxy.url}/v1/accounts/acme/supervisedFineTuningJobs/${job.reference.id}`, {
        headers: { authorization: `Bearer ${FIREWORKS_SECRET}` },
      });
      expect(answer.status).toBe(500);
      fake.jobs.delete(`supervisedFineTuningJobs/${job.reference.id}`);
      await proxy.forget(job.reference.id);
    });
  },
);
