import { VERTEX_STATES } from "../../../src/train/backends/vertex/snapshot.js";
import { testBackend } from "../backend-contract.js";
import { GOOGLE_SECRET, startGoogleFake } from "../fakes/google.js";
import { vertexOf } from "./vertex-world.js";

testBackend({
  name: "vertex",
  statuses: VERTEX_STATES,
  ends: { succeeded: "JOB_STATE_SUCCEEDED", failed: "JOB_STATE_FAILED", cancelled: "JOB_STATE_CANCELLED" },
  requests: {
    create: { method: "POST", path: /\/tuningJobs(?:\?|$)/ },
    poll: { method: "GET", path: /\/tuningJobs\/\d+/ },
  },
  reusesFiles: true,
  async start() {
    const fake = await startGoogleFake();
    return {
      backend: vertexOf(fake),
      secret: GOOGLE_SECRET,
      setStatus: fake.setStatus,
      jobCount: () => fake.jobs.size,
      uploadCount: () => fake.objects.size,
      fault: fake.server.fault,
      close: () => fake.server.close(),
    };
  },
});
