/** A Redis Cluster of three masters, each a process of its own on a free port, for tests of what must work over slots. */
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster, Redis } from 'ioredis';
import { vi } from 'vitest';
import { freePort } from './api-process.js';
import { patiently } from './patiently.js';
import { RedisServer } from './redis-server.js';

const connectPatienceMs = 10_000;

/** Each takes a third of the 16,384 slots. */
const slotRanges = [
  [0, 5_460],
  [5_461, 10_922],
  [10_923, 16_383],
] as const;

/** The bus has a port of its own, which is not the usual 10,000 above: that may be above 65,535. */
async function startMaster(): Promise<RedisServer> {
  return RedisServer.start('--cluster-enabled', 'yes', '--cluster-port', String(await freePort()));
}

export class RedisCluster {
  private constructor(readonly masters: readonly RedisServer[]) {}

  static async start(): Promise<RedisCluster> {
    const cluster = new RedisCluster(await Promise.all(slotRanges.map(startMaster)));
    try {
      await cluster.#form();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** Once more if need be: a client that asks while the masters still agree on their slots may wait for ever. */
  async connect(): Promise<Cluster> {
    for (let attempt = 1; ; attempt += 1) {
      const cluster = new Cluster(
        this.masters.map(({ port }) => ({ host: '127.0.0.1', port })),
        { lazyConnect: true },
      );
      const connected = cluster.connect().then(() => true);
      if (await Promise.race([connected, delay(connectPatienceMs, false)])) return cluster;
      cluster.disconnect();
      connected.catch(() => undefined);
      if (attempt === 3) throw new Error('The client did not find the cluster.');
    }
  }

  /** How many keys each master holds. */
  async keyCounts(): Promise<number[]> {
    return this.#onEach((client) => client.dbsize());
  }

  async stop(): Promise<void> {
    await Promise.all(this.masters.map((master) => master.stop()));
  }

  async #form(): Promise<void> {
    const [first] = this.masters;
    if (first === undefined) return;
    const busPort = await this.#onEach(
      async (client) => (await client.config('GET', 'cluster-port')) as string[],
    );
    await this.#onEach(async (client, at) => {
      await client.call('CLUSTER', 'ADDSLOTSRANGE', ...(slotRanges[at] ?? []));
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', at + 1);
      await client.call('CLUSTER', 'MEET', '127.0.0.1', first.port, busPort[0]?.[1] ?? '');
    });
    await this.#onEach((client) =>
      vi.waitFor(async () => {
        const info = (await client.call('CLUSTER', 'INFO')) as string;
        if (!info.includes('cluster_state:ok') || !info.includes('cluster_known_nodes:3'))
          throw new Error(`The cluster did not form:\n${info}`);
      }, patiently),
    );
  }

  async #onEach<Result>(run: (client: Redis, at: number) => Promise<Result>): Promise<Result[]> {
    return Promise.all(
      this.masters.map(async ({ url }, at) => {
        const client = new Redis(url);
        try {
          return await run(client, at);
        } finally {
          client.disconnect();
        }
      }),
    );
  }
}
