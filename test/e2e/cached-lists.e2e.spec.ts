/** No cached answer outlives a write that changes it, and few are given up for one that does not. */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { CachedListsAudit, overInvalidationRatio } from '../support/cached-lists/audit.js';
import { findAskers, makeQuestions } from '../support/cached-lists/questions.js';
import { reportOf } from '../support/cached-lists/report.js';
import { ShopWrites, type Mix } from '../support/cached-lists/writes.js';
import { patiently } from '../support/patiently.js';
import { RedisServer } from '../support/redis-server.js';
import { seededRandom } from '../support/seeded-random.js';
import { startApp, type RunningApp } from '../support/start-app.js';

const writes = Number(process.env['CACHED_LISTS_WRITES'] ?? 40);
const seed = Number(process.env['CACHED_LISTS_SEED'] ?? 20_241);
const mixes = (process.env['CACHED_LISTS_MIX'] ?? 'even shop').split(' ') as Mix[];
/** Writes after which everything is compared with fresh answers. */
const thoroughEvery = 10;
const mostOverInvalidation = 0.02;

let cacheRedis: RedisServer;
let shop: RunningApp;

beforeAll(async () => {
  cacheRedis = await RedisServer.start();
  // A long run outlasts the usual token, and what is refused says nothing of the cache.
  const ACCESS_TOKEN_TTL_MS = '86400000';
  shop = await startApp({ env: { CACHE_REDIS_URL: cacheRedis.url, ACCESS_TOKEN_TTL_MS } });
});
afterAll(async () => {
  await shop.stop();
  await cacheRedis.stop();
});

it.each(mixes)(
  'writes of the %s mix end the lists, searches and objects that they change, and few others',
  { timeout: 60_000 + writes * 2_000 },
  async (mix) => {
    const random = seededRandom(seed);
    const askers = await findAskers(shop, 3);
    const happening = await ShopWrites.create(shop, random, askers, mix);
    onTestFinished(() => happening.close());
    const audit = new CachedListsAudit(shop, await makeQuestions(shop, askers), random);
    expect(audit.questions.length).toBeGreaterThanOrEqual(40);
    // What the seeding has changed is still being told.
    const untold = () => shop.dataSource.query<unknown[]>('SELECT FROM row_changes LIMIT 1');
    await expect.poll(untold, patiently).toEqual([]);
    await audit.fill();
    for (let count = 1; count <= writes; count += 1) {
      await audit.look(await happening.write(), count % thoroughEvery === 0 || count === writes);
    }
    await reportOf(audit, { writes, refused: happening.refused }, process.env['CACHED_LISTS_REPORT']);
    expect(audit.missed).toEqual([]);
    expect(audit.total.needed).toBeGreaterThan(writes / 2);
    expect(overInvalidationRatio(audit.total)).toBeLessThan(mostOverInvalidation);
  },
);
