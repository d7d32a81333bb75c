/** Opens connections for a cache: what they could not send at once they never send, and they find a server that is back soon. */
import { Cluster, Redis, type RedisOptions } from 'ioredis';

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

/** Milliseconds between attempts to connect, at most. ioredis waits up to two seconds, which its cache stays unused for. */
const longestRetryMs = 500;
const retryMs = (attempt: number) => Math.min(attempt * 50, longestRetryMs);
/** A packet that nobody answers must not hold up an attempt for the ten seconds that ioredis gives it. */
const connectTimeoutMs = 2_000;
/** A master that was away is looked for again so often. */
const slotsRefreshMs = 1_000;

/**
 * Carries the address that {@link openCacheConnection} connects to. Several URLs are the known nodes of one Redis Cluster; user,
 * password and TLS are those of the first.
 */
export function cacheAddress(urls: readonly string[]): Redis | Cluster {
  const [first = '', ...others] = urls;
  const options = { lazyConnect: true, connectionName: withoutQueue.connectionName };
  if (others.length === 0) return new Redis(first, options);
  const { protocol, username, password } = new URL(first);
  const redisOptions: RedisOptions = {
    ...options,
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
  return new Cluster(urls.map(toNode), {
    lazyConnect: true,
    redisOptions,
    // A certificate is for a name, and ioredis would connect to the address that it stands for.
    ...(protocol === 'rediss:' && { dnsLookup: (name: string, found: DnsFound) => found(null, name) }),
  });
}

type DnsFound = (error: null, address: string) => void;

function toNode(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? 6_379 : Number(port) };
}

function isCluster(connection: Redis | Cluster): connection is Cluster {
  return connection.isCluster;
}

/** @param options beside the usual ones, for each server. */
export function openCacheConnection(shared: Redis | Cluster, options: RedisOptions = {}): Redis | Cluster {
  const own = { ...withoutQueue, connectTimeout: connectTimeoutMs, ...options };
  if (!isCluster(shared)) return shared.duplicate({ ...own, retryStrategy: retryMs });
  const cluster = shared.duplicate([], {
    enableOfflineQueue: false,
    lazyConnect: true,
    // A replica may not have heard of the latest write yet.
    scaleReads: 'master',
    clusterRetryStrategy: retryMs,
    slotsRefreshInterval: slotsRefreshMs,
    redisOptions: { ...shared.options.redisOptions, ...own },
  });
  // Each master is connected when it becomes known; ioredis waits for the first command, and without a queue refuses the next.
  cluster.on('+node', (node: Redis) => void node.connect().catch(() => undefined));
  return cluster;
}

/**
 * Resolves when it is connected, when its first attempt has failed, or when the time is up: an application starts without its
 * cache too. A cluster that is not complete yet is connected to anew, and ioredis then leaves the promise of the first attempt
 * as it is: only `ready` tells.
 */
export async function awaitConnection(connection: Redis | Cluster, timeoutMs: number): Promise<void> {
  connection.on('error', () => undefined); // whatever command fails says it
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
    connection.once('ready', resolve);
    connection.connect().then(resolve, () => resolve()); // it goes on trying by itself
  });
  clearTimeout(timer);
}
