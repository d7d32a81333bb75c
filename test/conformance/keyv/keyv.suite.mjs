// Keyv's own test suite for stores, run against the application cache's store over the Redis that REDIS_URL names.
import { randomUUID } from 'node:crypto';
import suite from '@keyv/test-suite';
import { Redis } from 'ioredis';
import { Keyv } from 'keyv';
import * as vitest from 'vitest';
import { openCacheConnection } from '../../../libs/caching/src/cache-connection.ts';
import { KeyvBridge } from '../../../libs/caching/src/adapters/keyv-bridge.ts';
import { CircuitBreaker } from '../../../libs/caching/src/core/circuit-breaker.ts';

const url = process.env.REDIS_URL;
if (url === undefined) throw new Error('REDIS_URL is not set.');
const shared = new Redis(url);
const connection = openCacheConnection(shared);
await connection.connect();
const keyPrefix = `keyv-suite-${randomUUID()}`;

function openStore() {
  const breaker = new CircuitBreaker({ failuresToOpen: 3, probeAfterMs: 1_000 });
  const store = new KeyvBridge(connection, breaker, { nowMs: () => Date.now() }, { keyPrefix });
  store.on('error', (error) => {
    throw error;
  });
  return store;
}

const written = new Set();
const set = connection.set.bind(connection);
connection.set = (key, ...rest) => {
  written.add(key);
  return set(key, ...rest);
};

vitest.afterAll(async () => {
  await Promise.all([...written].map((key) => connection.del(key)));
  connection.disconnect();
  shared.disconnect();
});

suite(vitest, Keyv, openStore);
