/** Tells plugins of a field before its resolver is called and when its value is there, as Apollo's own wrapper does. */
import type { GraphQLFieldResolverParams, GraphQLRequestListenerDidResolveField } from '@apollo/server';
import type { Resolver } from './plain-resolver.js';
import { isThenable } from './thenable.js';

export type WillResolveField = (
  params: GraphQLFieldResolverParams<unknown, never>,
) => GraphQLRequestListenerDidResolveField;

/** A list is there when all its items are. */
function whenThere(result: unknown, didResolve: GraphQLRequestListenerDidResolveField): void {
  const failed = (error: unknown) => didResolve(error as Error);
  if (isThenable(result)) result.then((value) => whenThere(value, didResolve), failed);
  else if (Array.isArray(result) && result.some(isThenable))
    Promise.all(result).then((values) => didResolve(null, values), failed);
  else didResolve(null, result);
}

export function watchedField(resolver: Resolver, willResolveField: WillResolveField): Resolver {
  return (source, args, contextValue, info) => {
    const didResolve = willResolveField({ source, args, contextValue: contextValue as never, info });
    try {
      const result = resolver(source, args, contextValue, info);
      whenThere(result, didResolve);
      return result;
    } catch (error) {
      didResolve(error as Error);
      throw error;
    }
  };
}
