import { alibaba } from "langsmith-finetune/backends/alibaba";
import { ALIBABA_STATES } from "../../../src/train/backends/alibaba/jobs.js";
import { testBackend } from "../backend-contract.js";
import { ALIBABA_SECRET, startAlibabaFake } from "../fakes/alibaba.js";

testBackend({
  name: "alibaba",
  statuses: ALIBABA_STATES,
  ends: { succeeded: "SUCCEEDED", failed: "FAILED", cancelled: "CANCELED" },
  requests: {
    create: { method: "POST", path: /\/fine-tunes$/ },
    poll: { method: "GET", path: /\/fine-tunes\/[^/?]+$/ },
  },
  reusesFiles: true,
  async start() {
    const fake = await startAlibabaFake();
    return {
      backend: alibaba({
        model: "qwen3-14b",
        apiKey: ALIBABA_SECRET,
        baseURL: `${fake.server.url}/api/v1`,
        pollInterval: 5,
      }),
      secret: ALIBABA_SECRET,
      setStatus: fake.setStatus,
      addEvents: fake.addEvents,
      jobCount: () => fake.jobs.length,
      uploadCount: () =>
        fake.server.requests.filter(({ method, path }) => method === "POST" && path.endsWith("/files")).length,
      fault: fake.server.fault,
      close: () => fake.server.close(),
    };
  },
});
