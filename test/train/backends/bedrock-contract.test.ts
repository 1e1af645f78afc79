import { BEDROCK_STATES } from "../../../src/train/backends/bedrock/snapshot.js";
import { testBackend } from "../backend-contract.js";
import { AMAZON_SECRET, startAmazonFake } from "../fakes/amazon.js";
import { bedrockOf } from "./bedrock-world.js";

testBackend({
  name: "bedrock",
  statuses: BEDROCK_STATES,
  ends: { succeeded: "Completed", failed: "Failed", cancelled: "Stopped" },
  requests: {
    create: { method: "POST", path: /\/model-customization-jobs$/ },
    poll: { method: "GET", path: /\/model-customization-jobs\/[^?]+$/ },
  },
  reusesFiles: true,
  async start() {
    const fake = await startAmazonFake();
    return {
      backend: bedrockOf(fake),
      secret: AMAZON_SECRET,
      setStatus: fake.setStatus,
      addEvents: fake.addEvents,
      jobCount: () => fake.jobs.size,
      uploadCount: () => fake.server.requests.filter(({ method }) => method === "PUT").length,
      fault: fake.server.fault,
      close: () => fake.server.close(),
    };
  },
});
