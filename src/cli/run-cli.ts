import tab from "@bomb.sh/tab/commander";
import { Command, CommanderError, Help } from "commander";
import { FinetuneError, InvalidExamplesError } from "../errors.js";
import { packageVersion } from "../internal/package-version.js";
import type { RunCommand } from "./command.js";
import { commands } from "./commands/index.js";
import { loadConfig } from "./load-config.js";
import { type CliHost, createContext } from "./context.js";
import { EXIT, exitCodeOf, isAbort } from "./exit-codes.js";

/**
 * Runs one command line and returns its exit code. Results go to stdout; progress, notices and
 * errors go to stderr. Nothing of the process is touched: the caller ends it.
 */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = createProgram(host, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return report(host, error);
  }
}

function createProgram(host: CliHost, end: (code: number) => void): Command {
  const program = new Command("langsmith-finetune")
    .description("LangSmith traces in, a fine-tuned chat model in a LangChain chain out.")
    .version(packageVersion.version)
    .exitOverride()
    .configureHelp({
      // A terminal that does not know its size says 0.
      helpWidth: (host.stdout.columns ?? 0) > 0 ? host.stdout.columns : 80,
      sortSubcommands: false,
      subcommandTerm: (command) => command.name(),
      // `help` works as a command too; the option --help stands above the list.
      visibleCommands: (command) =>
        new Help().visibleCommands(command).filter((one) => one.name() !== "help" || command.commands.includes(one)),
    })
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
    })
    .showSuggestionAfterError(true);
  const run: RunCommand =
    (work) =>
    async (...values) => {
      // Commander passes the arguments, then the options, then the command.
      const command = values.at(-1) as Command;
      const options = command.opts<{ json?: boolean; quiet?: boolean; config?: string }>();
      const config = await loadConfig(options.config, process.cwd());
      const context = createContext(host, { json: options.json ?? false, quiet: options.quiet ?? false, config });
      const code = await work(context, options as never, ...(values.slice(0, -2) as never));
      if (typeof code === "number") end(code);
    };
  for (const command of commands) command.register(program, run);
  tab(program, { completionCommandName: "completion" });
  return program;
}

/** Says what went wrong in one place, in the words of the error, and returns its exit code. */
function report({ stderr }: CliHost, error: unknown): number {
  if (isAbort(error)) {
    stderr.write("Interrupted. Nothing half-written was left under a final name.\n");
    return EXIT.interrupted;
  }
  if ((error as { code?: string }).code === "EPIPE") return EXIT.ok;
  if (!FinetuneError.isInstance(error)) {
    stderr.write(`Unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return EXIT.unexpected;
  }
  stderr.write(`${error.name}: ${error.message}\n`);
  if (InvalidExamplesError.isInstance(error)) {
    for (const finding of error.findings.slice(0, 20)) {
      stderr.write(`  line ${finding.line} ${finding.path}: ${finding.message} [${finding.code}]\n`);
    }
    if (error.findings.length > 20) stderr.write(`  and ${error.findings.length - 20} more\n`);
  }
  return exitCodeOf(error);
}
