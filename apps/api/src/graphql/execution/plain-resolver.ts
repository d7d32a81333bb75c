/** Tells resolvers that only read their source, as Nest makes one for every plain property, from all others. */
import type { GraphQLFieldResolver } from 'graphql';

export type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** An arrow function with one simple parameter: it has no `arguments` of its own, so it cannot see any others. */
const oneParameterArrow = /^(?:async\s*)?(?:\(\s*[\w$]+\s*\)|[\w$]+)\s*=>/;

const known = new WeakMap<Resolver, boolean>();

export function seesSourceOnly(resolver: Resolver): boolean {
  const before = known.get(resolver);
  if (before !== undefined) return before;
  const isPlain = resolver.length === 1 && oneParameterArrow.test(Function.prototype.toString.call(resolver));
  known.set(resolver, isPlain);
  return isPlain;
}
