/** Tells which values an expression stands for when a column is compared with it, without a doubt about their text. */
import { orderedValue } from '../ordered-values.js';
import { equalityValue, type EqualityType, type OrderedType } from '../row-read.js';
import { ownName, type Constant, type Node, type TypeName } from './nodes.js';
import type { ValueSource } from './statement-reads.js';

type ComparedType = EqualityType | OrderedType | 'tsquery';

/** Casts that leave the text of such a value as it is, or fail. */
const harmlessCasts: Readonly<Record<ComparedType, readonly string[]>> = {
  integer: ['int2', 'int4', 'int8', 'numeric', 'text', 'varchar'],
  text: ['text', 'varchar'],
  boolean: ['bool', 'text', 'varchar'],
  uuid: ['uuid', 'text', 'varchar'],
  decimal: ['int2', 'int4', 'int8', 'numeric', 'text', 'varchar'],
  numeric: ['int2', 'int4', 'int8', 'numeric', 'text', 'varchar'],
  timestamptz: ['timestamptz', 'text', 'varchar'],
  tsquery: ['tsquery'],
};

/** The casts of each parameter, by its number and in all its places; undefined stands for a place without one. */
export type Parameters = ReadonlyMap<number, readonly (string | undefined)[]>;

/**
 * A parameter has one type, which its first place decides: `$1` that is a `char(3)` there loses its trailing spaces, and then
 * equals another text than the one that was sent. So only parameters count that have one place, or one cast in all of them.
 */
function isTrusted(param: number, parameters: Parameters): boolean {
  const [first, ...others] = parameters.get(param) ?? [];
  return others.length === 0 || (first !== undefined && others.every((cast) => cast === first));
}

function isHarmless({ names, typmods }: TypeName, type: ComparedType): boolean {
  const name = ownName(names);
  // `numeric(3)` rounds and `varchar(3)` cuts.
  return typmods === undefined && name !== undefined && harmlessCasts[type].includes(name);
}

/** Takes the casts off; undefined when one may change the value. */
function uncast(node: Node, type: ComparedType, dimensions: 0 | 1): Node | undefined {
  let current = node;
  while (current.TypeCast !== undefined) {
    const { arg, typeName } = current.TypeCast;
    if (!isHarmless(typeName, type) || (typeName.arrayBounds?.length ?? 0) !== dimensions) return undefined;
    current = arg;
  }
  return current;
}

function literalOf({ ival, fval, sval, boolval }: Constant, type: EqualityType): string | undefined {
  if (sval !== undefined) return equalityValue(type, sval.sval ?? '');
  if (type === 'integer' && ival !== undefined) return equalityValue(type, ival.ival ?? 0);
  if (type === 'integer' && fval !== undefined) return equalityValue(type, fval.fval);
  if (type === 'boolean' && boolval !== undefined) return equalityValue(type, boolval.boolval ?? false);
  return undefined;
}

/** The value of `= expression`; undefined when it cannot be told. */
export function sourceOf(node: Node, type: EqualityType, parameters: Parameters): ValueSource | undefined {
  const plain = uncast(node, type, 0);
  if (plain?.ParamRef !== undefined) {
    const param = plain.ParamRef.number ?? 0;
    return isTrusted(param, parameters) ? { param } : undefined;
  }
  const literal = plain?.A_Const === undefined ? undefined : literalOf(plain.A_Const, type);
  return literal === undefined ? undefined : { literal };
}

/** The value of `< expression`. */
export function boundOf(node: Node, type: OrderedType, parameters: Parameters): ValueSource | undefined {
  const plain = uncast(node, type, 0);
  if (plain?.ParamRef !== undefined) {
    const param = plain.ParamRef.number ?? 0;
    return isTrusted(param, parameters) ? { param } : undefined;
  }
  const { ival, fval, sval } = plain?.A_Const ?? {};
  const given = ival === undefined ? (fval?.fval ?? sval?.sval) : (ival.ival ?? 0);
  const literal = orderedValue(type, given);
  // `numeric` rounds a literal no more than `integer` does a whole one.
  return literal === undefined ? undefined : { literal: String(given) };
}

/** The values of `IN (expression, …)`. */
export function sourcesOf(
  nodes: readonly Node[],
  type: EqualityType,
  parameters: Parameters,
): readonly ValueSource[] | undefined {
  const sources = nodes.map((node) => sourceOf(node, type, parameters));
  return sources.every((source) => source !== undefined) ? sources : undefined;
}

/** The values of `= ANY(expression)`, and of `unnest(expression)`. */
export function elementSources(
  node: Node,
  type: EqualityType,
  parameters: Parameters,
): readonly ValueSource[] | undefined {
  const plain = uncast(node, type, 1);
  if (plain?.A_ArrayExpr !== undefined) {
    return sourcesOf(plain.A_ArrayExpr.elements ?? [], type, parameters);
  }
  if (plain?.ParamRef === undefined) return undefined;
  const param = plain.ParamRef.number ?? 0;
  return isTrusted(param, parameters) ? [{ paramArray: param }] : undefined;
}

/** The queries of `document @@ expression`, or of `unnest(expression)` with one dimension. */
export function querySource(node: Node, dimensions: 0 | 1, parameters: Parameters): ValueSource | undefined {
  const plain = node.TypeCast === undefined ? undefined : uncast(node, 'tsquery', dimensions);
  if (plain?.ParamRef !== undefined) {
    const param = plain.ParamRef.number ?? 0;
    if (!isTrusted(param, parameters)) return undefined;
    return dimensions === 0 ? { param } : { paramArray: param };
  }
  const literal = plain?.A_Const?.sval?.sval;
  return literal === undefined || dimensions === 1 ? undefined : { literal };
}

function castName({ names, typmods, arrayBounds }: TypeName): string {
  return JSON.stringify([ownName(names), typmods, arrayBounds?.length]);
}

/** Looks at every parameter of a statement. */
export function parametersOf(tree: unknown): Parameters {
  const places = new Map<number, (string | undefined)[]>();
  const visit = (value: unknown, cast: string | undefined): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) visit(item, undefined);
      return;
    }
    const { ParamRef: param, TypeCast: typeCast } = value as Node;
    if (param !== undefined) {
      const number = param.number ?? 0;
      places.set(number, [...(places.get(number) ?? []), cast]);
    } else if (typeCast === undefined) {
      for (const child of Object.values(value)) visit(child, undefined);
    } else {
      visit(typeCast.arg, castName(typeCast.typeName));
    }
  };
  visit(tree, undefined);
  return places;
}
