/** Our own cache: everything but HTTP and SQL. */
import { startSwiftletNode, UnloggedChanges } from '../../../libs/caching/src/testing/swiftlet-node.js';

export function swiftlet({ redis, memoryBytes }) {
  const unlogged = new UnloggedChanges();
  return (skewMs) => startSwiftletNode({ redis, namespace: 'hunt', skewMs, unlogged, memoryBytes });
}
