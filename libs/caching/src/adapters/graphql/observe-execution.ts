/** Lets resolvers speak to the cache through `info.cacheControl`, as under Apollo Server, and notes which types came up. */
import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  defaultFieldResolver,
  isAbstractType,
  isObjectType,
} from 'graphql';
import type { CacheHint, DefaultAge } from '../../core/cache-policy.js';
import { type ExecutionNotes, FieldPolicy, type FieldRule } from '../../core/execution-notes.js';
import { annotationOfType, ruleOfField } from './cache-annotations.js';

type Field = GraphQLField<unknown, unknown>;
type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** What `cacheControlFromInfo(info)` of `@apollo/cache-control-types` looks for. */
export interface ResolveInfoCacheControl {
  readonly cacheHint: FieldPolicy;
  setCacheHint(hint: CacheHint): void;
  cacheHintFromType(type: GraphQLCompositeType): CacheHint | undefined;
}

export interface ObserveOptions {
  readonly defaultAge?: DefaultAge;
  /** The notes of the request that owns this context; undefined where nothing need be noted. */
  notesOf(contextValue: unknown): ExecutionNotes | undefined;
  /** Told of each hint at once: what is cached below the field keeps it for the next time. */
  readonly onSpoken?: (hint: CacheHint) => void;
}

/**
 * Wraps, in place, the resolvers that somebody wrote, and the fields of types that an interface or union can be; fields
 * that the executor resolves by itself stay as they are and cost nothing.
 */
export function observeExecution(schema: GraphQLSchema, options: ObserveOptions): void {
  const { defaultAge = { maxAge: 0 } } = options;
  const members = membersOfAbstractTypes(schema);
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.resolve !== undefined) {
        // A root type may also be reached from below, where it has no defaults of a root.
        const below = ruleOfField(field, false, defaultAge);
        const atRoot = roots.has(type) ? ruleOfField(field, true, defaultAge) : below;
        field.resolve = speaking(field.resolve, atRoot, below, options);
      }
      if (members.has(type)) field.resolve = notingType(field, type, options);
    }
  }
}

function speaking(resolve: Resolver, atRoot: FieldRule, below: FieldRule, options: ObserveOptions): Resolver {
  return (source, args, context, info) => {
    const notes = options.notesOf(context);
    if (notes === undefined) return resolve(source, args, context, info);
    const rule = info.path.prev === undefined ? atRoot : below;
    const policy = new FieldPolicy(rule.annotation, options.onSpoken);
    (info as GraphQLResolveInfo & { cacheControl: ResolveInfoCacheControl }).cacheControl = {
      cacheHint: policy,
      setCacheHint: (hint) => policy.replace(hint),
      cacheHintFromType: annotationOfType,
    };
    const settle = () => notes.settle(info.path, rule, policy);
    const result = resolve(source, args, context, info);
    whenFinished(result, settle);
    return result;
  };
}

function notingType(field: Field, type: GraphQLObjectType, options: ObserveOptions): Resolver {
  const resolve = field.resolve ?? defaultFieldResolver;
  return (source, args, context, info) => {
    options.notesOf(context)?.noteType(info.path.prev, type.name);
    return resolve(source, args, context, info);
  };
}

function whenFinished(result: unknown, settle: () => void): void {
  if (isPromiseLike(result)) result.then((value) => whenFinished(value, settle), failed);
  else if (Array.isArray(result) && result.some(isPromiseLike)) Promise.all(result).then(settle, failed);
  else settle();
}

/** A failed field needs no policy: its answer has errors, and is not cached. */
function failed(): void {}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

function membersOfAbstractTypes(schema: GraphQLSchema): ReadonlySet<GraphQLObjectType> {
  const abstract = Object.values(schema.getTypeMap()).filter(isAbstractType);
  return new Set(
    abstract.flatMap((type) => (type.name.startsWith('__') ? [] : schema.getPossibleTypes(type))),
  );
}
