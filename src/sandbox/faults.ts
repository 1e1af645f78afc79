import { InvalidOptionError } from "../errors.js";
import { DAMAGED_ANSWERS, type DamagedAnswer } from "./damaged-answer.js";
import {
  anything,
  boolean,
  either,
  list,
  number,
  only,
  record,
  regularExpression,
  string,
  text,
  word,
} from "../internal/kinds.js";
import { checkOptions, type Kind, type OptionKinds } from "../internal/options.js";

/** The stand-ins that a fault can be limited to. */
export type SandboxService = "langsmith" | "openai";

/** One kind of trouble, and which requests it meets. What is left out is not limited. */
export interface FaultRule {
  /** Only requests to this stand-in. */
  service?: SandboxService;
  /** Only requests with this method. */
  method?: string;
  /** Only requests whose path (without its query) contains this text, or matches this expression. */
  path?: string | RegExp;

  /** Answers that much later, in milliseconds; of a range, a value is drawn with the plan's seed. */
  latency?: number | readonly [least: number, most: number];
  /** Answers with this status and does nothing else: 429, 500, 503, … */
  status?: number;
  /** The `Retry-After` header of that answer: seconds, or an HTTP date. */
  retryAfter?: number | string;
  /** More headers of that answer. */
  headers?: Record<string, string>;
  /** The JSON body of that answer; by default an error in the form of the service. */
  body?: unknown;
  /** The body of that answer repeats what was sent, with its headers and its key, as debugging proxies do. */
  echo?: boolean;
  /**
   * Carries the request out with its `offset` moved by so many, where it has one: 1 as if a record before the page had
   * been deleted since the last page, -1 as if one had been added.
   */
  shift?: number;
  /**
   * Breaks the connection: `before` the request is carried out, `after` it (it took effect, the answer
   * is lost), or `during` the answer, half of which is sent.
   */
  drop?: "before" | "after" | "during";
  /** Answers with success, but not with what the API describes: see {@link DamagedAnswer}. */
  answer?: DamagedAnswer;
  /**
   * Sends the answer in ten pieces with that many milliseconds between two of them, as a slow line
   * does. What `answer` makes of it is sent so too.
   */
  drip?: number;

  /** Lets that many matching requests pass first. @default 0 */
  skip?: number;
  /** Meets at most that many requests. @default Infinity */
  times?: number;
  /** Meets each matching request with this probability, drawn with the plan's seed. @default 1 */
  probability?: number;
}

/** Faults that are there from the start. */
export interface FaultPlan {
  /** Of the random numbers of every rule: the same seed and the same requests give the same faults. @default 1 */
  seed?: number;
  rules?: readonly FaultRule[];
}

/** A rule at work. */
export interface InjectedFault {
  readonly rule: FaultRule;
  /** How many requests it has met. */
  readonly count: number;
  /** Ends it. */
  remove(): void;
}

/** Faults at run time. */
export interface FaultController {
  /** Adds a rule. Rules are asked in the order of their arrival; the first that meets a request decides. */
  inject(rule: FaultRule): InjectedFault;
  /** The rules at work, used up ones too. */
  list(): readonly InjectedFault[];
  /** How many requests met a fault since the start or the last `clear`. */
  readonly count: number;
  /** Ends every rule and sets the count to 0. */
  clear(): void;
}

/** What the HTTP frame does to one request. */
export interface Fault {
  latency: number;
  rule: FaultRule;
}

/** The controller, and the question that the HTTP frame asks for each request. */
export interface Faults extends FaultController {
  meet(service: SandboxService, method: string, path: string): Fault | undefined;
}

/** Makes the controller of a plan. */
export function createFaults({ seed = 1, rules = [] }: FaultPlan = {}): Faults {
  const random = randomNumbers(seed);
  let active: ActiveFault[] = [];
  let count = 0;

  const faults: Faults = {
    get count() {
      return count;
    },
    inject(rule) {
      checkRule(rule);
      const fault: ActiveFault = {
        rule,
        count: 0,
        seen: 0,
        remove: () => {
          active = active.filter((other) => other !== fault);
        },
      };
      active.push(fault);
      return fault;
    },
    list: () => [...active],
    clear() {
      active = [];
      count = 0;
    },
    meet(service, method, path) {
      for (const fault of active) {
        const { rule } = fault;
        if (!matches(rule, service, method, path)) continue;
        fault.seen += 1;
        if (fault.seen <= (rule.skip ?? 0) || fault.count >= (rule.times ?? Infinity)) continue;
        if (rule.probability !== undefined && random() >= rule.probability) continue;
        fault.count += 1;
        count += 1;
        return { rule, latency: drawLatency(rule.latency, random) };
      }
      return undefined;
    },
  };
  for (const rule of rules) faults.inject(rule);
  return faults;
}

interface ActiveFault extends InjectedFault {
  count: number;
  seen: number;
}

function matches(rule: FaultRule, service: SandboxService, method: string, path: string): boolean {
  if (rule.service !== undefined && rule.service !== service) return false;
  if (rule.method !== undefined && rule.method.toUpperCase() !== method) return false;
  if (rule.path === undefined) return true;
  // `search` and not `test`: the result must not depend on the `lastIndex` of a global expression.
  return typeof rule.path === "string" ? path.includes(rule.path) : path.search(rule.path) >= 0;
}

function drawLatency(latency: FaultRule["latency"], random: () => number): number {
  if (latency === undefined) return 0;
  if (typeof latency === "number") return latency;
  const [least, most] = latency;
  return least + (most - least) * random();
}

const ruleKinds: OptionKinds<FaultRule> = {
  service: word("langsmith", "openai"),
  method: text,
  path: either(text, regularExpression),
  latency: either(number({ min: 0 }), list(number({ min: 0 }))) as Kind<NonNullable<FaultRule["latency"]>>,
  status: number({ integer: true, min: 400, max: 599 }),
  retryAfter: either(number({ min: 0 }), text),
  headers: record(string),
  body: anything,
  echo: boolean,
  shift: number({ integer: true }),
  drop: word("before", "after", "during"),
  answer: word(...DAMAGED_ANSWERS),
  drip: number({ min: 0 }),
  skip: number({ integer: true, min: 0 }),
  times: either(number({ integer: true, min: 0 }), only(Infinity)),
  probability: number({ min: 0, max: 1 }),
};

function checkRule(rule: FaultRule): void {
  checkOptions<FaultRule>("inject", rule, ruleKinds);
  const fail = (option: string, value: unknown, message: string) => {
    throw new InvalidOptionError({ option, value, message });
  };
  const { latency, status, drop, answer, drip, retryAfter, echo, shift } = rule;
  if ([latency, status, drop, answer, drip, shift].every((effect) => effect === undefined))
    fail("rule", rule, "A fault rule needs an effect: latency, status, drop, answer, drip or shift.");
  if (echo !== undefined && status === undefined) fail("echo", echo, "A fault rule's echo goes with a status.");
  if (answer !== undefined && (status !== undefined || drop !== undefined))
    fail("answer", answer, "A fault rule's answer cannot be given with status or drop.");
  if (status === undefined && answer === undefined && retryAfter !== undefined)
    fail("retryAfter", retryAfter, "A fault rule's retryAfter goes with a status or an answer.");
}

/** Mulberry32: small, seeded, and the same on every machine. Not for secrets. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
