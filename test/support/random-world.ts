/** A schema of every kind of type whose resolvers answer, fail and wait as a seed and the place in the answer decide. */
import {
  GraphQLEnumType,
  GraphQLError,
  GraphQLFloat,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  responsePathAsArray,
  type GraphQLFieldConfig,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
} from 'graphql';

/** FNV-1a, mixed once more so that neighbouring places differ. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}

export interface WorldContext {
  readonly seed: number;
  /** How often of 100 a place does something else than to answer. */
  readonly mischief: number;
  readonly calls: unknown[];
}

class Coded extends Error {
  readonly extensions = { code: 'CODED', retryAfterMs: 5 };
}

function chance(context: WorldContext, place: string, of: number): number {
  return hash(`${context.seed}|${place}`) % of;
}

async function after(ticks: number): Promise<void> {
  for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
}

/** A promise of a class that is not the platform's. */
function foreignPromise<Value>(value: Value) {
  const promise = Promise.resolve(value);
  // oxlint-disable-next-line unicorn/no-thenable -- that is what it is for
  return { then: promise.then.bind(promise) as PromiseLike<Value>['then'] };
}

function trouble(context: WorldContext, place: string): unknown {
  switch (chance(context, `${place}?`, 7)) {
    case 0:
      throw new Error(`thrown at ${place}`);
    case 1:
      return after(chance(context, `${place}~`, 4)).then(() => {
        throw new Coded(`rejected at ${place}`);
      });
    case 2:
      return new Error(`returned at ${place}`);
    case 3:
      return null;
    case 4:
      throw new GraphQLError('own', { extensions: { code: 'OWN' }, originalError: new TypeError('root') });
    case 5:
      // oxlint-disable-next-line typescript/only-throw-error -- JavaScript allows it
      throw `text at ${place}`;
    default:
      return Promise.resolve(undefined);
  }
}

const kinds = ['Person', 'Product', 'Place'] as const;

function answer(context: WorldContext, type: GraphQLOutputType, place: string): unknown {
  if (chance(context, `${place}!`, 100) < context.mischief) return trouble(context, place);
  const value = plainAnswer(context, type, place);
  switch (chance(context, `${place}@`, 5)) {
    case 0:
      return after(chance(context, `${place}~`, 5)).then(() => value);
    case 1:
      return chance(context, `${place}f`, 3) === 0 ? foreignPromise(value) : value;
    default:
      return value;
  }
}

/** The first is what the type asks for; the others it takes otherwise, or not at all. */
const leaves: Readonly<Record<string, readonly unknown[]>> = {
  Int: [7, 7.5, '8', true],
  Float: [1.5, Number.NaN, '2'],
  String: ['text', 5, { not: 'text' }],
  ID: ['id', 5],
  Color: ['r', 'g', 'unknown'],
  Picky: ['fine', 'promise', 'throws', 'null', 'undefined', 'failing promise'],
};

function leafAnswer(context: WorldContext, type: string, place: string): unknown {
  const [right, ...others] = leaves[type] ?? [];
  const isOdd = chance(context, `${place}o`, 50) < context.mischief;
  return isOdd ? others[chance(context, `${place}n`, others.length)] : right;
}

function listAnswer(context: WorldContext, itemType: GraphQLOutputType, place: string): unknown {
  const length = chance(context, `${place}#`, 4);
  const items = Array.from({ length }, (_, index) => answer(context, itemType, `${place}.${index}`));
  if (chance(context, `${place}i`, 200) < context.mischief) return 'not a list';
  return chance(context, `${place}s`, 8) === 0 ? new Set(items) : items;
}

function plainAnswer(context: WorldContext, type: GraphQLOutputType, place: string): unknown {
  if (isNonNullType(type)) return plainAnswer(context, type.ofType, place);
  if (isListType(type)) return listAnswer(context, type.ofType, place);
  if (isLeafType(type)) return leafAnswer(context, type.name, place);
  const kind = isObjectType(type) ? type.name : kinds[chance(context, `${place}k`, 3)];
  const tells = type === Thing && (kind !== 'Place' || chance(context, `${place}w`, 2) === 0);
  const hides = chance(context, `${place}h`, 100) < context.mischief;
  return {
    kind,
    place,
    plain: `plain of ${place}`,
    method: (_args: unknown, _context: unknown, info: GraphQLResolveInfo) => `${info.fieldName} of ${place}`,
    ...(tells && !hides ? { __typename: kind } : {}),
  };
}

function resolve(source: unknown, args: unknown, context: WorldContext, info: GraphQLResolveInfo): unknown {
  const place = responsePathAsArray(info.path).join('.');
  context.calls.push([
    place,
    { ...(args as object) },
    { ...info, fieldNodes: info.fieldNodes.map((node) => node.loc?.start) },
    source,
  ]);
  return answer(context, info.returnType, place);
}

const Picky = new GraphQLScalarType({
  name: 'Picky',
  serialize(value) {
    if (value === 'throws') throw new Coded('picky');
    if (value === 'null') return null;
    if (value === 'undefined') return undefined;
    if (value === 'promise') return Promise.resolve('late');
    if (value === 'failing promise') return Promise.reject(new Error('late failure'));
    return value;
  },
  parseLiteral(node) {
    if (node.kind !== Kind.STRING || node.value === 'bad') throw new Coded('bad literal');
    return { value: `literal ${node.value}` };
  },
  parseValue(value) {
    if (value === 'bad') throw new Coded('bad value');
    return { value };
  },
});
const Color = new GraphQLEnumType({ name: 'Color', values: { RED: { value: 'r' }, GREEN: { value: 'g' } } });
const Filter: GraphQLInputObjectType = new GraphQLInputObjectType({
  name: 'Filter',
  fields: () => ({
    text: { type: new GraphQLNonNull(GraphQLString), defaultValue: 'all' },
    color: { type: Color, defaultValue: 'g' },
    ids: { type: new GraphQLList(new GraphQLNonNull(GraphQLID)) },
    nested: { type: Filter },
  }),
});

type Fields = Record<string, GraphQLFieldConfig<unknown, WorldContext>>;

function fields(): Fields {
  const outputs: Record<string, GraphQLOutputType> = {
    text: GraphQLString,
    number: GraphQLInt,
    float: GraphQLFloat,
    color: Color,
    picky: Picky,
    person: Person,
    place: Place,
    named: Named,
    thing: Thing,
  };
  const all: Fields = {
    id: { type: new GraphQLNonNull(GraphQLID), resolve },
    plain: { type: GraphQLString },
    method: { type: new GraphQLNonNull(GraphQLString) },
    arrow: { type: GraphQLString, resolve: (source) => (source as { plain?: string } | undefined)?.plain },
    echo: {
      type: GraphQLString,
      args: {
        filter: { type: Filter },
        count: { type: new GraphQLNonNull(GraphQLInt), defaultValue: 3 },
        color: { type: Color },
        picky: { type: Picky },
        must: { type: GraphQLInt },
        texts: { type: new GraphQLList(new GraphQLNonNull(GraphQLString)) },
      },
      resolve: (_source, args, context, info) => {
        resolve(_source, args, context, info);
        return JSON.stringify(args);
      },
    },
    strict: {
      type: GraphQLString,
      args: { count: { type: new GraphQLNonNull(GraphQLInt) } },
      resolve: (source) => (source as { plain?: string } | undefined)?.plain,
    },
  };
  for (const [name, type] of Object.entries(outputs)) {
    all[name] = { type, resolve };
    all[`${name}NN`] = { type: new GraphQLNonNull(type), resolve };
    all[`${name}List`] = { type: new GraphQLList(type), resolve };
    all[`${name}ListNN`] = { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type))), resolve };
    all[`${name}Grid`] = { type: new GraphQLList(new GraphQLNonNull(new GraphQLList(type))), resolve };
  }
  return all;
}

/** What a function of the schema that tells types does: answer, wait, fail or answer nonsense. */
function typeAnswer<Value>(
  context: WorldContext,
  place: string,
  right: Value,
  wrong: readonly unknown[],
): Value {
  const draw = chance(context, `${place}t`, 100);
  if (draw < context.mischief) {
    const nonsense = wrong[draw % wrong.length];
    if (nonsense instanceof Error) throw nonsense;
    return nonsense as Value;
  }
  return (draw % 3 === 0 ? Promise.resolve(right) : right) as Value;
}

type Source = { kind: string; place: string };
const Named: GraphQLInterfaceType = new GraphQLInterfaceType({
  name: 'Named',
  fields,
  resolveType: (source: Source, context: WorldContext) =>
    typeAnswer(context, source.place, source.kind, [
      undefined,
      'Nobody',
      'Query',
      'Color',
      5,
      new Coded('no type'),
    ]),
});
const Person: GraphQLObjectType = new GraphQLObjectType({
  name: 'Person',
  interfaces: () => [Named],
  fields,
});
const Product: GraphQLObjectType = new GraphQLObjectType({
  name: 'Product',
  interfaces: () => [Named],
  fields,
});
const Place: GraphQLObjectType = new GraphQLObjectType({
  name: 'Place',
  interfaces: () => [Named],
  fields,
  isTypeOf: (source: Source, context: WorldContext) =>
    typeAnswer<boolean | Promise<boolean>>(context, source.place, source.kind === 'Place', [
      false,
      new Coded('is not'),
    ]),
});
/** Its values are told by their `__typename` and by `isTypeOf`, which only places have. */
const Thing = new GraphQLUnionType({ name: 'Thing', types: () => [Place, Person, Product] });

export const fieldNames = Object.keys(fields());

export const worldSchema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields }),
  mutation: new GraphQLObjectType({ name: 'Mutation', fields }),
  types: [Person, Product, Place],
});
