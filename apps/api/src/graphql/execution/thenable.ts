/** Tells promises by their `then`, as graphql does: resolvers may use other classes of them. */
export function isThenable<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
