/** Tells promises by their `then`, as graphql does: resolvers may use other classes of them. */
export function isThenable<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  // Most values are text and numbers, which have no `then` worth looking for.
  if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) return false;
  return typeof (value as { then?: unknown }).then === 'function';
}
