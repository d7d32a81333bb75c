import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisCluster } from '../../../../test/support/redis-cluster.js';
import { cacheAddress } from '../cache-connection.js';
import { questionCalled } from '../testing/answers.js';
import { RedisWarmList } from './redis-warm-list.js';

let cluster: RedisCluster;

beforeAll(async () => {
  cluster = await RedisCluster.start();
});
afterAll(() => cluster.stop());

function listOn(urls: readonly string[]): RedisWarmList {
  return new RedisWarmList({ redis: cacheAddress(urls), namespace: randomUUID(), schemaHash: 'schema' });
}

describe('the warm list on a cluster', () => {
  it('gives back what was learned', async () => {
    const list = listOn(cluster.masters.map(({ url }) => url));
    await list.adopt();
    await list.grow([{ question: questionCalled('A'), savedMs: 50, costMs: 10, aliveRatio: 0.5 }]);
    expect((await list.top(10)).map(({ question }) => question.operation)).toEqual(['A']);
    list.close();
  });

  it('fails soon where the cluster is away, so that a node starts and stops without it', async () => {
    const list = listOn(['redis://127.0.0.1:1', 'redis://127.0.0.1:2']);
    await expect(list.adopt()).rejects.toThrow(/cluster|closed|writeable/i);
    await expect(
      list.grow([{ question: questionCalled('A'), savedMs: 50, costMs: 10, aliveRatio: 0.5 }]),
    ).rejects.toThrow(/cluster|closed|writeable/i);
    list.close();
  });
});
