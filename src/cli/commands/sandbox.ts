import { once } from "node:events";
import { InvalidOptionError } from "../../errors.js";
import { type CliCommand, countOf, define } from "../command.js";

/** Starts the stand-ins of LangSmith and OpenAI and keeps them until Ctrl-C. */
export const sandbox: CliCommand = {
  register(program, run) {
    define(program, "sandbox", "start stand-ins of LangSmith and OpenAI on this machine")
      .option("--port <number>", "the port of the LangSmith stand-in", countOf)
      .option("--openai-port <number>", "the port of the OpenAI stand-in", countOf)
      .action(
        run<[], { port?: number; openaiPort?: number }>(async (context, { port, openaiPort }) => {
          if (context.signal.aborted) return;
          // The sandbox is an entrance of its own, and is loaded by its public name.
          const { startSandbox } = await import("langsmith-finetune/sandbox");
          const running = await startSandbox({
            ...(port !== undefined && { port }),
            ...(openaiPort !== undefined && { openaiPort }),
          }).catch((cause: unknown) => {
            if ((cause as { code?: string }).code !== "EADDRINUSE") throw cause;
            throw new InvalidOptionError({
              option: "port",
              value: port ?? openaiPort,
              message: "The port is in use.",
              hint: "Pass another.",
              cause,
            });
          });
          try {
            const environment = running.environment();
            await context.print(
              environment,
              Object.entries(environment).map(([name, value]) => `export ${name}=${value}`),
            );
            context.say("Everything is in memory. Stop with Ctrl-C.");
            // Node ends a process that only waits for an event, unless something keeps it: the servers do.
            if (!context.signal.aborted) await once(context.signal, "abort");
          } finally {
            await running.close();
          }
        }),
      );
  },
};
