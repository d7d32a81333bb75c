/** Opens application caches as several nodes would, each over a connection of its own. */
import { Keyv } from 'keyv';
import type { Cluster, Redis } from 'ioredis';
import { awaitConnection, openCacheConnection } from '../cache-connection.js';
import { KeyvBridge } from '../adapters/keyv-bridge.js';
import { CircuitBreaker } from '../core/circuit-breaker.js';

/** Commands that see or empty a whole database, or stop it while they look. */
export const forbiddenCommands = ['KEYS', 'SCAN', 'FLUSHDB', 'FLUSHALL'] as const;

export const breakerOptions = { failuresToOpen: 3, probeAfterMs: 1_000 } as const;

export class BridgeNodes {
  readonly #connections: (Redis | Cluster)[] = [];
  /** Stands still unless a test moves it. */
  nowMs = 1_000_000;

  constructor(private readonly shared: Redis | Cluster) {}

  async bridge(commandTimeoutMs?: number): Promise<KeyvBridge> {
    const connection = await this.#connect();
    return new KeyvBridge(
      connection,
      new CircuitBreaker(breakerOptions),
      { nowMs: () => this.nowMs },
      { keyPrefix: 'test', ...(commandTimeoutMs === undefined ? {} : { commandTimeoutMs }) },
    );
  }

  /** A client of a cluster that has just formed may wait for ever; another one finds it. */
  async #connect(): Promise<Redis | Cluster> {
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const connection = openCacheConnection(this.shared);
      this.#connections.push(connection);
      await awaitConnection(connection, 3_000);
      if (connection.status === 'ready') return connection;
      connection.disconnect();
    }
    throw new Error('The cache found no connection.');
  }

  async keyv(namespace = 'app'): Promise<Keyv> {
    return new Keyv({ store: await this.bridge(), namespace, useKeyPrefix: false });
  }

  close(): void {
    for (const connection of this.#connections) connection.disconnect();
  }
}
