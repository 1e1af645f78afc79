// The syntax tree of a template. `line` is the template's, for errors.
import type { Value } from "./values.js";

export interface Argument {
  readonly kind: "positional" | "list" | "keywords";
  readonly value: Expression;
}

export interface CallArguments {
  readonly args: readonly Argument[];
  readonly keywords: readonly { readonly name: string; readonly value: Expression }[];
}

export type BinaryOperator = "+" | "-" | "*" | "/" | "//" | "%" | "**";
export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "notin";

export type Expression = { readonly line: number } & (
  | { readonly kind: "constant"; readonly value: Value }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "list" | "tuple"; readonly items: readonly Expression[] }
  | { readonly kind: "dict"; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: "attribute"; readonly of: Expression; readonly name: string }
  | { readonly kind: "item"; readonly of: Expression; readonly key: Expression }
  | {
      readonly kind: "slice";
      readonly of: Expression;
      readonly bounds: readonly [start?: Expression, stop?: Expression, step?: Expression];
    }
  | { readonly kind: "call"; readonly of: Expression; readonly with: CallArguments }
  | { readonly kind: "filter"; readonly name: string; readonly of?: Expression; readonly with: CallArguments }
  | { readonly kind: "test"; readonly name: string; readonly of: Expression; readonly with: CallArguments }
  | { readonly kind: "not" | "negative" | "positive"; readonly of: Expression }
  | { readonly kind: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "concat"; readonly items: readonly Expression[] }
  | {
      readonly kind: "compare";
      readonly first: Expression;
      readonly rest: readonly { readonly operator: Comparison; readonly value: Expression }[];
    }
  | {
      readonly kind: "choice";
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise?: Expression;
    }
);

export type Target = { readonly line: number } & (
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "namespace"; readonly name: string; readonly attribute: string }
  | { readonly kind: "tuple"; readonly items: readonly Target[] }
);

export interface Parameter {
  readonly name: string;
  readonly default?: Expression;
}

export interface MacroSignature {
  readonly name?: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  /** Which of these the body asks for. */
  readonly caller: boolean;
  readonly keywords: boolean;
  readonly more: boolean;
}

export type Statement = { readonly line: number } & (
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "output"; readonly value: Expression }
  | {
      readonly kind: "if";
      readonly branches: readonly { readonly test: Expression; readonly body: readonly Statement[] }[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly kind: "for";
      readonly target: Target;
      readonly iterable: Expression;
      readonly test?: Expression;
      readonly recursive: boolean;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly kind: "set"; readonly target: Target; readonly value: Expression }
  | {
      readonly kind: "set-block";
      readonly target: Target;
      readonly filter?: Expression;
      readonly body: readonly Statement[];
    }
  | { readonly kind: "macro"; readonly name: string; readonly macro: MacroSignature }
  | { readonly kind: "call-block"; readonly call: Expression; readonly macro: MacroSignature }
  | { readonly kind: "filter-block"; readonly filter: Expression; readonly body: readonly Statement[] }
  | {
      readonly kind: "with";
      readonly targets: readonly { readonly target: Target; readonly value: Expression }[];
      readonly body: readonly Statement[];
    }
  | { readonly kind: "generation"; readonly body: readonly Statement[] }
  | { readonly kind: "break" | "continue" }
);
