/** The shop starts, answers and stops although the Redis Cluster of its cache is away, from the beginning or later. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSeededDatabase, dropDatabase } from '../support/database.js';
import { RedisCluster } from '../support/redis-cluster.js';
import { startApp, type RunningApp } from '../support/start-app.js';

const query = '{ products(first: 1) { nodes { name } } }';

let databaseUrl: string;
beforeAll(async () => {
  databaseUrl = await createSeededDatabase();
});
afterAll(() => dropDatabase(databaseUrl));

function startOn(urls: readonly string[]): Promise<RunningApp> {
  return startApp({ databaseUrl, env: { CACHE_REDIS_URL: urls.join(), CACHE_WARM: 'true' } });
}

describe('a shop whose cluster is away', () => {
  it('from the beginning: starts, answers and stops', async () => {
    const shop = await startOn(['redis://127.0.0.1:1', 'redis://127.0.0.1:2']);
    expect((await shop.guest.ask(query)).status).toBe(200);
    await shop.stop();
  });

  it('from one moment to the next: goes on answering, and stops', async () => {
    const cluster = await RedisCluster.start();
    const shop = await startOn(cluster.masters.map(({ url }) => url));
    expect((await shop.guest.ask(query)).status).toBe(200);
    await cluster.stop();
    expect((await shop.guest.ask(query)).status).toBe(200);
    await shop.stop();
  });
});
