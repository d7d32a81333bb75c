/** What completing a value of a type takes, told apart once and not for every value. */
import {
  getNamedType,
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  type GraphQLAbstractType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql';

interface Nullability {
  readonly isNonNull: boolean;
}

/** Values that graphql's own scalars serialise to themselves; of numbers only those of 32 bits are told apart. */
type KeptValues = 'string' | 'boolean' | 'int32' | 'none';

const keptBy: ReadonlyMap<GraphQLLeafType, KeptValues> = new Map<GraphQLLeafType, KeptValues>([
  [GraphQLString, 'string'],
  [GraphQLID, 'string'],
  [GraphQLBoolean, 'boolean'],
  [GraphQLInt, 'int32'],
  [GraphQLFloat, 'int32'],
]);

export function isKept(value: unknown, { keeps }: LeafPlan): boolean {
  if (keeps === 'int32') return typeof value === 'number' && (value | 0) === value;
  return typeof value === keeps;
}

export interface LeafPlan extends Nullability {
  readonly kind: 'leaf';
  readonly type: GraphQLLeafType;
  readonly keeps: KeptValues;
}

export interface ListPlan extends Nullability {
  readonly kind: 'list';
  readonly item: TypePlan;
}

export interface AbstractPlan extends Nullability {
  readonly kind: 'abstract';
  readonly type: GraphQLAbstractType;
}

export interface ObjectPlan extends Nullability {
  readonly kind: 'object';
  readonly type: GraphQLObjectType;
}

export type TypePlan = LeafPlan | ListPlan | AbstractPlan | ObjectPlan;

export function planType(returnType: GraphQLOutputType): TypePlan {
  const isNonNull = isNonNullType(returnType);
  const type = isNonNull ? returnType.ofType : returnType;
  if (isListType(type)) return { kind: 'list', isNonNull, item: planType(type.ofType) };
  if (isLeafType(type)) {
    return { kind: 'leaf', isNonNull, type, keeps: keptBy.get(type) ?? 'none' };
  }
  if (isAbstractType(type)) return { kind: 'abstract', isNonNull, type };
  return { kind: 'object', isNonNull, type };
}

/** Whether completing a value calls a function of the schema that is given `info`. */
export function completionNeedsInfo(returnType: GraphQLOutputType): boolean {
  const type = getNamedType(returnType);
  return isAbstractType(type) || (!isLeafType(type) && type.isTypeOf !== undefined && type.isTypeOf !== null);
}
