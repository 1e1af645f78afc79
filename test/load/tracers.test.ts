import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { tracers } from "../../src/load/tracers/index.js";
import { tracedRun } from "../../src/load/tracers/traced-run.js";
import type { TracedRun } from "../../src/load/tracers/tracer.js";
import { Unreadable } from "../../src/messages/unreadable.js";
import { fixtures } from "./fixtures.js";

const room = new URL("../../src/load/tracers/", import.meta.url);

describe("the list of tracers", () => {
  it("has every folder of the room", () => {
    const list = readFileSync(new URL("index.ts", room), "utf8");
    const folders = readdirSync(room, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== "common")
      .map(({ name }) => name);
    expect(folders.length).toBeGreaterThan(10);
    for (const folder of folders) expect(list, folder).toContain(`from "./${folder}/`);
  });

  it("has no name twice", () => {
    const names = tracers.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

// Every tracer with every seventh run is enough of a mixture, and quick.
const some = fixtures.filter((_fixture, index) => index % 7 === 0);

describe.each(tracers.map((tracer) => [tracer.name, tracer] as const))("%s", (_name, tracer) => {
  it("is not the writer of a run that says nothing", () => {
    const nothing: TracedRun = {
      name: "",
      tags: [],
      inputs: {},
      outputs: {},
      params: {},
      options: {},
      metadata: {},
      isExtraOmitted: false,
    };
    expect(tracer.read(nothing)).toBeUndefined();
  });

  it("gives for any captured run a whole conversation, a reason, or nothing, and leaves the run as it is", () => {
    for (const { name, run } of some) {
      const before = JSON.stringify(run);
      try {
        const conversation = tracer.read(tracedRun({ id: "1", ...run } as never));
        if (conversation) {
          expect(Array.isArray(conversation.prompt) && Array.isArray(conversation.answer), name).toBe(true);
          if (typeof conversation.tools === "string") expect(["lost", "not-recorded"]).toContain(conversation.tools);
          else expect(Array.isArray(conversation.tools.tools), name).toBe(true);
        }
      } catch (error) {
        expect(error, name).toBeInstanceOf(Unreadable);
      }
      expect(JSON.stringify(run), name).toBe(before);
    }
  });
});
