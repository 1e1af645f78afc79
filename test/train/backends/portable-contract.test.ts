import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { portable } from "langsmith-finetune/backends/portable";
import { testBackend } from "../backend-contract.js";

testBackend({
  name: "portable",
  statuses: { prepared: "pending", running: "running", succeeded: "succeeded", found: "succeeded", failed: "failed" },
  ends: { succeeded: "succeeded", failed: "failed" },
  reusesFiles: false,
  async start() {
    const directory = await mkdtemp(join(tmpdir(), "portable-"));
    const count = async (name: string) =>
      existsSync(join(directory, name)) ? (await readdir(join(directory, name))).length : 0;
    let uploads = 0;
    let jobs = 0;
    const backend = portable({ model: "Qwen/Qwen3-0.6B", directory, trainer: "trl", waitFor: 60_000 });
    return {
      // What the folder holds is counted after each call, since the suite asks without waiting.
      backend: {
        ...backend,
        upload: async (...parameters: Parameters<typeof backend.upload>) => {
          const file = await backend.upload(...parameters);
          uploads = await count("data");
          return file;
        },
        start: async (...parameters: Parameters<typeof backend.start>) => {
          const job = await backend.start(...parameters);
          jobs = (await readdir(directory)).filter((name) => name.startsWith("job-")).length;
          return job;
        },
      },
      secret: "there-is-no-secret-here",
      async setStatus(id, word, reason) {
        const folder = join(directory, id);
        await rm(join(folder, "output"), { recursive: true, force: true });
        await rm(join(folder, "status"), { force: true });
        if (word === "succeeded" || word === "found") {
          await mkdir(join(folder, "output"));
          await writeFile(join(folder, "output", "adapter_config.json"), "{}");
          await writeFile(join(folder, "output", "adapter_model.safetensors"), "weights");
        }
        if (word !== "prepared" && word !== "found")
          await writeFile(join(folder, "status"), word === "failed" ? "failed 1\n" : `${word}\n`);
        if (reason) await writeFile(join(folder, "train.log"), `Loading\n${reason.message}\n`);
      },
      jobCount: () => jobs,
      uploadCount: () => uploads,
      fault: () => {},
      close: () => rm(directory, { recursive: true, force: true }),
    };
  },
});
