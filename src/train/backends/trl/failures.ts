import { TRAINING_BEGINS } from "./scripts.js";

/** What an ended training's output says went wrong. */
export interface TrainingFailure {
  readonly code: string;
  readonly message: string;
  readonly line?: number;
}

interface KnownFailure {
  readonly code: string;
  readonly pattern: RegExp;
  readonly advice: string;
}

const GO_ON = "The same fineTune call goes on from the last checkpoint.";

// What TRL, transformers and torch print, and what to do about it.
const KNOWN: readonly KnownFailure[] = [
  {
    code: "out-of-memory",
    pattern: /OutOfMemoryError|out of memory|Cannot allocate memory|DefaultCPUAllocator|MemoryError/i,
    advice:
      "Lower perDeviceBatchSize (and raise gradientAccumulation by the same factor) or maxLength, train with LoRA, or load in 4 bit (config: { load_in_4bit: true }).",
  },
  {
    code: "missing-package",
    pattern: /ModuleNotFoundError: No module named '([\w.]+)'|ImportError: .*pip install/,
    advice: "Install it into the Python that trains.",
  },
  {
    code: "model-not-found",
    pattern:
      /Repo id must (?:be in the form|use alphanumeric)|HFValidationError|is not a local folder and is not a valid model identifier|RepositoryNotFoundError|Repository Not Found|LocalEntryNotFoundError|couldn't find (?:it|them) in the cached files|Can't load the (?:configuration|model)/i,
    advice: "Check the name or path, the network, and HF_TOKEN where the model is gated.",
  },
  {
    code: "gated-model",
    pattern:
      /GatedRepoError|access to (?:this )?(?:model|repo) .*(?:restricted|gated)|401 Client Error|403 Client Error/i,
    advice: "Accept the model's licence on the hub and set HF_TOKEN.",
  },
  {
    code: "no-chat-template",
    pattern: /chat_template is not set|does not have a chat template|generate assistant masks/i,
    advice: 'Choose an instruction-tuned model, pass config: { chat_template_path }, or use trainOn: "last".',
  },
  {
    // What a shell prints of a process that got SIGKILL.
    code: "interrupted",
    pattern: /^Killed\b/m,
    advice: `It was killed from outside: by the system for lack of memory most often (then lower perDeviceBatchSize or maxLength), or by somebody. ${GO_ON}`,
  },
  { code: "disk-full", pattern: /No space left on device|ENOSPC/, advice: "Make room, or lower keepCheckpoints." },
];

/** What check_rows.py prints: the code and the rows. */
const ROWS = /^(rows-too-long|rows-refused): (.*)$/m;

/** The failure of a training that ended without a word of its own. */
export function interrupted(message: string): TrainingFailure {
  return { code: "interrupted", message: `${message} ${GO_ON}` };
}

/**
 * Reads the end of a log. The message is the last error's own text; where the log names no error, what the
 * runner knows of the end stands in for it: a node that was lost leaves none in the output.
 */
export function readFailure(wholeLog: string, runnersMessage?: string): TrainingFailure {
  // How an earlier try ended says nothing about the last one.
  const [log = ""] = wholeLog.split(TRAINING_BEGINS).slice(-1);
  const [, code, message = ""] = ROWS.exec(log) ?? [];
  if (code !== undefined) {
    const line = /line (\d+)/.exec(message)?.[1];
    return { code, message, line: line === undefined ? undefined : Number(line) };
  }
  const known = KNOWN.find(({ pattern }) => pattern.test(log));
  const own = lastError(log);
  if (known) return { code: known.code, message: `${own} ${known.advice}` };
  // Ray puts the end of the output after its first line.
  const end = runnersMessage?.split("\n")[0]?.replace(/, last available logs.*$/, ".");
  if (!end) return { code: "training-failed", message: own };
  // 128 and more: a signal ended it. Ray gives the number of the signal itself, below zero.
  const signalled = /exit code (?:-\d+|1[3-5]\d)\b/.test(end);
  return signalled ? interrupted(end) : { code: "training-failed", message: `${own} (${end})` };
}

/** The last line that names an error, or else the last line of all. */
function lastError(log: string): string {
  const lines = log.split(/[\r\n]+/).filter((line) => line.trim() !== "" && !line.includes("%|"));
  const error = lines.findLast(
    (line) =>
      /^(?:[\w.]*(?:Error|Exception|Interrupt))\b/.test(line) && !line.startsWith("subprocess.CalledProcessError"),
  );
  return (error ?? lines.at(-1) ?? "The training printed nothing.").trim().slice(0, 2000);
}
