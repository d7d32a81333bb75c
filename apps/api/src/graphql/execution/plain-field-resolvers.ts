/**
 * Calls methods that resolve fields directly where Nest has nothing to do for them but to sort their parameters. Its own
 * wrapper makes some ten promises for each call, whether there are guards, pipes or interceptors or not.
 */
import { GUARDS_METADATA, PIPES_METADATA } from '@nestjs/common/constants.js';
import type { ApplicationConfig } from '@nestjs/core';
import type { ExternalContextCreator } from '@nestjs/core/helpers/external-context-creator.js';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Resolver } from './plain-resolver.js';
import { isThenable } from './thenable.js';

type Creation = Parameters<ExternalContextCreator['create']>;
type Method = (...given: unknown[]) => unknown;
type ResolverArguments = readonly unknown[];

interface Parameter {
  readonly index: number;
  readonly data?: unknown;
  readonly pipes?: readonly unknown[];
  readonly schema?: unknown;
}

interface PlainParameter {
  readonly index: number;
  readonly position: number;
  readonly property: string | undefined;
}

/** Where a resolver's arguments hold what `@Parent`, `@Args`, `@Context` and `@Info` ask for, by Nest's numbers of these. */
const positions: ReadonlyMap<string, number> = new Map([
  ['0', 0],
  ['3', 1],
  ['1', 2],
  ['2', 3],
]);

/** Undefined when one has pipes, a schema to be checked by, or a decorator of its own. */
function plainParameters(metadata: Record<string, Parameter>): readonly PlainParameter[] | undefined {
  const parameters: PlainParameter[] = [];
  for (const [key, { index, data, pipes = [], schema }] of Object.entries(metadata)) {
    const position = positions.get(key.split(':')[0] ?? '');
    if (position === undefined || pipes.length > 0 || schema !== undefined) return undefined;
    if (data !== undefined && typeof data !== 'string') return undefined;
    parameters.push({ index, position, property: position === 0 || data === '' ? undefined : data });
  }
  return parameters;
}

function valueOf({ position, property }: PlainParameter, args: ResolverArguments): unknown {
  const value = args[position] as Record<string, unknown> | undefined;
  return property === undefined || !value ? value : value[property];
}

/** Nest answers with the last value of an observable. */
function settled(value: unknown): unknown {
  return isObservable(value) ? lastValueFrom(value) : value;
}

function directCall(instance: object, method: Method, parameters: readonly PlainParameter[]): Resolver {
  const length = Math.max(...parameters.map(({ index }) => index)) + 1;
  const places = Array.from({ length }, (_, place) => parameters.find(({ index }) => index === place));
  return (...args) => {
    const given = places.map((parameter) => parameter && valueOf(parameter, args));
    const result = method.apply(instance, given);
    return isThenable(result) ? result.then(settled) : settled(result);
  };
}

function hasMetadata(key: string, instance: object, method: Method): boolean {
  return [instance.constructor, method].some((target) => {
    const found = Reflect.getMetadata(key, target) as readonly unknown[] | undefined;
    return found !== undefined && found.length > 0;
  });
}

/** Undefined where Nest has something to do. */
function plainFieldResolver(
  config: ApplicationConfig,
  [instance, method, methodName, metadataKey, , contextId, , enhancers, contextType]: Creation,
): Resolver | undefined {
  // Root fields have all enhancers, fields of other types those that the driver's options name.
  if (contextType !== 'graphql' || contextId !== undefined || metadataKey === undefined) return undefined;
  if (enhancers === undefined || enhancers.interceptors === true || enhancers.filters === true)
    return undefined;
  const globalGuards = [...config.getGlobalGuards(), ...config.getGlobalRequestGuards()];
  const isGuarded = globalGuards.length > 0 || hasMetadata(GUARDS_METADATA, instance, method);
  const globalPipes = [...config.getGlobalPipes(), ...config.getGlobalRequestPipes()];
  const isPiped = globalPipes.length > 0 || hasMetadata(PIPES_METADATA, instance, method);
  if ((enhancers.guards === true && isGuarded) || isPiped) return undefined;
  const metadata = Reflect.getMetadata(metadataKey, instance.constructor, methodName) as
    Record<string, Parameter> | undefined;
  const parameters = metadata && plainParameters(metadata);
  return parameters && parameters.length > 0 ? directCall(instance, method, parameters) : undefined;
}

/** Resolvers that are made within `make` are called directly where that is the same. */
export function withPlainFieldResolvers<Made>(
  creator: ExternalContextCreator,
  config: ApplicationConfig,
  make: () => Made,
): Made {
  const create = creator.create.bind(creator);
  const createOrCall = (...creation: Creation) => plainFieldResolver(config, creation) ?? create(...creation);
  try {
    creator.create = createOrCall as ExternalContextCreator['create'];
    return make();
  } finally {
    // Nest's own is its class's.
    delete (creator as Partial<ExternalContextCreator>).create;
  }
}
