/** Draws schemas whose resolvers look at the one who asks, at any depth and in any way, and embed what they have seen. */
import {
  GraphQLList,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
} from 'graphql';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { CachedEntities } from '../core/cached-entities.js';
import type { CachedValues } from '../core/cached-values.js';
import type { EntityLoader } from '../core/entity-loader.js';
import { currentReads } from '../core/reads-recorder.js';
import type { ScopeValues } from '../core/scope.js';
import type { Draw } from './random-graphql.js';

export interface LeakViewer extends ScopeValues {
  /** Another one for each request: no key can hold it. */
  readonly session: string;
}

export interface LeakContext {
  readonly viewer: LeakViewer;
  readonly request: { readonly id: string };
}

type Look = (context: LeakContext) => unknown;

/** All ways in which a resolver gets to know who asks. Most resolvers do not want to. */
const looks: readonly Look[] = [
  ({ viewer }) => viewer.role,
  ({ viewer }) => viewer.tenant,
  ({ viewer }) => viewer.user,
  ({ viewer }) => viewer.session,
  ({ request }) => request.id,
  ({ viewer }) => 'tenant' in viewer,
  ({ viewer }) => 'user' in viewer,
  ({ viewer }) => Object.hasOwn(viewer, 'user') && viewer.role,
  ({ viewer }) => JSON.stringify(viewer),
  ({ viewer }) => Object.keys(viewer).length,
  ({ viewer }) => Reflect.ownKeys(viewer).length,
  (context) => ({ ...context }).viewer.role,
  ({ viewer }) => Object.getOwnPropertyDescriptor(viewer, 'user')?.value,
];

const typeCount = 4;
const fieldCount = 5;

export interface LeakCaches {
  readonly values: CachedValues;
  readonly entities: CachedEntities;
  /** What a loader is given of the context that its caller has; all of it, if it is right. */
  readonly seenByLoaders: (context: LeakContext) => LeakContext;
}

/** @param caches keep the values of some of the fields; undefined for a schema that answers without any cache. */
export function leakSchema(draw: Draw, caches: LeakCaches | undefined): GraphQLSchema {
  const keepers = caches === undefined ? undefined : keepersOf(caches);
  const types: GraphQLObjectType<unknown, LeakContext>[] = [];
  const fieldsOf = (owner: string) => {
    const fields: Record<string, GraphQLFieldConfig<unknown, LeakContext>> = {};
    for (let at = 0; at < fieldCount; at += 1)
      fields[`f${at}`] = randomField(`${owner}.f${at}`, draw, types, keepers);
    return fields;
  };
  for (let at = 0; at < typeCount; at += 1) {
    types.push(new GraphQLObjectType({ name: `T${at}`, fields: () => drawn[at] ?? {} }));
  }
  const drawn = types.map(({ name }) => fieldsOf(name));
  return new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: fieldsOf('Query') }) });
}

type Answer = (context: LeakContext) => unknown;

/** Ways in which the value of a field is kept. */
type Keeper = (name: string, answer: Answer, context: LeakContext) => unknown;

interface Keepers {
  readonly value: Keeper;
  readonly entity: Keeper;
}

function keepersOf({ values, entities, seenByLoaders }: LeakCaches): Keepers {
  const asking = new AsyncLocalStorage<() => unknown>();
  const loader: EntityLoader<unknown> = entities.loader({
    name: 'Leak',
    by: 'leaks.name',
    load: async (names) => {
      currentReads()?.read([
        { table: 'leaks', where: [{ column: 'name', values: names }], columns: undefined },
      ]);
      return new Map([[names[0] ?? '', await asking.getStore()?.()]]);
    },
  });
  return {
    value: (name, answer, context) => values.getOrMake(`Leak ${name}`, {}, () => answer(context)),
    entity: async (name, answer, context) => {
      const found = await asking.run(
        () => answer(seenByLoaders(context)),
        () => loader.getMany([name]),
      );
      return found.get(name);
    },
  };
}

function randomField(
  name: string,
  draw: Draw,
  types: readonly GraphQLObjectType<unknown, LeakContext>[],
  keepers: Keepers | undefined,
): GraphQLFieldConfig<unknown, LeakContext> {
  const isLeaf = draw(2) === 0;
  const named: GraphQLOutputType = isLeaf ? GraphQLString : (types[draw(types.length)] as GraphQLObjectType);
  const isList = draw(5) === 0;
  const look = draw(3) === 0 ? looks[draw(looks.length)] : undefined;
  const answer = answering({ name, isLeaf, isList, look, isAsync: draw(3) === 0, fails: draw(15) === 0 });
  const keeper = ([keepers?.value, keepers?.entity] as const)[draw(8)];
  const resolve: GraphQLFieldResolver<unknown, LeakContext> =
    keeper === undefined
      ? (_source, _args, context) => answer(context)
      : (_source, _args, context) => keeper(name, answer, context);
  return { type: isList ? new GraphQLList(named) : named, resolve };
}

interface AnswerShape {
  readonly name: string;
  readonly isLeaf: boolean;
  readonly isList: boolean;
  readonly look: Look | undefined;
  readonly isAsync: boolean;
  readonly fails: boolean;
}

function answering({ name, isLeaf, isList, look, isAsync, fails }: AnswerShape): Answer {
  const answer = (context: LeakContext): unknown => {
    const seen = look === undefined ? '' : String(look(context));
    if (fails && seen.length % 2 === 0) throw new Error(`${name} is not for ${seen}`);
    // An object shows by being there or not what was seen; a list shows it by its length.
    const value = isLeaf ? `${name} ${seen}` : seen.length % 3 === 2 ? null : {};
    return isList ? Array.from({ length: (seen.length % 2) + 1 }, () => value) : value;
  };
  if (!isAsync) return answer;
  return async (context) => {
    await new Promise(setImmediate);
    return answer(context);
  };
}

/** A query with several root fields, aliases and depths; the same text is asked by many. */
export function leakQuery(draw: Draw, schema: GraphQLSchema): string {
  const select = (type: GraphQLObjectType, depth: number): string => {
    const fields = Object.values(type.getFields());
    const chosen = Array.from({ length: 1 + draw(3) }, (_, at) => {
      const field = fields[draw(fields.length)];
      if (field === undefined) return '__typename';
      const named: unknown = field.type instanceof GraphQLList ? field.type.ofType : field.type;
      const below =
        named instanceof GraphQLObjectType ? (depth > 3 ? '{ __typename }' : select(named, depth + 1)) : '';
      return `a${at}: ${field.name} ${below}`;
    });
    return `{ ${chosen.join(' ')} }`;
  };
  const root = schema.getQueryType();
  return root === null || root === undefined ? '{ __typename }' : select(root, 0);
}
