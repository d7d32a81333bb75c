/** Opens a connection for a cache beside the shared one: what it could not send at once it never sends. */
import type { Cluster, Redis } from 'ioredis';

/**
 * A write that waits in a queue while Redis is away would be carried out when it is back, long after its caller was told that
 * it had failed and others have written since. ioredis sends even those of its queue whose time is over.
 */
const withoutQueue = {
  connectionName: 'swiftlet-cache',
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  lazyConnect: true,
};

function isCluster(connection: Redis | Cluster): connection is Cluster {
  return connection.isCluster;
}

export function openCacheConnection(shared: Redis | Cluster): Redis | Cluster {
  if (!isCluster(shared)) return shared.duplicate(withoutQueue);
  return shared.duplicate([], {
    enableOfflineQueue: false,
    lazyConnect: true,
    // A replica may not have heard of a clear() yet.
    scaleReads: 'master',
    redisOptions: { ...shared.options.redisOptions, ...withoutQueue },
  });
}

/** Resolves when it is connected, or when the time is up: an application starts without its cache too. */
export async function awaitConnection(connection: Redis | Cluster, timeoutMs: number): Promise<void> {
  connection.on('error', () => undefined); // whatever command fails says it
  let timer: NodeJS.Timeout | undefined;
  const timeIsUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  const connected = connection.connect().catch(() => undefined); // it goes on trying by itself
  await Promise.race([connected, timeIsUp]);
  clearTimeout(timer);
}
