import { fireworks } from "langsmith-finetune/backends/fireworks";
import { FIREWORKS_STATES } from "../../../src/train/backends/fireworks/snapshot.js";
import { testBackend } from "../backend-contract.js";
import { FIREWORKS_SECRET, startFireworksFake } from "../fakes/fireworks.js";

testBackend({
  name: "fireworks",
  statuses: FIREWORKS_STATES,
  ends: { succeeded: "JOB_STATE_COMPLETED", failed: "JOB_STATE_FAILED", cancelled: "JOB_STATE_CANCELLED" },
  requests: {
    create: { method: "POST", path: /\/supervisedFineTuningJobs\?/ },
    poll: { method: "GET", path: /\/supervisedFineTuningJobs\/[^/]+$/ },
  },
  reusesFiles: true,
  async start() {
    const fake = await startFireworksFake();
    return {
      backend: fireworks({
        model: "llama-v3p1-8b-instruct",
        accountId: "acme",
        apiKey: FIREWORKS_SECRET,
        baseURL: fake.server.url,
        pollInterval: 5,
      }),
      secret: FIREWORKS_SECRET,
      setStatus: fake.setStatus,
      addEvents: fake.addEvents,
      jobCount: () => fake.jobs.size,
      uploadCount: () => [...fake.datasets.values()].filter(({ content }) => content !== undefined).length,
      fault: fake.server.fault,
      close: () => fake.server.close(),
    };
  },
});
