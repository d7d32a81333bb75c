/** `@Cached()`: a method of a service or resolver whose results are kept until something that it has read changes. */
import { Inject, Optional } from '@nestjs/common';
import { print, type GraphQLResolveInfo } from 'graphql';
import { CachedValues, type ValueOptions } from './core/cached-values.js';
import { keyText } from './core/key-text.js';
import { isWatched } from './core/scope.js';
import type { TtlStrategy } from './core/ttl-strategy.js';

export interface CachedOptions<Args extends unknown[], Result> extends Pick<
  ValueOptions<Result>,
  'tags' | 'scope' | 'timeoutMs'
> {
  /**
   * What of the arguments matters; all of them, if unset. Whoever names less promises that the method looks at nothing else
   * of them, e.g. at the id of its parent only.
   */
  readonly key?: (...args: Args) => readonly unknown[];
  readonly ttlMs?: number;
  /** In place of `ttlMs`. */
  readonly strategy?: TtlStrategy;
}

type AsyncMethod = (...args: unknown[]) => Promise<unknown>;

/** Where an instance has the cache of the application that it belongs to: two applications may run in one process. */
const cachedValues = Symbol('cachedValues');

interface Cacheable {
  readonly [cachedValues]?: CachedValues;
}

/**
 * The method itself is wrapped, so that guards, pipes and interceptors of its handler run on a hit as well, and a call from
 * another service finds the cache as a call from GraphQL does. Belongs to singletons: what an instance itself holds is not
 * part of the key.
 *
 * Arguments that are watched, such as the viewer, are not part of the key: reading them narrows who may share the value.
 * Of a resolver's `info` the selection is. Where an argument fits into no key, the method runs as if it were not cached.
 */
export function Cached<Args extends unknown[] = never[], Result = unknown>(
  options: CachedOptions<Args, Result> = {},
) {
  return <Method extends (...args: [...Args, ...never[]]) => Promise<Result>>(
    prototype: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    const method = descriptor.value as AsyncMethod | undefined;
    if (method === undefined)
      throw new TypeError(`@Cached() belongs to a method, and ${String(name)} is none.`);
    Inject(CachedValues)(prototype, cachedValues);
    Optional()(prototype, cachedValues);
    const wanted = valueOptions(options);
    const label = `${prototype.constructor.name}.${String(name)}`;
    const chosen = options.key as KeyOf | undefined;
    const cached = likeMethod(method, function (this: Cacheable, ...args) {
      const values = this[cachedValues];
      const key =
        values?.usableIn() === undefined ? undefined : keyText(chosen?.(...args) ?? args.map(keyPart));
      if (values === undefined || key === undefined) return method.apply(this, args);
      return values.getOrMake(`${label} ${key}`, wanted, () => method.apply(this, args));
    });
    descriptor.value = cached as unknown as Method;
  };
}

type KeyOf = (...args: unknown[]) => readonly unknown[];

function valueOptions<Args extends unknown[], Result>({
  strategy,
  ttlMs,
  tags,
  scope,
  timeoutMs,
}: CachedOptions<Args, Result>): ValueOptions<unknown> {
  const ttl: TtlStrategy | undefined =
    strategy ?? (ttlMs === undefined ? undefined : { kind: 'fixed', ttlMs });
  return {
    isSelfContained: true, // all that a method of a singleton is given are its arguments
    ...(ttl !== undefined && { ttl }),
    ...(tags !== undefined && { tags: tags as NonNullable<ValueOptions<unknown>['tags']> }),
    ...(scope !== undefined && { scope }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

/** Decorators below this one have left their marks on the method itself; those above look at its name and length. */
function likeMethod(
  method: AsyncMethod,
  wrapper: (this: Cacheable, ...args: unknown[]) => Promise<unknown>,
): typeof wrapper {
  for (const key of Reflect.getMetadataKeys(method) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, method), wrapper);
  }
  return Object.defineProperties(wrapper, {
    name: { value: method.name, configurable: true },
    length: { value: method.length, configurable: true },
  });
}

/** In place of what is watched: to be given it is not to be given nothing. */
const watchedPart = ['', 'watched'];

function keyPart(argument: unknown): unknown {
  if (isWatched(argument)) return watchedPart;
  return isInfo(argument) ? askedBy(argument) : argument;
}

function isInfo(argument: unknown): argument is GraphQLResolveInfo {
  return (
    typeof argument === 'object' && argument !== null && 'fieldNodes' in argument && 'schema' in argument
  );
}

/** What a resolver can learn from `info` of the question; where in the answer it stands, it must not care. */
function askedBy({
  fieldName,
  parentType,
  fieldNodes,
  fragments,
  variableValues,
}: GraphQLResolveInfo): unknown[] {
  const texts = [...fieldNodes, ...Object.values(fragments)].map(print);
  return [parentType.name, fieldName, texts, variableValues];
}
