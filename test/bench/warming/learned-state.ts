/**
 * What a node has left behind in PostgreSQL and Redis, to be given to any number of nodes, each as if it were the only one:
 * every start finds the same rows, the same answers and the same list of what is worth warming, just as old.
 */
import { Redis } from 'ioredis';
import { RedisServer } from '../../support/redis-server.js';
import { copyDatabase, type DatabaseCopy, type OwnShop } from '../own-shop.js';

/** `restart`: the same release, whose answers are still of use. `deploy`: another one, which finds the list and no answers. */
export type Start = 'restart' | 'deploy';

interface SavedKey {
  readonly key: string;
  readonly value: Buffer;
  /** Milliseconds left; 0 for what stays. */
  readonly ttlMs: number;
}

export interface Ground {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  clear(): Promise<void>;
}

export class LearnedState {
  private constructor(
    private readonly shop: OwnShop,
    private readonly keys: readonly SavedKey[],
    private readonly savedAtMs: number,
  ) {}

  /** @param shop that no node serves any more. */
  static async of(shop: OwnShop): Promise<LearnedState> {
    const redis = new Redis(shop.redis.url);
    try {
      const saved: SavedKey[] = [];
      for (const key of await redis.keys('*')) {
        const [value, ttlMs] = await Promise.all([redis.dumpBuffer(key), redis.pttl(key)]);
        if (value !== null) saved.push({ key, value, ttlMs: Math.max(0, ttlMs) });
      }
      return new LearnedState(shop, saved, Date.now());
    } finally {
      redis.disconnect();
    }
  }

  /** A copy of it for one node. */
  async copyFor(start: Start): Promise<Ground> {
    const database = await copyDatabase(this.shop.databaseUrl);
    const server = await RedisServer.start();
    const ground = groundOn(database, server);
    const redis = new Redis(server.url);
    try {
      const wanted = this.keys.filter(({ key }) => start === 'restart' || !key.includes(':answer:'));
      await Promise.all(wanted.map(({ key, value, ttlMs }) => redis.restore(key, ttlMs, value)));
      await this.#agelessly(redis);
      return ground;
    } catch (error) {
      await ground.clear();
      throw error;
    } finally {
      redis.disconnect();
    }
  }

  /** What was learned counts less with time; the last start of a long run must not find it older than the first. */
  async #agelessly(redis: Redis): Promise<void> {
    const elapsedMs = Date.now() - this.savedAtMs;
    for (const key of await redis.keys('*:decayed'))
      await redis.set(key, Number(await redis.get(key)) + elapsedMs, 'KEEPTTL');
  }
}

function groundOn(database: DatabaseCopy, server: RedisServer): Ground {
  return {
    databaseUrl: database.url,
    redisUrl: server.url,
    clear: async () => {
      await server.stop();
      await database.drop();
    },
  };
}
