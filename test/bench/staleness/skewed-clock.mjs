/** Gives what runs for one node a clock that is wrong by an amount of its own, in a process of several nodes. */
import { AsyncLocalStorage } from 'node:async_hooks';

const skew = new AsyncLocalStorage();
const now = Date.now.bind(Date);
Date.now = () => now() + (skew.getStore() ?? 0);

export function underSkew(skewMs, work) {
  return skew.run(skewMs, work);
}
