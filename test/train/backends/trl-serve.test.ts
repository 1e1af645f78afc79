import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chatModel, TimeoutError, type FineTunedModel, MissingPackageError } from "langsmith-finetune";
import { mergeAdapter, serve, type ServeOptions } from "langsmith-finetune/backends/trl";
import { transformersServe, vllm } from "../../../src/train/backends/trl/engines.js";
import { alive } from "../../alive.js";

const stub = fileURLToPath(new URL("../fakes/stub-server.mjs", import.meta.url));
const tuned: FineTunedModel = {
  backend: "trl",
  job: "calculator-0123456789ab",
  baseModel: "Qwen/Qwen3-0.6B",
  method: "supervised",
  model: "/models/tuned",
  deployment: { status: "required", billed: "Nothing; serve(tuned) starts a server." },
};

describe.skipIf(process.platform === "win32")("serve, with a stand-in for the server", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "trl-serve-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const start = (behaviour = "answers", options: ServeOptions = {}) =>
    serve(tuned, { command: [process.execPath, stub, "{host}", "{port}", folder, behaviour, "{model}"], ...options });
  // A command that ended before it had begun has left none.
  const processes = () =>
    existsSync(join(folder, "processes")) ? readFileSync(join(folder, "processes"), "utf8").split(" ").map(Number) : [];
  const started = () => vi.waitFor(() => expect(processes().filter(alive)).toHaveLength(2), { timeout: 5000 });
  const allEnded = () => vi.waitFor(() => expect(processes().filter(alive)).toEqual([]), { timeout: 5000 });

  it("waits until the server answers, and gives a model that the chat model talks to", async () => {
    const lines: string[] = [];
    const server = await start("answers", { onOutput: (line) => void lines.push(line) });
    try {
      expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
      expect(lines).toContain("loading the model");
      // What is stored and read back works too.
      const stored = JSON.parse(JSON.stringify(server.tuned)) as FineTunedModel;
      const answer = await (await chatModel(stored)).invoke("What's 6*7?");
      expect(answer.text).toBe("/models/tuned was asked: What's 6*7?");
    } finally {
      await server.stop();
    }
    await server.stop();
    await allEnded();
  });

  it("ends the whole process tree at the end of its block", async () => {
    {
      await using server = await start();
      expect(server.tuned.deployment?.status).toBe("ready");
      await started();
    }
    await allEnded();
  });

  it("says why, when the command dies, and leaves nothing behind", async () => {
    const error = await start("dies").catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/exit code 3.*Unrecognized model/s);
    expect(error).toMatchObject({ hint: expect.stringContaining(stub) as string });
    await allEnded();
  });

  it("ends at the timeout, with the server", async () => {
    const error = await start("silent", { timeout: 700 }).catch((thrown: unknown) => thrown);
    expect(TimeoutError.isInstance(error)).toBe(true);
    await allEnded();
  });

  it("ends with the signal, while it waits and while it runs", async () => {
    const waiting = new AbortController();
    const result = start("silent", { signal: waiting.signal }).catch((thrown: unknown) => thrown);
    await started();
    waiting.abort(new Error("enough"));
    expect(await result).toMatchObject({ message: "enough" });
    await allEnded();

    const running = new AbortController();
    await start("answers", { signal: running.signal });
    await started();
    running.abort();
    await allEnded();
  });

  it("says that there is no such command", async () => {
    await expect(serve(tuned, { command: ["/nowhere/server"] })).rejects.toThrow(/ENOENT/);
  });

  it("names the package that the default server lacks", async () => {
    const python = join(folder, "python");
    await writeFile(python, "#!/bin/sh\necho \"ModuleNotFoundError: No module named 'fastapi'\" >&2\nexit 1\n", {
      mode: 0o755,
    });
    const error = await serve(tuned, { python }).catch((thrown: unknown) => thrown);
    expect(MissingPackageError.isInstance(error)).toBe(true);
    expect(String(error)).toContain(`${python} -m pip install "transformers[serving]" requests`);
  });

  it("is for trl's models only", async () => {
    await expect(serve({ ...tuned, backend: "together" })).rejects.toMatchObject({ name: "InvalidOptionError" });
  });

  it("merges an adapter once for transformers serve, and says what failed", async () => {
    const adapter: FineTunedModel = { ...tuned, model: join(folder, "output"), details: { adapter: true } };
    const python = join(folder, "python");
    await writeFile(
      python,
      `#!/bin/sh\n[ -e "${folder}/full" ] && { echo "torch.OutOfMemoryError: out of memory" >&2; exit 1; }\necho merged >> "${folder}/count"\nmkdir -p "$4"\nprintf %s "$5" > "$4/merged-from"\n`,
      { mode: 0o755 },
    );
    await writeFile(join(folder, "full"), "");
    // The adapter is on the hub as far as the disk tells, so its place is given.
    const directory = join(folder, "whole");
    await expect(mergeAdapter(adapter, { python, directory })).rejects.toThrow(/could not be merged.*out of memory/);
    await rm(join(folder, "full"));
    expect(await mergeAdapter(adapter, { python, directory })).toBe(directory);
    expect(await mergeAdapter(adapter, { python, directory })).toBe(directory);
    expect(readFileSync(join(folder, "count"), "utf8")).toBe("merged\n");
    await expect(mergeAdapter(tuned, { python })).rejects.toMatchObject({ name: "InvalidOptionError" });
  });
});

describe("the command of a server", () => {
  const adapter: FineTunedModel = { ...tuned, model: "team/adapter", details: { adapter: true } };

  it("gives vLLM the adapter by name, and the flags without which it refuses tools", async () => {
    const { command, model } = await vllm(adapter, { python: "py" });
    expect(command.join(" ")).toBe(
      'py -m vllm.entrypoints.cli.main serve Qwen/Qwen3-0.6B --enable-lora --lora-modules {"name":"calculator-0123456789ab","path":"team/adapter"} --max-lora-rank 64 --enable-auto-tool-choice --tool-call-parser hermes --host {host} --port {port}',
    );
    expect(model).toBe("calculator-0123456789ab");
  });

  it("gives vLLM a whole model under the job's name", async () => {
    const { command } = await vllm({ ...tuned, baseModel: "meta-llama/Llama-3.1-8B-Instruct" }, { python: "py" });
    expect(command.join(" ")).toContain(
      "serve /models/tuned --served-model-name calculator-0123456789ab --enable-auto-tool-choice --tool-call-parser llama3_json",
    );
    expect((await vllm(tuned, { python: "py", toolCallParser: false })).command).not.toContain(
      "--enable-auto-tool-choice",
    );
  });

  it("takes a rank for vLLM that holds the adapter's", async () => {
    const folder = await mkdtemp(join(tmpdir(), "trl-rank-"));
    try {
      await writeFile(join(folder, "adapter_config.json"), '{"r": 24}');
      const { command } = await vllm({ ...adapter, model: folder }, { python: "py" });
      expect(command[command.indexOf("--max-lora-rank") + 1]).toBe("32");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("serves a whole model by transformers without what it refuses", async () => {
    expect(await transformersServe(tuned, { python: "py" })).toMatchObject({
      model: "/models/tuned",
      fields: { streamUsage: false },
    });
  });
});

it("points to serve where chatModel is called too early", async () => {
  await expect(chatModel(tuned)).rejects.toThrow(/serve\(tuned\)/);
});
