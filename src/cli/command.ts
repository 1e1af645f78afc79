import { type Command, InvalidArgumentError } from "commander";
import type { CliContext } from "./context.js";
import { jsonOrText } from "../internal/json.js";

/** One command of the command line: a file in `commands/`, and a line in its list. */
export interface CliCommand {
  /** Declares the command's arguments and options, and what it runs. */
  register(program: Command, run: RunCommand): void;
}

/** Makes the action of a command: `run` gets the context, then the arguments, then the options. */
export type RunCommand = <Arguments extends readonly unknown[], Options>(
  work: (context: CliContext, options: Options, ...args: Arguments) => Promise<unknown>,
) => (...values: unknown[]) => Promise<void>;

/** A command with the options that all have. */
export function define(program: Command, signature: string, description: string): Command {
  return program
    .command(signature)
    .description(description)
    .option("--json", "print one JSON value instead of text")
    .option("--quiet", "print results and errors only")
    .option("--config <file>", "read the options of this file");
}

/** A number, for Commander. */
export function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("It must be a number.");
  return value;
}

/** A whole number from 1 on, for Commander. */
export function countOf(text: string): number {
  const value = numberOf(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("It must be a positive integer.");
  return value;
}

/** Collects an option that may be given more than once. */
export function listOf(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** Collects `name=value` pairs. Values that are JSON are read as such, others are text. */
export function settingOf(text: string, before: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It must be name=value.");
  return { ...before, [text.slice(0, at)]: jsonOrText(text.slice(at + 1)) };
}

/** The entries that have a value, so that an option that was not given leaves the default in place. */
export function given<T extends object>(options: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}
