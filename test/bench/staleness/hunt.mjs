/** One hunt in this process: `node --experimental-transform-types hunt.mjs CONTENDER SETTING OPERATIONS`; its result goes to the parent. */
import { setTimeout as delay } from 'node:timers/promises';
import { resolveSources } from '../typescript-imports.mjs';

resolveSources();
const [{ Redis }, { RedisServer }, { redisTroubles }, { seededRandom }, { StaleHunt }] = await Promise.all([
  import('ioredis'),
  import('../../support/redis-server.js'),
  import('../../support/redis-troubles.js'),
  import('../../support/seeded-random.js'),
  import('../../../libs/caching/src/testing/stale-hunt.js'),
]);
const contenders = {
  Swiftlet: async () => (await import('./swiftlet-node.mjs')).swiftlet,
  BentoCache: async () => (await import('./bento-node.mjs')).bento,
  Envelop: async () => (await import('./envelop-node.mjs')).envelopCache,
};
const settings = {
  quiet: { isTroubled: false, isSkewed: false },
  skewed: { isTroubled: false, isSkewed: true },
  troubled: { isTroubled: true, isSkewed: true },
};

const [contender, setting, operations] = process.argv.slice(2);
const { isTroubled, isSkewed } = settings[setting];
const random = seededRandom(20_241);
const server = await RedisServer.start();
// A peer that loses its connection may reject a promise that nobody holds.
process.on('unhandledRejection', () => undefined);
try {
  const redis = new Redis(server.url, { lazyConnect: true, retryStrategy: () => 50 });
  const start = (await contenders[contender]())({ redis, port: server.port, memoryBytes: 100_000 });
  const startNode = () => start(isSkewed ? Math.floor(random() * 3 - 1) * 3_600_000 : 0);
  const startedAtMs = performance.now();
  const result = await new StaleHunt({
    operations: Number(operations),
    clients: 24,
    rows: 200,
    writeShare: 0.05,
    nodes: 3,
    startNode,
    troubles: isTroubled ? redisTroubles(server, random) : [],
    troublePauseMs: 500,
    settleMs: 4_000,
    random,
    pause: (ms) => delay(ms),
  }).run();
  const { stale, leftStale, ...counts } = result;
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const outcome = { ...counts, stale: stale.length, leftStale: leftStale.length, seconds };
  await new Promise((sent) =>
    process.send({ ...outcome, examples: [...stale, ...leftStale].slice(0, 3) }, sent),
  );
  redis.disconnect();
} finally {
  await server.stop();
}
process.exit();
