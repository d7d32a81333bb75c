/** BentoCache as its guide sets it up for several nodes: memory, Redis, a bus over Redis; a row is a tag of all that shows it. */
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import { underSkew } from './skewed-clock.mjs';

export function bento({ port, memoryBytes }) {
  const connection = { host: '127.0.0.1', port };
  return async (skewMs) => {
    const cache = underSkew(
      skewMs,
      () =>
        new BentoCache({
          default: 'shared',
          stores: {
            shared: bentostore()
              .useL1Layer(memoryDriver({ maxSize: memoryBytes }))
              .useL2Layer(redisDriver({ connection }))
              .useBus(redisBusDriver({ connection })),
          },
        }),
    );
    return {
      read: ({ name, rows }, _seen, load) =>
        underSkew(skewMs, () => cache.getOrSet({ key: name, ttl: '10m', tags: [...rows], factory: load })),
      invalidate: async (rows) => {
        await underSkew(skewMs, () => cache.deleteByTag({ tags: [...rows] }));
        return 0;
      },
      stop: () => cache.disconnectAll(),
    };
  };
}
