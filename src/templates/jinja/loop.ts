import { fail } from "./failure.js";
import {
  isEqual,
  isList,
  iterate,
  orElse,
  PyFunction,
  type PyObject,
  PyTuple,
  Undefined,
  type Value,
} from "./values.js";

/** `loop` in a `for`. Looks ahead no further than it is asked to: what is not reached is not computed. */
export class Loop implements PyObject {
  readonly typeName = "LoopContext";
  private readonly items: Value[] | readonly Value[];
  private readonly iterator: Iterator<Value> | undefined;
  private index = -1;
  private changedTo: readonly Value[] | undefined;

  constructor(
    iterable: Value | Iterable<Value>,
    private readonly depth: number,
    /** Runs the loop's own body over other items, for `recursive`. */
    readonly again?: (iterable: Value) => Value,
  ) {
    const plain = isList(iterable as Value) ? (iterable as readonly Value[]) : undefined;
    this.items = plain ?? [];
    if (!plain) this.iterator = (isLazy(iterable) ? iterable : iterate(iterable as Value))[Symbol.iterator]();
  }

  /** Goes to the next item; false at the end. */
  next(): boolean {
    if (!this.reach(this.index + 1)) return false;
    this.index += 1;
    return true;
  }

  get current(): Value {
    return this.items[this.index] as Value;
  }

  private reach(index: number): boolean {
    while (this.items.length <= index && this.iterator) {
      const { done, value } = this.iterator.next();
      if (done) return false;
      (this.items as Value[]).push(value);
    }
    return index < this.items.length;
  }

  private get length(): number {
    while (this.iterator && this.reach(this.items.length));
    return this.items.length;
  }

  printed(): string {
    return `<LoopContext ${this.index + 1}/${this.length}>`;
  }

  get call() {
    return ([iterable = null]: readonly Value[]) =>
      this.again ? this.again(iterable) : fail("The loop must have the 'recursive' marker to be called recursively.");
  }

  attribute(name: string): Value | undefined {
    const { index } = this;
    switch (name) {
      case "index":
        return index + 1;
      case "index0":
        return index;
      case "first":
        return index === 0;
      case "last":
        return !this.reach(index + 1);
      case "length":
        return this.length;
      case "revindex":
        return this.length - index;
      case "revindex0":
        return this.length - index - 1;
      case "depth":
        return this.depth + 1;
      case "depth0":
        return this.depth;
      case "previtem":
        return index === 0 ? new Undefined("there is no previous item") : this.items[index - 1];
      case "nextitem":
        return this.reach(index + 1) ? this.items[index + 1] : new Undefined("there is no next item");
      case "cycle":
        return new PyFunction(name, (args) =>
          orElse(args[index % args.length], () => fail("no items for cycling given")),
        );
      case "changed":
        return new PyFunction(name, (args) => {
          const same = this.changedTo && isEqual(new PyTuple(this.changedTo), new PyTuple(args));
          this.changedTo = args;
          return same !== true;
        });
      default:
        return undefined;
    }
  }
}

function isLazy(value: Value | Iterable<Value>): value is Iterable<Value> {
  return typeof value === "object" && value !== null && "next" in value;
}
