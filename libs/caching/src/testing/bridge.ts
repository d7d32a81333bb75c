/** Opens application caches as several nodes would, each over a connection of its own. */
import { Keyv } from 'keyv';
import type { Cluster, Redis } from 'ioredis';
import { openCacheConnection } from '../cache-connection.js';
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
    const connection = openCacheConnection(this.shared);
    connection.on('error', () => undefined);
    this.#connections.push(connection);
    await connection.connect();
    return new KeyvBridge(
      connection,
      new CircuitBreaker(breakerOptions),
      { nowMs: () => this.nowMs },
      { keyPrefix: 'test', ...(commandTimeoutMs === undefined ? {} : { commandTimeoutMs }) },
    );
  }

  async keyv(namespace = 'app'): Promise<Keyv> {
    return new Keyv({ store: await this.bridge(), namespace, useKeyPrefix: false });
  }

  close(): void {
    for (const connection of this.#connections) connection.disconnect();
  }
}
